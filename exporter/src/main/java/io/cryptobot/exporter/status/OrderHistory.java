package io.cryptobot.exporter.status;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * The increase of the order counts of one bot in one mode since the start of the watch. Increments are added to a sum,
 * so that a reset is handled once and a time window is the difference of two sums. Not thread-safe.
 */
final class OrderHistory {
    /** The time range of the charts plus one window. */
    static final Duration KEPT = Duration.ofMinutes(20);

    /** The time since which all increments are known, in ns of the watch's clock. */
    private final long sinceNanos;

    private final List<Point> points = new ArrayList<>();
    private OrderCounts last;
    private OrderCounts sum = OrderCounts.NONE;

    private record Point(long nanos, OrderCounts sum) {}

    /**
     * The increase in a time window. Immutable.
     *
     * @param length the length of the window: longer than requested if the file could not be read at that time, shorter
     *     if the watch began later
     */
    record Window(Duration length, OrderCounts growth) {}

    /**
     * @param sinceNanos the time since which all increments are known
     * @param before the counts at that time
     */
    OrderHistory(long sinceNanos, OrderCounts before) {
        this.sinceNanos = sinceNanos;
        this.last = before;
    }

    /** Adds the current counts of the file. */
    void update(OrderCounts now) {
        sum = sum.plus(now.since(last));
        last = now;
    }

    /** Stores the current sum as a point of the history, and removes points that are too old. */
    void addPoint(long nanos) {
        points.add(new Point(nanos, sum));
        while (points.size() > 1 && nanos - points.get(1).nanos() >= KEPT.toNanos()) {
            points.remove(0);
        }
    }

    /** {@return true if all increments since that moment are known} */
    boolean covers(long nanos) {
        return nanos - sinceNanos >= 0;
    }

    /** {@return the increase since the start of the watch} */
    OrderCounts sum() {
        return sum;
    }

    /** {@return the increase from the start of the watch to the newest point that is not after this moment} */
    OrderCounts sumAt(long nanos) {
        int index = indexAt(nanos);
        return index < 0 ? OrderCounts.NONE : points.get(index).sum();
    }

    /** {@return the increase in the last {@code time}} */
    Window last(Duration time, long nowNanos) {
        long start = nowNanos - time.toNanos();
        int index = indexAt(start);
        if (index >= 0) {
            Point point = points.get(index);
            return new Window(Duration.ofNanos(nowNanos - point.nanos()), sum.since(point.sum()));
        }
        return new Window(covers(start) ? time : Duration.ofNanos(nowNanos - sinceNanos), sum);
    }

    private int indexAt(long nanos) {
        int low = 0;
        int high = points.size();
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (points.get(middle).nanos() - nanos <= 0) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low - 1;
    }
}
