package io.cryptobot.telemetry.benchmarks.peers;

import io.prometheus.client.CollectorRegistry;
import io.prometheus.client.Counter;
import io.prometheus.client.Histogram;

/** Prometheus simpleclient: children resolved, the same bounds. */
final class SimpleclientRecorder extends Recorder {
    private final CollectorRegistry registry = new CollectorRegistry();
    private final Counter.Child submitted =
            Counter.build(COUNTER, HELP).labelNames("mode").register(registry).labels("live");
    private final Histogram.Child latency = Histogram.build(HISTOGRAM, HELP)
            .labelNames("mode")
            .buckets(boundsMs())
            .register(registry)
            .labels("live");

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
