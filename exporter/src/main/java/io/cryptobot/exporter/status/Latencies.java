package io.cryptobot.exporter.status;

import io.cryptobot.telemetry.counters.CountersSnapshot.Series;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import org.jspecify.annotations.Nullable;

/** Bucket counts of a histogram, or the increase of its buckets in a time window. Immutable. */
final class Latencies {
    static final Latencies NONE = new Latencies(List.of(), new long[1]);

    /** Maximum number of bounds; a histogram with more bounds is not from this platform and is ignored. */
    private static final int MOST_BOUNDS = 64;

    /** Upper bounds in ms, ascending, without {@code +Inf}. */
    private final List<Double> bounds;
    /** Counts by bucket, not cumulative; the last bucket is {@code +Inf}. */
    private final long[] counts;

    private Latencies(List<Double> bounds, long[] counts) {
        this.bounds = bounds;
        this.counts = counts;
    }

    static Latencies of(List<Double> bounds, long... counts) {
        if (counts.length != bounds.size() + 1) {
            throw new IllegalArgumentException(bounds.size() + " bounds need " + (bounds.size() + 1)
                    + " counts with that of +Inf, got " + counts.length);
        }
        return new Latencies(List.copyOf(bounds), counts.clone());
    }

    /** {@return the buckets of a histogram; empty if they are not plausible} */
    static Optional<Latencies> of(Series series) {
        List<Double> bounds = series.descriptor().bounds();
        if (bounds.size() > MOST_BOUNDS) {
            return Optional.empty();
        }
        long[] counts = new long[bounds.size() + 1];
        long below = 0;
        for (int index = 0; index < counts.length; index++) {
            long cumulative = series.cumulative(index);
            if (cumulative < below) {
                return Optional.empty();
            }
            counts[index] = cumulative - below;
            below = cumulative;
        }
        return Optional.of(new Latencies(bounds, counts));
    }

    /**
     * {@return the increase since the earlier counts} A lower count or other bounds mean a reset; then it returns the
     * whole count.
     */
    Latencies since(Latencies earlier) {
        if (!bounds.equals(earlier.bounds)) {
            return this;
        }
        long[] growth = new long[counts.length];
        for (int index = 0; index < counts.length; index++) {
            growth[index] = counts[index] - earlier.counts[index];
            if (growth[index] < 0) {
                return this;
            }
        }
        return new Latencies(bounds, growth);
    }

    /** {@return the sum of both; only {@code recent} if the bounds differ} */
    Latencies plus(Latencies recent) {
        if (recent.count() == 0) {
            return this;
        }
        if (!bounds.equals(recent.bounds)) {
            return recent;
        }
        long[] sum = new long[counts.length];
        for (int index = 0; index < counts.length; index++) {
            sum[index] = counts[index] + recent.counts[index];
        }
        return new Latencies(bounds, sum);
    }

    long count() {
        long sum = 0;
        for (long count : counts) {
            sum += count;
        }
        return sum;
    }

    /**
     * {@return the quantile in ms; empty if there are no observations} It is computed like PromQL's {@code
     * histogram_quantile}, so that page and alert agree: linear within a bucket, from 0 in the first bucket, and the
     * largest finite bound for the bucket {@code +Inf}.
     *
     * @param quantile a number above 0 and below 1
     */
    OptionalDouble quantile(double quantile) {
        long count = count();
        if (count == 0 || bounds.isEmpty()) {
            return OptionalDouble.empty();
        }
        double rank = quantile * count;
        long below = 0;
        for (int index = 0; index < bounds.size(); index++) {
            if (below + counts[index] >= rank) {
                double start = index == 0 ? 0 : bounds.get(index - 1);
                double share = (rank - below) / counts[index];
                return OptionalDouble.of(start + (bounds.get(index) - start) * share);
            }
            below += counts[index];
        }
        return OptionalDouble.of(bounds.get(bounds.size() - 1));
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Latencies latencies
                && bounds.equals(latencies.bounds)
                && Arrays.equals(counts, latencies.counts);
    }

    @Override
    public int hashCode() {
        return 31 * bounds.hashCode() + Arrays.hashCode(counts);
    }

    @Override
    public String toString() {
        return bounds + " " + Arrays.toString(counts);
    }
}
