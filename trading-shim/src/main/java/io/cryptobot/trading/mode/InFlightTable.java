package io.cryptobot.trading.mode;

import static io.cryptobot.trading.mode.ControlFile.CLOCK_OFFSET;
import static io.cryptobot.trading.mode.ControlFile.ENTRIES;
import static io.cryptobot.trading.mode.ControlFile.ENTRIES_OFFSET;
import static io.cryptobot.trading.mode.ControlFile.ENTRY_ID;
import static io.cryptobot.trading.mode.ControlFile.ENTRY_LENGTH;
import static io.cryptobot.trading.mode.ControlFile.ENTRY_START;
import static io.cryptobot.trading.mode.ControlFile.ENTRY_SYMBOL;
import static io.cryptobot.trading.mode.ControlFile.ID_MAX_LENGTH;
import static io.cryptobot.trading.mode.ControlFile.SYMBOL_MAX_LENGTH;
import static io.cryptobot.trading.mode.ControlFile.WITHOUT_ENTRY_OFFSET;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicIntegerArray;

/**
 * The live orders in flight, in the entries of the {@link ControlFile}. Each order has its own entry, so threads that
 * send at the same time write to different cache lines. An order that finds no free entry is counted in a common word.
 * The state of an entry is one word that contains the random number of its owner, so a late write by an old owner never
 * changes an entry of the next owner. The entries survive when the bot is killed; the next run reads from them which
 * orders to reconcile. Lock-free; thread-safe.
 */
final class InFlightTable {
    /** The entry number of an order that found no free entry. */
    static final int NO_ENTRY = -1;

    /** A thread tries this many entries before it sends without an entry, because the order path must be fast. */
    private static final int PROBES = 8;

    private static final long NANOS_PER_MS = 1_000_000;
    private static final long STATES = 3;
    private static final long TAKEN = 1;
    private static final long SENT = 2;
    private static final long UNKNOWN = 3;
    /** Mask of the count in the word for orders without an entry. */
    private static final long COUNT = 0xFFFF;
    /** Distance of two flags in {@link #held}, in ints, so that two flags are never in the same pair of cache lines. */
    private static final int HELD_DISTANCE = 32;

    private static final VarHandle LONGS = MethodHandles.byteBufferViewVarHandle(long[].class, ByteOrder.nativeOrder());
    private static final VarHandle TEXT = MethodHandles.byteBufferViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    private final ByteBuffer buffer;

    /** The words that this owner writes into entries: its random number and the state. */
    private final long taken;

    private final long sent;
    private final long unknown;

    /**
     * A copy in the process, because the file can be lost: a flag for each entry that this process uses, and the count
     * of its orders without an entry.
     */
    private final AtomicIntegerArray held = new AtomicIntegerArray((ENTRIES + 2) * HELD_DISTANCE);

    private final Pass[] passes = new Pass[ENTRIES];
    private final Pass passWithoutEntry = Pass.live(this, NO_ENTRY);

    InFlightTable(ByteBuffer buffer) {
        this.buffer = buffer;
        long owner = ThreadLocalRandom.current().nextLong() & ~STATES;
        this.taken = owner | TAKEN;
        this.sent = owner | SENT;
        this.unknown = owner | UNKNOWN;
        for (int entry = 0; entry < ENTRIES; entry++) {
            passes[entry] = Pass.live(this, entry);
        }
    }

    /** {@return the number of live orders in flight; it may include an order that ends at this moment} */
    int inFlight() {
        int count = withoutEntry();
        for (int entry = 0; entry < ENTRIES; entry++) {
            long word = get(offset(entry));
            if (word != 0 && (word & STATES) != UNKNOWN) {
                count++;
            }
        }
        return count;
    }

    /** {@return the number of live orders in flight without an entry} */
    int withoutEntry() {
        return (int) (get(WITHOUT_ENTRY_OFFSET) & COUNT);
    }

    /**
     * Registers an order before the second check of the mode. Allocates nothing.
     *
     * @return the pass of the order, with {@link #NO_ENTRY} if no free entry was found
     */
    Pass enter() {
        int first = (int) Thread.currentThread().getId() * PROBES;
        for (int probe = 0; probe < PROBES; probe++) {
            int entry = first + probe & ENTRIES - 1;
            int offset = offset(entry);
            if (get(offset) == 0 && LONGS.compareAndSet(buffer, offset, 0L, taken)) {
                // The last order of this entry has not cleared its flag yet; it would clear the flag of this order.
                if (held.getOpaque(place(entry)) != 0) {
                    var unused = LONGS.compareAndSet(buffer, offset, taken, 0L);
                    continue;
                }
                held.setOpaque(place(entry), 1);
                return passes[entry];
            }
        }
        held.getAndIncrement(place(ENTRIES));
        addWithoutEntry(1);
        return passWithoutEntry;
    }

    /** Writes id and symbol into the entry before the order is sent. Allocates nothing. */
    void write(int entry, long startNanos, String id, String symbol) {
        if (entry != NO_ENTRY) {
            int offset = offset(entry);
            put(offset + ENTRY_ID, id, ID_MAX_LENGTH);
            put(offset + ENTRY_SYMBOL, symbol, SYMBOL_MAX_LENGTH);
            buffer.putLong(offset + ENTRY_START, startNanos);
            LONGS.setRelease(buffer, offset, sent);
        }
    }

    /**
     * Removes an order that was not sent. If the file has a new owner, which has cleared the entry, the entry does not
     * change.
     */
    void abort(int entry) {
        if (entry == NO_ENTRY) {
            complete(entry);
            return;
        }
        try {
            var unused = LONGS.compareAndSet(buffer, offset(entry), taken, 0L);
        } finally {
            clearHeld(entry);
        }
    }

