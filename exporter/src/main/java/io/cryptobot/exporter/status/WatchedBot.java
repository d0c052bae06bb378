package io.cryptobot.exporter.status;

import io.cryptobot.telemetry.MetricCatalog;
import io.cryptobot.telemetry.OrderMode;
import java.util.EnumMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The data of the watch about one bot between two polls. Not thread-safe: guarded by the watch. */
final class WatchedBot {
    private static final double NANOS_PER_SECOND = 1e9;

    private final Map<OrderMode, OrderHistory> histories = new EnumMap<>(OrderMode.class);
    private @Nullable Long unknownSinceNanos;
    private @Nullable Long stuckSinceNanos;
    private @Nullable Long submitted;
    private long readNanos;

    /** Updates the data from the file. Orders are stuck if some are in flight and no new order starts. */
    void read(CatalogSeries series, long now) {
        readNanos = now;
        unknownSinceNanos =
                isAny(series.orderGauge(MetricCatalog.ORDERS_UNKNOWN)) ? since(unknownSinceNanos, now) : null;
        Long before = submitted;
        submitted = series.submitted(OrderMode.LIVE).orElse(null);
        boolean noneBegan = submitted != null && submitted.equals(before);
        stuckSinceNanos = noneBegan && isAny(series.orderGauge(MetricCatalog.ORDERS_IN_FLIGHT))
                ? since(stuckSinceNanos, now)
                : null;
    }

    private static boolean isAny(@Nullable Long orders) {
        return orders != null && orders > 0;
    }

    private static Long since(@Nullable Long known, long now) {
        return known == null ? now : known;
    }

    /** {@return the seconds since which every poll has found unknown orders; null if there are none} */
    @Nullable
    Double unknownSeconds(long now) {
        return seconds(unknownSinceNanos, now);
    }

    /** {@return the seconds since which every poll has found stuck orders; null if there are none} */
    @Nullable
    Double stuckSeconds(long now) {
        return seconds(stuckSinceNanos, now);
    }

    private static @Nullable Double seconds(@Nullable Long since, long now) {
        return since == null ? null : (now - since) / NANOS_PER_SECOND;
    }

    Map<OrderMode, OrderHistory> histories() {
        return histories;
    }

    /** {@return the time of the last read} */
    long readNanos() {
        return readNanos;
    }

    /** Stores the last counts as a point of each history. */
    void addPoint() {
        histories.values().forEach(history -> history.addPoint(readNanos));
    }
}
