package io.cryptobot.exporter.status;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * The growth of the orders of one bot in one mode while they were watched. Increments are summed up as they are read,
 * so that a reset is handled once and a window is the difference of two sums. Not thread-safe.
 */
final class OrderHistory {
    /** The time that the charts show, plus the window before it. */
    static final Duration KEPT = Duration.ofMinutes(20);

    /** From when on all growth is known, in ns of the watch's clock. */
    private final long sinceNanos;

    private final List<Point> points = new ArrayList<>();
    private OrderCounts last;
    private OrderCounts sum = OrderCounts.NONE;

    private record Point(long nanos, OrderCounts sum) {}

    /**
     * The growth from one moment to another. Immutable.
     *
     * @param length how long ago the first moment was: longer than requested if the file could not be read at that
     *     time, shorter if the watch began later
     */
    record Window(Duration length, OrderCounts growth) {}

    /**
     * @param sinceNanos from when on all growth is known
     * @param before what had been counted by then
     */
    OrderHistory(long sinceNanos, OrderCounts before) {
        this.sinceNanos = sinceNanos;
        this.last = before;
    }

    /** Adds the current counts of the file. */
    void read(OrderCounts now) {
        sum = sum.plus(now.since(last));
        last = now;
    }

    /** Keeps the sum of this moment as a point in the past, and forgets those that are too old. */
    void keep(long nanos) {
        points.add(new Point(nanos, sum));
        while (points.size() > 1 && nanos - points.get(1).nanos() >= KEPT.toNanos()) {
            points.remove(0);
        }
    }

    /** {@return whether all growth since that moment is known} */
    boolean knows(long nanos) {
        return nanos - sinceNanos >= 0;
    }

    /** {@return the growth since the watch began} */
    OrderCounts sum() {
        return sum;
    }

    /** {@return the growth from the start of the watch to the newest point that is not after this moment} */
    OrderCounts sumAt(long nanos) {
        int index = indexAt(nanos);
        return index < 0 ? OrderCounts.NONE : points.get(index).sum();
    }

    /** {@return the growth within this time before now} */
    Window last(Duration time, long nowNanos) {
        long start = nowNanos - time.toNanos();
        int index = indexAt(start);
        if (index >= 0) {
            Point point = points.get(index);
            return new Window(Duration.ofNanos(nowNanos - point.nanos()), sum.since(point.sum()));
        }
        return new Window(knows(start) ? time : Duration.ofNanos(nowNanos - sinceNanos), sum);
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
