package io.cryptobot.trading.paper;

import java.util.Comparator;
import java.util.PriorityQueue;
import java.util.function.BiConsumer;

/**
 * The engine's time and its future actions. Each action is performed at its time; actions with the same time run in the
 * sequence in which they were scheduled. Time is in ns from any origin and never runs backwards. Confined to the
 * engine's thread.
 */
final class ActionSchedule {
    /** An action on an order. */
    enum Action {
        ARRIVE,
        REJECT,
        CANCEL,
        /** The order has waited too long for market data. */
        END_WAITING
    }

    private record Entry(long nanos, long sequence, Action action, PaperOrder order) {}

    private final BiConsumer<Action, PaperOrder> performer;
    private final PriorityQueue<Entry> queue =
            new PriorityQueue<>(Comparator.comparingLong(Entry::nanos).thenComparingLong(Entry::sequence));
    private long sequence;
    private long now = Long.MIN_VALUE;

    ActionSchedule(BiConsumer<Action, PaperOrder> performer) {
        this.performer = performer;
    }

    long now() {
        return now;
    }

    /** Schedules an action. An action without a delay is performed before this method returns. */
    void add(long delayNanos, Action action, PaperOrder order) {
        if (delayNanos == 0) {
            performer.accept(action, order);
        } else {
            queue.add(new Entry(now + delayNanos, ++sequence, action, order));
        }
    }

    /** Performs all actions up to this time, inclusive. An earlier time than the last time counts as the last time. */
    void advanceTo(long nanos) {
        for (Entry first = queue.peek(); first != null && first.nanos() <= nanos; first = queue.peek()) {
            queue.remove();
            now = Math.max(now, first.nanos());
            performer.accept(first.action(), first.order());
        }
        now = Math.max(now, nanos);
    }

    /** Performs all actions before this time, exclusive. */
    void advanceBefore(long nanos) {
        advanceTo(nanos - 1);
        now = Math.max(now, nanos);
    }
}
