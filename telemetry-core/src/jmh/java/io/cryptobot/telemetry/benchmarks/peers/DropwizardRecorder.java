package io.cryptobot.telemetry.benchmarks.peers;

import com.codahale.metrics.Counter;
import com.codahale.metrics.MetricRegistry;
import com.codahale.metrics.Timer;
import java.util.concurrent.TimeUnit;

/** Dropwizard metrics-core: a timer with the reservoir that the registry gives, and no buckets. */
final class DropwizardRecorder extends Recorder {
    private final MetricRegistry registry = new MetricRegistry();
    private final Counter submitted = registry.counter(COUNTER);
    private final Timer latency = registry.timer(HISTOGRAM);

    @Override
    public void count() {
        submitted.inc();
    }

    @Override
    public void order(long nanos) {
        submitted.inc();
        latency.update(nanos, TimeUnit.NANOSECONDS);
    }
}
