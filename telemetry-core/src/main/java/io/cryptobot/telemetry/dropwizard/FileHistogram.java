package io.cryptobot.telemetry.dropwizard;

import com.codahale.metrics.Histogram;
import com.codahale.metrics.Snapshot;
import com.codahale.metrics.UniformReservoir;
import io.cryptobot.telemetry.counters.Descriptor;
import io.cryptobot.telemetry.counters.Slot;

/**
 * A Prometheus histogram of durations with the interface of a Dropwizard histogram. It has no reservoir: its buckets
 * contain all observations since the counters file was made, and its percentiles cover all of them. If the first bound
 * is below 0, it also accepts negative values. Thread-safe.
 */
public final class FileHistogram extends Histogram implements FileMetric {
    private static final long NANOS_PER_DAY = 86_400_000_000_000L;

    private final Slot slot;
    private final long unitNanos;
    private final long[] boundsNanos;
    private final long least;
    private final int sum;

    /**
     * @param slot the values of {@code descriptor}
     * @param descriptor a histogram whose raw unit is the nanosecond
     */
    FileHistogram(Slot slot, Descriptor descriptor) {
        this(slot, descriptor, descriptor.scale());
    }

    /** @param unitNanos the unit of {@link #update} and {@link #getSnapshot}; the record does not depend on it */
    FileHistogram(Slot slot, Descriptor descriptor, long unitNanos) {
        super(new UniformReservoir(1)); // never used
        this.slot = slot;
        this.unitNanos = unitNanos;
        this.boundsNanos = descriptor.bounds().stream()
                .mapToLong(bound -> Math.round(bound * descriptor.scale()))
                .toArray();
        this.least = boundsNanos[0] < 0 ? -NANOS_PER_DAY : 0;
        this.sum = boundsNanos.length + 1;
    }

    /**
     * Records a duration in nanoseconds. A negative duration counts as 0, a duration of more than one day as one day.
     */
    public void recordNanos(long durationNanos) {
        // Bounded, because an extreme value could make the sum overflow. Prometheus treats a falling sum as a reset.
        long nanos = Math.min(Math.max(least, durationNanos), NANOS_PER_DAY);
        slot.add(bucket(nanos), 1);
        slot.add(sum, nanos);
    }

    /**
     * Has no branches, because durations are unpredictable and a branch misprediction takes longer than a comparison
     * with all bounds.
     */
    private int bucket(long nanos) {
        long bucket = 0;
        for (long bound : boundsNanos) {
            bucket += (bound - nanos) >>> 63; // adds 1 for each smaller bound
        }
        return (int) bucket;
    }

    /** Records a value in exported units, with its decimals. */
    public void record(double value) {
        recordNanos(Math.round(value * unitNanos));
    }

    /** Records a value in exported units, e.g. milliseconds. */
    @Override
    public void update(int value) {
        update((long) value);
    }

    /** Records a value in exported units, e.g. milliseconds. */
    @Override
    public void update(long value) {
        long day = NANOS_PER_DAY / unitNanos;
        recordNanos(Math.min(Math.max(-day, value), day) * unitNanos);
    }

    @Override
    public long getCount() {
        long count = 0;
        for (int bucket = 0; bucket <= boundsNanos.length; bucket++) {
            count += slot.get(bucket);
        }
        return count;
    }

    @Override
    public Snapshot getSnapshot() {
        long[] counts = new long[boundsNanos.length + 1];
        for (int bucket = 0; bucket < counts.length; bucket++) {
            counts[bucket] = slot.get(bucket);
        }
        double[] bounds = new double[boundsNanos.length];
        for (int bucket = 0; bucket < bounds.length; bucket++) {
            bounds[bucket] = (double) boundsNanos[bucket] / unitNanos;
        }
        return new BucketSnapshot(bounds, counts, (double) slot.get(sum) / unitNanos);
    }
}
