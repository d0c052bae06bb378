package io.cryptobot.trading.paper;

import java.util.Comparator;
import java.util.PriorityQueue;
import java.util.function.BiConsumer;

/**
 * The engine's time, and the actions that are still to come: each is performed at its time, those of the same time in the
 * order of scheduling. Time is in ns from any origin and never runs backwards. Confined to the engine's thread.
 */
final class ActionSchedule {
    /** What happens to an order. */
    enum Action {
        ARRIVE,
        REJECT,
        CANCEL,
        /** It has waited for market data for too long. */
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

    /** Schedules an action; without a delay it is performed before this returns. */
    void add(long delayNanos, Action action, PaperOrder order) {
        if (delayNanos == 0) {
            performer.accept(action, order);
        } else {
            queue.add(new Entry(now + delayNanos, ++sequence, action, order));
        }
    }

    /** Performs what is due until then, that moment included. A time before the last one counts as the last one. */
    void advanceTo(long nanos) {
        for (Entry first = queue.peek(); first != null && first.nanos() <= nanos; first = queue.peek()) {
            queue.remove();
            now = Math.max(now, first.nanos());
            performer.accept(first.action(), first.order());
        }
        now = Math.max(now, nanos);
    }

    /** Performs what is due before then, and not yet what is due at that moment. */
    void advanceBefore(long nanos) {
        advanceTo(nanos - 1);
        now = Math.max(now, nanos);
    }
}
