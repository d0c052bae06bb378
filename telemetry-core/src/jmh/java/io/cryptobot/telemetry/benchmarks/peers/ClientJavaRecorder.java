package io.cryptobot.telemetry.benchmarks.peers;

import io.prometheus.metrics.core.datapoints.CounterDataPoint;
import io.prometheus.metrics.core.datapoints.DistributionDataPoint;
import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.core.metrics.Histogram;
import io.prometheus.metrics.model.registry.PrometheusRegistry;

/** Prometheus client_java 1.x: data points resolved, a classic histogram of the same bounds and no native one. */
final class ClientJavaRecorder extends Recorder {
    private final PrometheusRegistry registry = new PrometheusRegistry();
    private final CounterDataPoint submitted = Counter.builder()
            .name(COUNTER)
            .help(HELP)
            .labelNames("mode")
            .register(registry)
            .labelValues("live");
    private final DistributionDataPoint latency = Histogram.builder()
            .name(HISTOGRAM)
            .help(HELP)
            .labelNames("mode")
            .classicOnly()
            .classicUpperBounds(boundsMs())
            .register(registry)
            .labelValues("live");

    @Override
    public void count() {
        submitted.inc();
    }

    @Override
    public void order(long nanos) {
        submitted.inc();
        latency.observe(nanos / NANOS_PER_MS);
    }
}
