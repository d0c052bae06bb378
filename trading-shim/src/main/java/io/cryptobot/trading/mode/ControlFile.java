package io.cryptobot.trading.mode;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.cryptobot.telemetry.files.InstanceName;
import io.cryptobot.telemetry.files.MappedFile;
import io.cryptobot.trading.command.BotReport;
import java.io.IOException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicIntegerArray;

/**
 * The memory that a bot and {@code mode-switch} share: a file of 12,288 bytes, mapped by both, each word alone on its
 * cache line. Numbers are in the machine's byte order; all access to words is atomic and volatile. Thread-safe.
 *
 * <pre>
 *     0  i64 magic "CBCTRL04"
 *     8  i32 length of the instance name
 *    16  instance name, UTF-8, at most 64 bytes
 *   128  i64 mode word: the mode's constant in the upper half, the epoch (number of the switch) in the lower
 *   256  i64 live orders in flight that have found no entry: count in the lower 16 bits, above it the attachment's number
 *   384  i64 beat: grows while a bot watches this file
 *   512  i64 acknowledged word: the mode word that the watching bot's gate obeys
 *   640  i64 live orders whose outcome is unknown
 *   768  i64 the bot's clock in ns at its last look, with an origin of its own
 *   776  i64 Unix time of that look in ms
 *   896  i64 command word: the command in the upper half, its number in the lower; written by a tool
 *  1024  i64 the command word that the report answers
 *  1152  i32 length of the report, then the report, UTF-8, at most 2,940 bytes
 *  4096  64 entries of 128 bytes, one for each live order that is in flight:
 *          0  i64 0: free; else a random number of the bot's attachment to the file, with the lower two bits 1: taken, and
 *             not written yet: the order is not sent; 2: in flight; 3: ended, unknown, and that is not on the disk yet
 *          8  i64 start by the bot's clock
 *         16  i8 length of the client order id, then at most 36 bytes of it
 *         56  i8 length of the symbol, then at most 64 bytes of it
 * </pre>
 *
 * A file that is missing, has another length, magic or bot, or whose mode word is garbage, means PAPER. An order is in flight
 * as long as it has an entry; so threads that send at a time write to different cache lines. One that finds no free entry is
 * counted in a word for all such. All that an entry means is one word, which no two attachments write alike: what one that has
 * lost the file still has to give back leaves the next one's alone. The entries outlive a killed bot: from them its next run knows
 * which orders to look up.
 */
public final class ControlFile {
    static final int LENGTH = 12_288;
    static final int MODE_OFFSET = 128;
    static final int ENTRIES = 64;
    /** Stands for the entry of an order that has found none. */
    static final int NO_ENTRY = -1;

    private static final long MAGIC = 0x4342435452_4C3034L;
    private static final int INSTANCE_LENGTH_OFFSET = 8;
    private static final int INSTANCE_OFFSET = 16;
    private static final int INSTANCE_MAX_LENGTH = 64;
    private static final int WITHOUT_ENTRY_OFFSET = 256;
    private static final int BEAT_OFFSET = 384;
    private static final int ACKNOWLEDGED_OFFSET = 512;
    private static final int UNKNOWN_OFFSET = 640;
    private static final int CLOCK_OFFSET = 768;
    private static final int WALL_CLOCK_OFFSET = 776;
    private static final int COMMAND_OFFSET = 896;
    private static final int ANSWERED_OFFSET = 1024;
    private static final int REPORT_OFFSET = 1152;
    private static final int REPORT_MAX_LENGTH = 2_940;
    private static final int ENTRIES_OFFSET = 4096;
    private static final int ENTRY_LENGTH = 128;
    private static final int ENTRY_START = 8;
    private static final int ENTRY_ID = 16;
    private static final int ENTRY_SYMBOL = 56;
    private static final int ID_MAX_LENGTH = 36;
    private static final int SYMBOL_MAX_LENGTH = 64;
    /** A thread looks at this many entries before it sends without one: the order path must stay short. */
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

    private final Path file;
    private final InstanceName instance;
    private final Object identity;
    private final ByteBuffer buffer;

    /** What this attachment's entries hold, its number and the state. */
    private final long taken;

    private final long sent;
    private final long unknown;

    /** For each entry whether this process has taken it, and last the count of its orders without one: the file may go. */
    private final AtomicIntegerArray held = new AtomicIntegerArray((ENTRIES + 2) * HELD_DISTANCE);

    private final Pass[] passes = new Pass[ENTRIES];
    private final Pass passWithoutEntry = Pass.live(this, NO_ENTRY);

