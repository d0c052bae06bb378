package io.cryptobot.telemetry.counters;

import io.cryptobot.telemetry.MetricType;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * What a record of the counters file is about: one series, or one histogram child. Immutable.
 *
 * @param name Prometheus family name
 * @param type metric type
 * @param help help text of the family
 * @param labels label names and values, sorted by name, without {@code bot}
 * @param scale how many raw units make one exported unit, at least 1: 1 for plain counts, 1,000,000 for nanoseconds that
 *     are exported as milliseconds; ignored by gauges
 * @param bounds a histogram's finite upper bounds in exported units, ascending; empty for other types
 */
public record Descriptor(
        String name, MetricType type, String help, SortedMap<String, String> labels, long scale, List<Double> bounds) {
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
                (type == MetricType.HISTOGRAM) == !bounds.isEmpty(),
                name + ": a histogram needs bounds and nothing else has them, got " + type + " with " + bounds);
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

    /** {@return a counter of whole events} */
    public static Descriptor counter(String name, String help, Map<String, String> labels) {
        return new Descriptor(name, MetricType.COUNTER, help, new TreeMap<>(labels), 1, List.of());
    }

    /** {@return a gauge; its raw value is the bits of a double} */
    public static Descriptor gauge(String name, String help, Map<String, String> labels) {
        return new Descriptor(name, MetricType.GAUGE, help, new TreeMap<>(labels), 1, List.of());
    }

    /** {@return how many 64-bit values the record holds: one, or the histogram's buckets with {@code +Inf} and the sum} */
    public int valueCount() {
        return type == MetricType.HISTOGRAM ? bounds.size() + 2 : 1;
    }

    /** Whether values written under {@code other} go on under this: all but the help text must be equal. */
    boolean resumes(Descriptor other) {
        return sameSeries(other) && type == other.type && scale == other.scale && bounds.equals(other.bounds);
    }

    /** Whether both are about the same name and labels, so that only one of them may be exported. */
    boolean sameSeries(Descriptor other) {
        return name.equals(other.name) && labels.equals(other.labels);
    }

    private static void check(boolean valid, String message) {
        if (!valid) {
            throw new IllegalArgumentException(message);
        }
    }
}
