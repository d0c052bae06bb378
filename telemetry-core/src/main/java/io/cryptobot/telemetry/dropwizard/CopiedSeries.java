package io.cryptobot.telemetry.dropwizard;

import com.codahale.metrics.Metric;
import com.codahale.metrics.Sampling;
import com.codahale.metrics.Snapshot;
import io.cryptobot.telemetry.MetricType;
import io.cryptobot.telemetry.counters.Slot;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.WeakHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The file record of a metric of the bot's registry. Confined to one report at a time: only the report writes to the
 * record.
 */
final class CopiedSeries {
    static final List<Double> QUANTILES = List.of(0.5, 0.75, 0.95, 0.99, 0.999);

    /**
     * Counts that are already in a file. If a registry is used by one Telemetry object after another, the next object
     * must not count them again.
     */
    private static final Map<Metric, Long> COUNTED_BEFORE = Collections.synchronizedMap(new WeakHashMap<>());

    private final Slot slot;
    /** The number of values that are set. The count, if there is one, comes after them. */
    private final int setValues;

    private @Nullable Metric source;
    private long counted;

    CopiedSeries(Slot slot, MetricType type) {
        this.slot = slot;
        this.setValues = switch (type) {
            case GAUGE -> 1;
            case SUMMARY -> QUANTILES.size();
            case COUNTER, HISTOGRAM -> 0;
        };
    }

    void setGauge(double value) {
        set(0, value);
    }

    /** Sets the quantiles; without observations they are unknown, not 0. */
    void setQuantiles(Sampling metric, double factor) {
        Snapshot snapshot = metric.getSnapshot();
        boolean empty = snapshot.size() == 0;
        for (int index = 0; index < setValues; index++) {
            set(index, empty ? Double.NaN : snapshot.getValue(QUANTILES.get(index)) * factor);
        }
    }

    /** Adds the increase since the last report. A decrease is ignored. */
    void count(Metric metric, long present) {
        if (source != metric) {
            source = metric;
            counted = COUNTED_BEFORE.getOrDefault(metric, 0L);
        }
        long fresh = present - counted;
        counted = present;
        if (fresh > 0 && setValues == 0) {
            slot.add(0, fresh);
        } else if (fresh > 0) {
            slot.set(setValues, slot.get(setValues) + fresh); // a summary has no stripes to add to
        }
    }

    /** Sets gauge and quantiles to NaN; the count stays. */
    void forget() {
        for (int index = 0; index < setValues; index++) {
            set(index, Double.NaN);
        }
    }

    /** Remembers the count for the next Telemetry on the same registry. */
    void rememberCount() {
        if (source != null) {
            COUNTED_BEFORE.put(source, counted);
        }
    }

    private void set(int index, double value) {
        slot.set(index, Double.doubleToRawLongBits(value));
    }
}
