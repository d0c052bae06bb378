package io.cryptobot.telemetry.benchmarks.peers;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Timer;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** Micrometer over Prometheus: the timer has the same bounds as service level objectives and no percentiles. */
final class MicrometerRecorder extends Recorder {
    private final PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private final Counter submitted =
            Counter.builder(COUNTER).description(HELP).tag("mode", "live").register(registry);
    private final Timer latency = Timer.builder("order.latency")
            .description(HELP)
            .tag("mode", "live")
            .serviceLevelObjectives(BOUNDS_MS.stream()
                    .map(bound -> Duration.ofMillis(bound.longValue()))
                    .toArray(Duration[]::new))
            .register(registry);

    @Override
    public void count() {
        submitted.increment();
    }

    @Override
    public void order(long nanos) {
        submitted.increment();
        latency.record(nanos, TimeUnit.NANOSECONDS);
    }

    @Override
    public void close() {
        registry.close();
    }
}
