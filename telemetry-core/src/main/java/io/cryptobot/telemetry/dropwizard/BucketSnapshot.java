package io.cryptobot.telemetry.dropwizard;

import com.codahale.metrics.Snapshot;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Dropwizard's view of a bucket histogram. Quantiles are interpolated linearly within a bucket, like in Prometheus's
 * {@code histogram_quantile}, so reporters and alerts have the same values. Immutable.
 */
final class BucketSnapshot extends Snapshot {
    private final double[] bounds;
    private final long[] counts;
    private final long count;
    private final double sum;

    BucketSnapshot(double[] bounds, long[] counts, double sum) {
        this.bounds = bounds;
        this.counts = counts;
        this.count = Arrays.stream(counts).sum();
        this.sum = sum;
    }

    @Override
    public double getValue(double quantile) {
        if (count == 0) {
            return 0;
        }
        double rank = Math.min(1, Math.max(0, quantile)) * count;
        long seen = 0;
        for (int bucket = 0; bucket < bounds.length; bucket++) {
            if (counts[bucket] > 0 && seen + counts[bucket] >= rank) {
                double lower = bucket == 0 ? Math.min(0, bounds[0]) : bounds[bucket - 1];
                return lower + (bounds[bucket] - lower) * Math.max(0, rank - seen) / counts[bucket];
            }
            seen += counts[bucket];
        }
        return bounds[bounds.length - 1];
    }

    /** {@return the upper bounds of the buckets that are not empty, because single observations are not stored} */
    @Override
    public long[] getValues() {
        long[] values = new long[bounds.length];
        int used = 0;
        for (int bucket = 0; bucket < bounds.length; bucket++) {
            if (counts[bucket] > 0) {
                values[used++] = (long) bounds[bucket];
            }
        }
        return Arrays.copyOf(values, used);
    }

    @Override
    public int size() {
        return (int) Math.min(count, Integer.MAX_VALUE);
    }

    @Override
    public long getMax() {
        return (long) Math.ceil(getValue(1));
    }

    @Override
    public double getMean() {
        return count == 0 ? 0 : sum / count;
    }

    @Override
    public long getMin() {
        for (int bucket = 0; bucket < bounds.length; bucket++) {
            if (counts[bucket] > 0) {
                return (long) (bucket == 0 ? Math.min(0, bounds[0]) : bounds[bucket - 1]);
            }
        }
        return count == 0 ? 0 : (long) bounds[bounds.length - 1];
    }

    /** {@return the standard deviation, estimated from bucket midpoints} */
    @Override
    public double getStdDev() {
        if (count < 2) {
            return 0;
        }
        double mean = getMean();
        double squares = 0;
        for (int bucket = 0; bucket <= bounds.length; bucket++) {
            double lower = bucket == 0 ? Math.min(0, bounds[0]) : bounds[bucket - 1];
            double middle = bucket == bounds.length ? lower : (lower + bounds[bucket]) / 2;
            squares += counts[bucket] * (middle - mean) * (middle - mean);
        }
        return Math.sqrt(squares / (count - 1));
    }

    @Override
    public void dump(OutputStream output) {
        PrintWriter writer = new PrintWriter(output, false, StandardCharsets.UTF_8);
        for (int bucket = 0; bucket < bounds.length; bucket++) {
            writer.println(bounds[bucket] + " " + counts[bucket]);
        }
        writer.println("+Inf " + counts[bounds.length]);
        writer.flush();
    }
}
