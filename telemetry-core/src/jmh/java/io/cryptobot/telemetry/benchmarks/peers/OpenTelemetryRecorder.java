package io.cryptobot.telemetry.benchmarks.peers;

import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.metrics.DoubleHistogram;
import io.opentelemetry.api.metrics.LongCounter;
import io.opentelemetry.api.metrics.Meter;
import io.opentelemetry.sdk.common.CompletableResultCode;
import io.opentelemetry.sdk.metrics.InstrumentType;
import io.opentelemetry.sdk.metrics.SdkMeterProvider;
import io.opentelemetry.sdk.metrics.data.AggregationTemporality;
import io.opentelemetry.sdk.metrics.export.CollectionRegistration;
import io.opentelemetry.sdk.metrics.export.MetricReader;

/** The OpenTelemetry SDK: cumulative, explicit buckets of the same bounds, attributes made once, exemplars by default. */
final class OpenTelemetryRecorder extends Recorder {
    private final SdkMeterProvider provider =
            SdkMeterProvider.builder().registerMetricReader(new IdleReader()).build();
    private final Meter meter = provider.get("benchmark");
    private final Attributes live = Attributes.of(AttributeKey.stringKey("mode"), "live");
    private final LongCounter submitted =
            meter.counterBuilder(COUNTER).setDescription(HELP).build();
    private final DoubleHistogram latency = meter.histogramBuilder(HISTOGRAM)
            .setDescription(HELP)
            .setExplicitBucketBoundariesAdvice(BOUNDS_MS)
            .build();

    @Override
    public void count() {
        submitted.add(1, live);
    }

    @Override
    public void order(long nanos) {
        submitted.add(1, live);
        latency.record(nanos / NANOS_PER_MS, live);
    }

    @Override
    public void close() {
        provider.close();
    }

    /** Without a reader the SDK records nothing; this one never reads, as nobody scrapes the peers either. */
    private static final class IdleReader implements MetricReader {
        @Override
        public void register(CollectionRegistration registration) {}

        @Override
        public AggregationTemporality getAggregationTemporality(InstrumentType instrument) {
            return AggregationTemporality.CUMULATIVE;
        }

        @Override
        public CompletableResultCode forceFlush() {
            return CompletableResultCode.ofSuccess();
        }

        @Override
        public CompletableResultCode shutdown() {
            return CompletableResultCode.ofSuccess();
        }
    }
}
