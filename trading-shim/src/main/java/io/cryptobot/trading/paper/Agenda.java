package io.cryptobot.trading.paper;

import java.util.Comparator;
import java.util.PriorityQueue;
import org.jspecify.annotations.Nullable;

/** What is under way to the paper exchange, by the time of its arrival, then in the order of sending. Confined to the engine's thread. */
final class Agenda {
    /** What happens to an order. */
    enum Action {
        ARRIVE,
        REFUSE,
        CANCEL,
        /** It has waited for market data for too long. */
        GIVE_UP
    }

    record Due(long nanos, long sequence, Action action, PaperOrder order) {}

    private final PriorityQueue<Due> queue =
            new PriorityQueue<>(Comparator.comparingLong(Due::nanos).thenComparingLong(Due::sequence));
    private long sequence;

    void add(long nanos, Action action, PaperOrder order) {
        queue.add(new Due(nanos, ++sequence, action, order));
    }

    /** {@return and forgets the next one that is due until then; null when there is none} */
    @Nullable
    Due next(long untilNanos) {
        Due first = queue.peek();
        return first == null || first.nanos() > untilNanos ? null : queue.poll();
    }
}