    private ControlFile(Path file, InstanceName instance, MappedFile.Mapping mapping) {
        this.file = file;
        this.instance = instance;
        this.buffer = mapping.buffer();
        this.identity = mapping.identity();
        long attachment = ThreadLocalRandom.current().nextLong() & ~STATES;
        this.taken = attachment | TAKEN;
        this.sent = attachment | SENT;
        this.unknown = attachment | UNKNOWN;
        for (int entry = 0; entry < ENTRIES; entry++) {
            passes[entry] = Pass.live(this, entry);
        }
    }

    /**
     * Maps the bot's control file; where it is missing or unusable, replaces it by a new one.
     *
     * @param freshWord the mode word of a new one
     * @throws IOException when the run directory cannot be used
     */
    static ControlFile open(Path file, InstanceName instance, long freshWord) throws IOException {
        Optional<ControlFile> existing = find(file, instance);
        if (existing.isPresent()) {
            return existing.get();
        }
        MappedFile.Mapping created = MappedFile.create(file, LENGTH, fresh -> {
            byte[] name = instance.value().getBytes(UTF_8);
            fresh.putInt(INSTANCE_LENGTH_OFFSET, name.length);
            fresh.put(INSTANCE_OFFSET, name);
            fresh.putLong(MODE_OFFSET, freshWord);
            fresh.putLong(0, MAGIC);
        });
        return new ControlFile(file, instance, created);
    }

