package io.cryptobot.trading.log;

import io.cryptobot.trading.OrderRequest;
import io.cryptobot.trading.TradingMode;
import java.util.concurrent.atomic.AtomicLongArray;
import org.jspecify.annotations.Nullable;

/**
 * A bounded queue of order outcomes between the trading threads and the writer of the order log. It is a ring of reused
 * slots. {@link #offer} takes no lock, wakes no thread and allocates nothing; it returns false if the ring is full.
 * Many threads may call {@code offer}; only one thread, the consumer, may call {@code take} and {@code release}.
 *
 * <p>To keep cache lines unshared, the consumer only reads the slots and writes one number after each batch: how many
 * outcomes it has finished. Therefore a slot keeps its request until the slot is used again.
 */
final class OutcomeQueue {
    /**
     * Indexes in {@link #numbers}. They are far enough apart to be on different cache lines, also on processors that
     * fetch lines in pairs.
     */
    private static final int GIVEN = 16;

    private static final int RELEASED = 32;
    private static final int TAKEN = 48;
    private static final int NUMBERS = 64;

    private final Slot[] slots;
    private final int mask;
    /** For slot i: the ticket of its current or last outcome, plus 1. */
    private final AtomicLongArray filled;
    /** The total numbers of outcomes that were offered, released and taken. Only the consumer uses the third number. */
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

    /** The outcome of one order. Only the thread that claimed the slot writes its fields. */
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

        /**
         * Skips references that did not change, because each store of a reference needs a barrier of the garbage
         * collector.
         */
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

        @SuppressWarnings("ReferenceEquality") // compares references to find out if a store is needed
        private static boolean same(@Nullable String old, @Nullable String fresh) {
            return old == fresh;
        }
    }

    /** Adds the outcome of an order. Returns false if the queue is full. */
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

    /**
     * Adds a later outcome of an order of which only the id and symbol are known. Returns false if the queue is full.
     */
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

    /** {@return the ticket of a slot that only the caller may write; negative if the queue is full} */
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

    /** {@return the oldest outcome that was not taken yet, valid until {@link #release}; null if the queue is empty} */
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

    /** Frees all slots that were taken. */
    void release() {
        numbers.setRelease(RELEASED, numbers.getPlain(TAKEN));
    }
}
