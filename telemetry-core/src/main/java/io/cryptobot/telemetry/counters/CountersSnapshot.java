package io.cryptobot.telemetry.counters;

import io.cryptobot.telemetry.MetricType;
import io.cryptobot.telemetry.ToolApi;
import java.util.List;

/**
 * The content of a counters file at one moment. Immutable.
 *
 * @param owner the process that writes the file, or wrote it last
 * @param series the readable series in the order of registration
 * @param damagedRecords the number of damaged records, which are left out
 * @param droppedSeries the number of series that did not fit into the file
 */
@ToolApi
public record CountersSnapshot(Owner owner, List<Series> series, int damagedRecords, long droppedSeries) {
    public CountersSnapshot {
        series = List.copyOf(series);
    }

    /**
     * The writing process.
     *
     * @param pid process id in the writer's own namespace
     * @param startMs Unix time in ms at which it opened the file
     * @param restarts the number of times that the file was resumed
     * @param uncleanRestarts the number of restarts after a run without a clean close
     * @param heartbeatSequence increases while the writer runs; use only this to decide if the writer runs
     * @param heartbeatMs Unix time in ms of the last heartbeat by the writer's clock; for display only
     * @param cleanExit true if the writer closed the file cleanly
     * @param loopSequence increases with each iteration of the bot's trading loop, if the bot reports it
     * @param loopMs Unix time in ms of the last iteration by the writer's clock; 0 if the bot does not report it
     */
    public record Owner(
            long pid,
            long startMs,
            long restarts,
            long uncleanRestarts,
            long heartbeatSequence,
            long heartbeatMs,
            boolean cleanExit,
            long loopSequence,
            long loopMs) {}

    /** A series with its values. */
    public static final class Series {
        private final Descriptor descriptor;
        private final long createdMs;
        private final long[] raw;

        Series(Descriptor descriptor, long createdMs, long[] raw) {
            this.descriptor = descriptor;
            this.createdMs = createdMs;
            this.raw = raw;
        }

        /** {@return name, labels and type of the series} */
        public Descriptor descriptor() {
            return descriptor;
        }

        /** {@return Unix time in ms when the series began at 0} */
        public long createdMs() {
            return createdMs;
        }

        /** {@return the value of a counter or gauge in exported units; otherwise the number of observations} */
        public double value() {
            return switch (descriptor.type()) {
                case COUNTER -> (double) raw[0] / descriptor.scale();
                case GAUGE -> Double.longBitsToDouble(raw[0]);
                case HISTOGRAM -> cumulative(descriptor.bounds().size());
                case SUMMARY -> raw[descriptor.bounds().size()];
            };
        }

        /**
         * Returns true if the value is known. The gauge of an earlier run is unknown until the current run sets it; a
         * count is always known.
         */
        boolean isKnown() {
            return descriptor.type() != MetricType.GAUGE || !Double.isNaN(value());
        }

        /** {@return the value of a summary's quantile number {@code index}; NaN if the current run has no value yet} */
        public double quantile(int index) {
            require(MetricType.SUMMARY);
            return Double.longBitsToDouble(raw[index]);
        }

        /**
         * {@return the observations at or below bound {@code index}; the index after the last bound is {@code +Inf}}
         */
        public long cumulative(int index) {
            require(MetricType.HISTOGRAM);
            long count = 0;
            for (int bucket = 0; bucket <= index; bucket++) {
                count += raw[bucket];
            }
            return count;
        }

        /** {@return the sum of a histogram's observations in exported units} */
        public double sum() {
            require(MetricType.HISTOGRAM);
            return (double) raw[raw.length - 1] / descriptor.scale();
        }

        private void require(MetricType type) {
            if (descriptor.type() != type) {
                throw new IllegalStateException(descriptor.name() + " is a " + descriptor.type() + ", not a " + type);
            }
        }

        @Override
        public String toString() {
            return descriptor.name() + descriptor.labels() + " " + value();
        }
    }
}