    /**
     * Maps the bot's control file and changes nothing; empty where it is missing or unusable, which means PAPER.
     *
     * @throws IOException when the run directory cannot be used
     */
    public static Optional<ControlFile> find(Path file, InstanceName instance) throws IOException {
        if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS) || Files.size(file) != LENGTH) {
            return Optional.empty();
        }
        Object before = MappedFile.identity(file);
        try (FileChannel channel =
                FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS)) {
            ByteBuffer buffer =
                    channel.map(FileChannel.MapMode.READ_WRITE, 0, LENGTH).order(ByteOrder.nativeOrder());
            // Replaced between the two looks, nobody knows which one is mapped: not usable, and looked at again soon.
            return isHeaderOf(buffer, instance) && before.equals(MappedFile.identity(file))
                    ? Optional.of(new ControlFile(file, instance, new MappedFile.Mapping(buffer, before)))
                    : Optional.empty();
        }
    }

    private static boolean isHeaderOf(ByteBuffer buffer, InstanceName instance) {
        byte[] expected = instance.value().getBytes(UTF_8);
        if (buffer.getLong(0) != MAGIC
                || buffer.getInt(INSTANCE_LENGTH_OFFSET) != expected.length
                || expected.length > INSTANCE_MAX_LENGTH) {
            return false;
        }
        byte[] actual = new byte[expected.length];
        buffer.get(INSTANCE_OFFSET, actual);
        return Arrays.equals(expected, actual);
    }

    /** {@return where the argument of a command lies while the command is asked for} */
    public static Path argumentFile(Path controlFile) {
        return controlFile.resolveSibling(controlFile.getFileName() + ".argument");
    }

    /** {@return the argument of the command that is asked for} */
    public BotReport argument() throws IOException {
        return BotReport.parse(Files.readString(argumentFile(file)));
    }

    /** Whether the mapping is still the file that others find under its name, and still makes sense. */
    boolean isIntact() {
        try {
            return identity.equals(MappedFile.identity(file))
                    && Files.size(file) == LENGTH
                    && isHeaderOf(buffer, instance);
        } catch (IOException | InternalError e) {
            return false;
        }
    }

    long modeWord() {
        return get(MODE_OFFSET);
    }

    void setModeWord(long word) {
        LONGS.setVolatile(buffer, MODE_OFFSET, word);
    }

    boolean compareAndSetModeWord(long expected, long word) {
        return LONGS.compareAndSet(buffer, MODE_OFFSET, expected, word);
    }

    /** {@return how many live orders are in flight; one that ends meanwhile may count} */
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

    long beat() {
        return get(BEAT_OFFSET);
    }

    void incrementBeat() {
        LONGS.getAndAdd(buffer, BEAT_OFFSET, 1L);
    }

    long acknowledgedWord() {
        return get(ACKNOWLEDGED_OFFSET);
    }

    void acknowledge(long word) {
        LONGS.setVolatile(buffer, ACKNOWLEDGED_OFFSET, word);
    }

    long unknown() {
        return get(UNKNOWN_OFFSET);
    }

    void setUnknown(long count) {
        LONGS.setVolatile(buffer, UNKNOWN_OFFSET, count);
    }

    void setClock(long nanos) {
        LONGS.setVolatile(buffer, CLOCK_OFFSET, nanos);
        LONGS.setVolatile(buffer, WALL_CLOCK_OFFSET, System.currentTimeMillis());
    }

    /** {@return when a bot last looked at this file; the epoch where none has} */
    Instant lastLook() {
        return Instant.ofEpochMilli(Math.max(0, Math.min(get(WALL_CLOCK_OFFSET), System.currentTimeMillis())));
    }

    public long commandWord() {
        return get(COMMAND_OFFSET);
    }

    public boolean compareAndSetCommandWord(long expected, long word) {
        return LONGS.compareAndSet(buffer, COMMAND_OFFSET, expected, word);
    }

    public long answeredWord() {
        return get(ANSWERED_OFFSET);
    }

    /** Publishes the report of a command; what is too long is cut off. */
    public void answer(long word, String report) {
        byte[] bytes = report.getBytes(UTF_8);
        int length = Math.min(bytes.length, REPORT_MAX_LENGTH);
        buffer.putInt(REPORT_OFFSET, length);
        buffer.put(REPORT_OFFSET + Integer.BYTES, bytes, 0, length);
        LONGS.setVolatile(buffer, ANSWERED_OFFSET, word);
    }

    public String report() {
        return text(REPORT_OFFSET + Integer.BYTES, buffer.getInt(REPORT_OFFSET), REPORT_MAX_LENGTH);
    }

    /**
     * Counts an order in, before the second look at the mode. Allocates nothing.
     *
     * @return its pass, with {@link #NO_ENTRY} where no free entry was found
     */
    Pass take() {
        int first = (int) Thread.currentThread().getId() * PROBES;
        for (int probe = 0; probe < PROBES; probe++) {
            int entry = first + probe & ENTRIES - 1;
            int offset = offset(entry);
            if (get(offset) == 0 && LONGS.compareAndSet(buffer, offset, 0L, taken)) {
                // Its last order is just about to say that it does not hold it, and would say so of this one.
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

    /** Writes down, before it is sent, which order has taken an entry. Allocates nothing. */
    void write(int entry, long startNanos, String id, String symbol) {
        if (entry != NO_ENTRY) {
            int offset = offset(entry);
            put(offset + ENTRY_ID, id, ID_MAX_LENGTH);
            put(offset + ENTRY_SYMBOL, symbol, SYMBOL_MAX_LENGTH);
            buffer.putLong(offset + ENTRY_START, startNanos);
            LONGS.setRelease(buffer, offset, sent);
        }
    }

    /** Counts an order out that was not sent; meanwhile the file may have another owner, who has forgotten it. */
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

    /** Counts an order out, and keeps its entry until it is on the disk as an unknown one. */
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

    /** Of a file that another attachment has taken over since, the count is not this one's business any more. */
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
     * {@return how many live orders of this process are in flight, whatever has become of the file} An order says so without a
     * fence, after it has taken its entry and before its second look at the mode.
     */
    int held() {
        int count = held.get(place(ENTRIES));
        for (int entry = 0; entry < ENTRIES; entry++) {
            count += held.get(place(entry));
        }
        return count;
    }

    /** Forgets an order of this attachment that was kept as an unknown one. */
    void free(int entry) {
        var unused = LONGS.compareAndSet(buffer, offset(entry), unknown, 0L);
    }

    /**
     * Forgets the orders of the last run.
     *
     * @param kept of those, the ones whose entries stay, as unknown ones
     */
    void forgetAllBut(List<Entry> kept) {
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
                        text(offset + ENTRY_ID + 1, buffer.get(offset + ENTRY_ID), ID_MAX_LENGTH),
                        text(offset + ENTRY_SYMBOL + 1, buffer.get(offset + ENTRY_SYMBOL), SYMBOL_MAX_LENGTH),
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
     * A live order that was in flight when it was looked at. Immutable.
     *
     * @param entry its place in the file
     * @param clientOrderId the order's id
     * @param symbol the order's market
     * @param ageMs how long ago it was sent, in ms, to 100 ms; as far as the bot's last look tells
     * @param unknown whether the call has ended already and left the outcome unknown
     */
    record Entry(int entry, String clientOrderId, String symbol, long ageMs, boolean unknown) {}

    private static int offset(int entry) {
        return ENTRIES_OFFSET + entry * ENTRY_LENGTH;
    }

    /** Eight characters at a time: this is on the way of every order. What it writes too much is overwritten, or unused. */
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

    /** The length comes from a file, so nothing is taken for granted. */
    private String text(int offset, int length, int maxLength) {
        byte[] bytes = new byte[Math.max(0, Math.min(length, maxLength))];
        buffer.get(offset, bytes);
        return new String(bytes, UTF_8);
    }

    private long get(int offset) {
        return (long) LONGS.getVolatile(buffer, offset);
    }
}
