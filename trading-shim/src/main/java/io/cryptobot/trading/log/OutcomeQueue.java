package io.cryptobot.trading.log;

import io.cryptobot.trading.OrderRequest;
import io.cryptobot.trading.TradingMode;
import java.util.concurrent.atomic.AtomicLongArray;
import org.jspecify.annotations.Nullable;

/**
 * Order outcomes on their way from the trading threads to the order log's writer. A ring of slots that are used over and
 * over: handing in one takes no lock, wakes nobody and allocates nothing, and is refused when the ring is full. Many
 * threads may offer, one takes.
 *
 * <p>Both sides keep off each other's cache lines: the taker only reads the slots, and says by one number, once a batch,
 * how many it has done with. So a slot keeps its request until it is used again.
 */
final class OutcomeQueue {
    /** Numbers far enough apart to be alone on their cache lines, also where the processor fetches lines in pairs. */
    private static final int GIVEN = 16;

    private static final int RELEASED = 32;
    private static final int TAKEN = 48;
    private static final int NUMBERS = 64;

    private final Slot[] slots;
    private final int mask;
    /** Of slot i: the ticket of the outcome that it holds or last held, plus 1. */
    private final AtomicLongArray filled;
    /** Outcomes that were ever given in, released, and taken; the last is the taker's own. */
    private final AtomicLongArray numbers = new AtomicLongArray(NUMBERS);

    /** @param capacity a power of two */
    OutcomeQueue(int capacity) {
        slots = new Slot[capacity];
        filled = new AtomicLongArray(capacity);
        mask = capacity - 1;
        for (int index = 0; index < capacity; index++) {
            slots[index] = new Slot();
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

        /** Leaves alone what is the same as a round ago: to store a reference costs the collector's barrier each time. */
        private void set(
                TradingMode newMode,
                String newExchange,
                @Nullable OrderRequest newRequest,
                String newOutcome,
                @Nullable String newReason,
                @Nullable String newDetail) {
            if (mode != newMode) {
                mode = newMode;
            }
            if (!same(exchange, newExchange)) {
                exchange = newExchange;
            }
            request = newRequest;
            if (!same(outcome, newOutcome)) {
                outcome = newOutcome;
            }
            if (!same(reason, newReason)) {
                reason = newReason;
            }
            if (!same(detail, newDetail)) {
                detail = newDetail;
            }
        }

        @SuppressWarnings("ReferenceEquality") // whether there is anything to store, not whether it reads the same
        private static boolean same(@Nullable String old, @Nullable String fresh) {
            return old == fresh;
        }
    }

    /** Hands in the outcome of an order. */
    boolean offer(
            TradingMode mode,
            String exchange,
            OrderRequest request,
            String outcome,
            @Nullable String reason,
            @Nullable String detail,
            long latencyNanos,
            long endNanos) {
        long ticket = claim();
        if (ticket < 0) {
            return false;
        }
        Slot slot = slots[(int) ticket & mask];
        slot.set(mode, exchange, request, outcome, reason, detail);
        slot.latencyNanos = latencyNanos;
        slot.endNanos = endNanos;
        filled.setRelease((int) ticket & mask, ticket + 1);
        return true;
    }

    /** Hands in what was found out about an order of which no more is known than its name. */
    boolean offer(
            TradingMode mode, String exchange, String clientOrderId, String symbol, String outcome, long endNanos) {
        long ticket = claim();
        if (ticket < 0) {
            return false;
        }
        Slot slot = slots[(int) ticket & mask];
        slot.set(mode, exchange, null, outcome, null, null);
        slot.clientOrderId = clientOrderId;
        slot.symbol = symbol;
        slot.endNanos = endNanos;
        filled.setRelease((int) ticket & mask, ticket + 1);
        return true;
    }

    /** {@return a slot for the caller alone; negative when all hold outcomes that are not written yet} */
    long claim() {
        while (true) {
            long ticket = numbers.get(GIVEN);
            if (ticket - numbers.getAcquire(RELEASED) >= slots.length) {
                return -1;
            }
            if (numbers.compareAndSet(GIVEN, ticket, ticket + 1)) {
                return ticket;
            }
        }
    }

    /** {@return the oldest outcome that was not taken yet, valid until {@link #release}; null when there is none} */
    @Nullable
    Slot take() {
        long ticket = numbers.getPlain(TAKEN);
        int index = (int) ticket & mask;
        if (filled.getAcquire(index) != ticket + 1) {
            return null;
        }
        numbers.setPlain(TAKEN, ticket + 1);
        return slots[index];
    }

    /** Gives back all slots that were taken. */
    void release() {
        numbers.setRelease(RELEASED, numbers.getPlain(TAKEN));
    }
}
