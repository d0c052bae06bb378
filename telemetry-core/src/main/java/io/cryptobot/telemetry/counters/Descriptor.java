package io.cryptobot.telemetry.counters;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.cryptobot.telemetry.MetricType;
import io.cryptobot.telemetry.ToolApi;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * Identity and type of one record of the counters file: one series, or one histogram child. Immutable.
 *
 * @param name Prometheus family name
 * @param type metric type
 * @param help help text of the family
 * @param labels label names and values, sorted by name, without {@code bot}
 * @param scale the number of raw units in one exported unit, at least 1; for example 1,000,000 if nanoseconds are
 *     exported as milliseconds. Gauges ignore it
 * @param bounds a histogram's finite upper bounds in exported units, or a summary's quantiles, ascending; empty for
 *     other types
 */
@ToolApi
public record Descriptor(
        String name, MetricType type, String help, SortedMap<String, String> labels, long scale, List<Double> bounds) {
    /** The constants of FNV-1a for 64 bits, see http://www.isthe.com/chongo/tech/comp/fnv/. */
    private static final long FNV_OFFSET_BASIS = 0xcbf29ce484222325L;

    private static final long FNV_PRIME = 0x100000001b3L;
    private static final Pattern METRIC_NAME = Pattern.compile("[a-zA-Z_:][a-zA-Z0-9_:]*");
    private static final Pattern LABEL_NAME = Pattern.compile("[a-zA-Z_][a-zA-Z0-9_]*");

    public Descriptor {
        check(METRIC_NAME.matcher(name).matches(), "metric name must match " + METRIC_NAME + ", was '" + name + "'");
        for (String label : labels.keySet()) {
            check(
                    LABEL_NAME.matcher(label).matches(),
                    name + ": label name must match " + LABEL_NAME + ", was '" + label + "'");
        }
        check(scale >= 1, name + ": scale must be >= 1, was " + scale);
        check(
                (type == MetricType.HISTOGRAM || type == MetricType.SUMMARY) == !bounds.isEmpty(),
                name + ": histograms and summaries need bounds and nothing else has them, got " + type + " with "
                        + bounds);
        double previous = Double.NEGATIVE_INFINITY;
        for (double bound : bounds) {
            check(
                    bound > previous && bound < Double.POSITIVE_INFINITY,
                    name + ": bounds must be finite and ascend, was " + bounds);
            previous = bound;
        }
        labels = Collections.unmodifiableSortedMap(new TreeMap<>(labels));
        bounds = List.copyOf(bounds);
    }

    /** {@return a counter of events} */
    public static Descriptor counter(String name, String help, Map<String, String> labels) {
        return new Descriptor(name, MetricType.COUNTER, help, new TreeMap<>(labels), 1, List.of());
    }

    /** {@return a gauge; its raw value is the bits of a double} */
    public static Descriptor gauge(String name, String help, Map<String, String> labels) {
        return new Descriptor(name, MetricType.GAUGE, help, new TreeMap<>(labels), 1, List.of());
    }

    /** {@return a summary of these quantiles, each from 0 to 1, ascending} */
    public static Descriptor summary(String name, String help, Map<String, String> labels, List<Double> quantiles) {
        return new Descriptor(name, MetricType.SUMMARY, help, new TreeMap<>(labels), 1, quantiles);
    }

    /**
     * {@return the number of 64-bit values of the record} A counter or gauge has one value. A histogram has one value
     * for each bucket, also for {@code +Inf}, and the sum. A summary has its quantiles and the count.
     */
    public int valueCount() {
        return switch (type) {
            case COUNTER, GAUGE -> 1;
            case HISTOGRAM -> bounds.size() + 2;
            case SUMMARY -> bounds.size() + 1;
        };
    }

    /** {@return true if the value at {@code index} is a double that is set; false if it is a count that increases} */
    boolean isSet(int index) {
        return type == MetricType.GAUGE || (type == MetricType.SUMMARY && index < bounds.size());
    }

    /**
     * {@return the 64-bit FNV-1a hash of type, scale, bounds, name and labels, without the help text} Descriptors with
     * equal hashes can be resumed after a restart, except for hash collisions.
     */
    long fingerprint() {
        long hash = FNV_OFFSET_BASIS;
        StringBuilder identity = new StringBuilder()
                .append(type)
                .append('\0')
                .append(scale)
                .append('\0')
                .append(bounds)
                .append('\0')
                .append(name);
        labels.forEach((label, value) ->
                identity.append('\0').append(label).append('\0').append(value));
        for (byte octet : identity.toString().getBytes(UTF_8)) {
            hash = (hash ^ (octet & 0xff)) * FNV_PRIME;
        }
        return hash;
    }

    /** Returns true if a record of {@code other} can be resumed: everything except the help text must be equal. */
    boolean resumes(Descriptor other) {
        return seriesId().equals(other.seriesId())
                && type == other.type
                && scale == other.scale
                && bounds.equals(other.bounds);
    }

    /** {@return name and labels, which identify a series: each is exported at most once} */
    SeriesId seriesId() {
        return new SeriesId(name, labels);
    }

    /** The identity of a series. */
    record SeriesId(String name, SortedMap<String, String> labels) {}

    private static void check(boolean valid, String message) {
        if (!valid) {
            throw new IllegalArgumentException(message);
        }
    }
}
