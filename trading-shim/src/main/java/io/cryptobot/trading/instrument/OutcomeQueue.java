package io.cryptobot.trading.instrument;

import io.cryptobot.trading.OrderRequest;
import io.cryptobot.trading.mode.TradingMode;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicLongArray;
import org.jspecify.annotations.Nullable;

/**
 * Order outcomes on their way from the trading threads to the order log's writer. A ring of slots that are used over and
 * over: handing in one takes no lock, wakes nobody and allocates nothing, and is refused when the ring is full. Many
 * threads may offer, one takes.
 */
final class OutcomeQueue {
    private final Slot[] slots;
    private final int mask;
    /** Of slot i: the ticket that may write it next, or that ticket + 1 while it holds an outcome. */
    private final AtomicLongArray turns;

    private final AtomicLong next = new AtomicLong();
    /** The taker's own. */
    private long taken;

    /** @param capacity a power of two */
    OutcomeQueue(int capacity) {
        slots = new Slot[capacity];
        turns = new AtomicLongArray(capacity);
        mask = capacity - 1;
        for (int index = 0; index < capacity; index++) {
            slots[index] = new Slot();
            turns.set(index, index);
        }
    }

    /** What became of one order. Fields are written by the one thread whose turn the slot is. */
    static final class Slot {
        @Nullable
        TradingMode mode;

        String exchange = "";
        String clientOrderId = "";
        String symbol = "";

        @Nullable
        OrderRequest request;

        String outcome = "";

        @Nullable
        String reason;

        @Nullable
        String detail;

        long latencyNanos;
        long endNanos;
    }

    boolean offer(
            TradingMode mode,
            String exchange,
            String clientOrderId,
            String symbol,
            @Nullable OrderRequest request,
            String outcome,
            @Nullable String reason,
            @Nullable String detail,
            long latencyNanos,
            long endNanos) {
        while (true) {
            long ticket = next.get();
            int index = (int) ticket & mask;
            long turn = turns.get(index);
            if (turn < ticket) {
                return false; // still holds the outcome of a round ago
            }
            if (turn == ticket && next.compareAndSet(ticket, ticket + 1)) {
                Slot slot = slots[index];
                slot.mode = mode;
                slot.exchange = exchange;
                slot.clientOrderId = clientOrderId;
                slot.symbol = symbol;
                slot.request = request;
                slot.outcome = outcome;
                slot.reason = reason;
                slot.detail = detail;
                slot.latencyNanos = latencyNanos;
                slot.endNanos = endNanos;
                turns.setRelease(index, ticket + 1);
                return true;
            }
        }
    }

    /** {@return the oldest outcome, to be given back with {@link #release}; null when there is none} */
    @Nullable
    Slot take() {
        int index = (int) taken & mask;
        return turns.getAcquire(index) == taken + 1 ? slots[index] : null;
    }

    void release(Slot slot) {
        slot.request = null;
        slot.detail = null;
        turns.setRelease((int) taken & mask, taken + slots.length);
        taken++;
    }
}
