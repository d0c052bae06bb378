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
 * The live orders in flight, in the entries of the {@link ControlFile}. An order is in flight as long as it has an entry; so
 * threads that send at the same time write to different cache lines. An order that finds no free entry is counted in one word for
 * all such orders. An entry's state and its attachment are one word, which no two attachments write alike: an attachment that has
 * lost the file and still gives entries back does not touch the next one's entries. The entries outlive a killed bot: from them its
 * next run knows which orders to look up. Lock-free; thread-safe.
 */
final class InFlightTable {
    /** Stands for the entry of an order that has found none. */
    static final int NO_ENTRY = -1;

    /** A thread tries this many entries before it sends without one: the order path must stay short. */
    private static final int PROBES = 8;

    private static final long NANOS_PER_MS = 1_000_000;
    private static final long STATES = 3;
    private static final long TAKEN = 1;
    private static final long SENT = 2;
    private static final long UNKNOWN = 3;
    /** The count's part of the word of orders without an entry. */
    private static final long COUNT = 0xFFFF;
    /** Distance of two flags in {@link #held}, in ints: each on a cache line of its own, and on none of a pair with another. */
    private static final int HELD_DISTANCE = 32;

    private static final VarHandle LONGS = MethodHandles.byteBufferViewVarHandle(long[].class, ByteOrder.nativeOrder());
    private static final VarHandle TEXT = MethodHandles.byteBufferViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    private final ByteBuffer buffer;

    /** What this attachment's entries hold: its number and the state. */
    private final long taken;

    private final long sent;
    private final long unknown;

    /** For each entry whether this process has taken it, and last the count of its orders without one: the file may go. */
    private final AtomicIntegerArray held = new AtomicIntegerArray((ENTRIES + 2) * HELD_DISTANCE);

    private final Pass[] passes = new Pass[ENTRIES];
    private final Pass passWithoutEntry = Pass.live(this, NO_ENTRY);

    InFlightTable(ByteBuffer buffer) {
        this.buffer = buffer;
        long attachment = ThreadLocalRandom.current().nextLong() & ~STATES;
        this.taken = attachment | TAKEN;
        this.sent = attachment | SENT;
        this.unknown = attachment | UNKNOWN;
        for (int entry = 0; entry < ENTRIES; entry++) {
            passes[entry] = Pass.live(this, entry);
        }
    }

    /** {@return how many live orders are in flight; an order that ends at this moment may count} */
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

    /** {@return how many live orders in flight have found no entry} */
    int withoutEntry() {
        return (int) (get(WITHOUT_ENTRY_OFFSET) & COUNT);
    }

    /**
     * Counts an order in, before the second check of the mode. Allocates nothing.
     *
     * @return its pass, with {@link #NO_ENTRY} where no free entry was found
     */
    Pass take() {
        int first = (int) Thread.currentThread().getId() * PROBES;
        for (int probe = 0; probe < PROBES; probe++) {
            int entry = first + probe & ENTRIES - 1;
            int offset = offset(entry);
            if (get(offset) == 0 && LONGS.compareAndSet(buffer, offset, 0L, taken)) {
                // The entry's last order is about to clear its flag, and would clear this order's flag instead.
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

    /** Writes the order into its entry, before the order is sent. Allocates nothing. */
    void write(int entry, long startNanos, String id, String symbol) {
        if (entry != NO_ENTRY) {
            int offset = offset(entry);
            put(offset + ENTRY_ID, id, ID_MAX_LENGTH);
            put(offset + ENTRY_SYMBOL, symbol, SYMBOL_MAX_LENGTH);
            buffer.putLong(offset + ENTRY_START, startNanos);
            LONGS.setRelease(buffer, offset, sent);
        }
    }

    /** Counts an order out that was not sent; the file may have another owner by now, who has cleared the entry. */
    void giveUp(int entry) {
        if (entry == NO_ENTRY) {
            release(entry);
            return;
        }
        try {
            var unused = LONGS.compareAndSet(buffer, offset(entry), taken, 0L);
        } finally {
            letGo(entry);
        }
    }

    /** Counts an order out whose outcome is known. */
    void release(int entry) {
        end(entry, 0);
    }

    /** Counts an order out, and keeps its entry until the order is stored on the disk as an unknown one. */
    void releaseUnknown(int entry) {
        end(entry, unknown);
    }

    private void end(int entry, long word) {
        try {
            if (entry == NO_ENTRY) {
                addWithoutEntry(-1);
            } else {
                LONGS.setRelease(buffer, offset(entry), word);
            }
        } finally { // whatever has become of the file
            letGo(entry);
        }
    }

    /** Leaves the count alone when another attachment has taken the file over since. */
    private void addWithoutEntry(int more) {
        long word = get(WITHOUT_ENTRY_OFFSET);
        while (isOwnCount(word) && !LONGS.compareAndSet(buffer, WITHOUT_ENTRY_OFFSET, word, word + more)) {
            word = get(WITHOUT_ENTRY_OFFSET);
        }
    }

    private boolean isOwnCount(long word) {
        return (word & ~COUNT) == (taken & ~COUNT);
    }

    /** Whether orders without an entry are counted: not when the last owner's file was written over this one's. */
    boolean isTakenOver() {
        return isOwnCount(get(WITHOUT_ENTRY_OFFSET));
    }

    private void letGo(int entry) {
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
     * {@return how many live orders of this process are in flight, whatever has become of the file} An order sets its flag without
     * a fence, after it has taken its entry and before its second check of the mode.
     */
    int held() {
        int count = held.get(place(ENTRIES));
        for (int entry = 0; entry < ENTRIES; entry++) {
            count += held.get(place(entry));
        }
        return count;
    }

    /** Frees the entry of an unknown order of this attachment; does nothing where there is no entry. */
    void free(int entry) {
        if (entry != NO_ENTRY) {
            var unused = LONGS.compareAndSet(buffer, offset(entry), unknown, 0L);
        }
    }

    /**
     * Takes the table over: clears the entries of the last run.
     *
     * @param kept the ones that stay, as unknown orders
     */
    void clearAllBut(List<Entry> kept) {
        LONGS.setVolatile(buffer, WITHOUT_ENTRY_OFFSET, taken & ~COUNT);
        BitSet stay = new BitSet(ENTRIES);
        kept.forEach(entry -> stay.set(entry.entry()));
        for (int entry = 0; entry < ENTRIES; entry++) {
            long word = stay.get(entry) ? get(offset(entry)) | UNKNOWN : 0;
            LONGS.setVolatile(buffer, offset(entry), word);
        }
    }

    /** {@return the orders that have an entry and may have been sent} */
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
     * A live order that has an entry. Immutable.
     *
     * @param entry its place in the file
     * @param clientOrderId the order's id
     * @param symbol the order's market
     * @param ageMs how long ago it was sent, in ms, to 100 ms, at the bot's last poll
     * @param unknown whether the call has ended already and left the outcome unknown
     */
    record Entry(int entry, String clientOrderId, String symbol, long ageMs, boolean unknown) {}

    private static int offset(int entry) {
        return ENTRIES_OFFSET + entry * ENTRY_LENGTH;
    }

    private String text(int offset, int maxLength) {
        return ControlFile.text(buffer, offset + 1, buffer.get(offset), maxLength);
    }

    /** Eight characters at a time: every order does this. Bytes past the text are overwritten later, or unused. */
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