    /** Removes an order with a known outcome. */
    void complete(int entry) {
        end(entry, 0);
    }

    /** Removes an order with an unknown outcome; its entry stays until the order is stored on the disk. */
    void completeUnknown(int entry) {
        end(entry, unknown);
    }

    private void end(int entry, long word) {
        try {
            if (entry == NO_ENTRY) {
                addWithoutEntry(-1);
            } else {
                LONGS.setRelease(buffer, offset(entry), word);
            }
        } finally { // also if the file is lost
            clearHeld(entry);
        }
    }

    /** Does nothing if the file has a new owner. */
    private void addWithoutEntry(int more) {
        long word = get(WITHOUT_ENTRY_OFFSET);
        while (isOwnCount(word) && !LONGS.compareAndSet(buffer, WITHOUT_ENTRY_OFFSET, word, word + more)) {
            word = get(WITHOUT_ENTRY_OFFSET);
        }
    }

    private boolean isOwnCount(long word) {
        return (word & ~COUNT) == (taken & ~COUNT);
    }

    /**
     * {@return true if this owner has taken over the file} It is false if the content of an older file was copied over
     * this file.
     */
    boolean isTakenOver() {
        return isOwnCount(get(WITHOUT_ENTRY_OFFSET));
    }

    private void clearHeld(int entry) {
        if (entry == NO_ENTRY) {
            held.getAndDecrement(place(ENTRIES));
        } else {
            held.setRelease(place(entry), 0);
        }
    }

    private static int place(int entry) {
        return (entry + 1) * HELD_DISTANCE;
    }

    /**
     * {@return the number of live orders of this process in flight, also if the file is lost} An order sets its flag
     * without a fence, after it gets its entry and before its second check of the mode.
     */
    int held() {
        int count = held.get(place(ENTRIES));
        for (int entry = 0; entry < ENTRIES; entry++) {
            count += held.get(place(entry));
        }
        return count;
    }

    /** Frees the entry of an unknown order of this owner; does nothing for {@link #NO_ENTRY}. */
    void removeUnknown(int entry) {
        if (entry != NO_ENTRY) {
            var unused = LONGS.compareAndSet(buffer, offset(entry), unknown, 0L);
        }
    }

    /**
     * Takes over the table for a new owner and clears the entries of the last run.
     *
     * @param kept the entries that stay, as unknown orders
     */
    void takeOver(List<Entry> kept) {
        LONGS.setVolatile(buffer, WITHOUT_ENTRY_OFFSET, taken & ~COUNT);
        BitSet stay = new BitSet(ENTRIES);
        kept.forEach(entry -> stay.set(entry.entry()));
        for (int entry = 0; entry < ENTRIES; entry++) {
            long word = stay.get(entry) ? get(offset(entry)) | UNKNOWN : 0;
            LONGS.setVolatile(buffer, offset(entry), word);
        }
    }

    /** {@return the entries of orders that may have been sent} */
    List<Entry> entries() {
        long clock = get(CLOCK_OFFSET);
        List<Entry> entries = new ArrayList<>();
        for (int entry = 0; entry < ENTRIES; entry++) {
            int offset = offset(entry);
            long word = get(offset);
            if (word != 0 && (word & STATES) != TAKEN) {
                Entry read = new Entry(
                        entry,
                        text(offset + ENTRY_ID, ID_MAX_LENGTH),
                        text(offset + ENTRY_SYMBOL, SYMBOL_MAX_LENGTH),
                        Math.max(0, clock - buffer.getLong(offset + ENTRY_START)) / NANOS_PER_MS,
                        (word & STATES) == UNKNOWN);
                if (get(offset) == word) {
                    entries.add(read);
                }
            }
        }
        return entries;
    }

    /**
     * The content of an entry. Immutable.
     *
     * @param entry the number of the entry
     * @param clientOrderId the order's id
     * @param symbol the order's market
     * @param ageMs time from the start of the call to the bot's last poll, in ms, accurate to 100 ms
     * @param unknown true if the call has ended with an unknown outcome
     */
    record Entry(int entry, String clientOrderId, String symbol, long ageMs, boolean unknown) {}

    private static int offset(int entry) {
        return ENTRIES_OFFSET + entry * ENTRY_LENGTH;
    }

    private String text(int offset, int maxLength) {
        return ControlFile.text(buffer, offset + 1, buffer.get(offset), maxLength);
    }

    /**
     * Writes eight characters at a time, because every order does this. Bytes after the text are overwritten later or
     * not used.
     */
    private void put(int offset, String text, int maxLength) {
        int length = Math.min(text.length(), maxLength);
        buffer.put(offset, (byte) length);
        int start = 0;
        for (; start <= length - Long.BYTES; start += Long.BYTES) {
            TEXT.set(
                    buffer,
                    offset + 1 + start,
                    octet(text, start)
                            | octet(text, start + 1) << 8
                            | octet(text, start + 2) << 16
                            | octet(text, start + 3) << 24
                            | octet(text, start + 4) << 32
                            | octet(text, start + 5) << 40
                            | octet(text, start + 6) << 48
                            | octet(text, start + 7) << 56);
        }
        long rest = 0;
        for (int index = length - 1; index >= start; index--) {
            rest = rest << Byte.SIZE | octet(text, index);
        }
        if (start < length) {
            TEXT.set(buffer, offset + 1 + start, rest);
        }
    }

    private static long octet(String text, int index) {
        return text.charAt(index) & 0xFFL;
    }

    private long get(int offset) {
        return (long) LONGS.getVolatile(buffer, offset);
    }
}
