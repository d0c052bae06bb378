package io.cryptobot.trading.mode;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.cryptobot.telemetry.Internal;
import io.cryptobot.telemetry.files.InstanceName;
import io.cryptobot.telemetry.files.MappedFile;
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
import java.util.Arrays;
import java.util.Optional;

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
 *   768  i64 the bot's clock in ns at its last poll, with an origin of its own
 *   776  i64 Unix time of that poll in ms
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
 * A file that is missing, has another length, magic or bot, or whose mode word is garbage, means PAPER. The {@link InFlightTable}
 * reads and writes the entries.
 */
@Internal
public final class ControlFile {
    static final int LENGTH = 12_288;
    static final int MODE_OFFSET = 128;
    static final int WITHOUT_ENTRY_OFFSET = 256;
    static final int CLOCK_OFFSET = 768;
    static final int ENTRIES_OFFSET = 4096;
    static final int ENTRIES = 64;
    static final int ENTRY_LENGTH = 128;
    static final int ENTRY_START = 8;
    static final int ENTRY_ID = 16;
    static final int ENTRY_SYMBOL = 56;
    static final int ID_MAX_LENGTH = 36;
    static final int SYMBOL_MAX_LENGTH = 64;

    private static final long MAGIC = 0x4342435452_4C3034L;
    private static final int INSTANCE_LENGTH_OFFSET = 8;
    private static final int INSTANCE_OFFSET = 16;
    private static final int INSTANCE_MAX_LENGTH = 64;
    private static final int BEAT_OFFSET = 384;
    private static final int ACKNOWLEDGED_OFFSET = 512;
    private static final int UNKNOWN_OFFSET = 640;
    private static final int WALL_CLOCK_OFFSET = 776;
    private static final int COMMAND_OFFSET = 896;
    private static final int ANSWERED_OFFSET = 1024;
    private static final int REPORT_OFFSET = 1152;
    private static final int REPORT_MAX_LENGTH = 2_940;

    private static final VarHandle LONGS = MethodHandles.byteBufferViewVarHandle(long[].class, ByteOrder.nativeOrder());

    private final Path path;
    private final InstanceName instance;
    private final Object identity;
    private final ByteBuffer buffer;
    private final InFlightTable orders;

    private ControlFile(Path path, InstanceName instance, MappedFile.Mapping mapping) {
        this.path = path;
        this.instance = instance;
        this.buffer = mapping.buffer();
        this.identity = mapping.identity();
        this.orders = new InFlightTable(buffer);
    }

    /**
     * Maps the bot's control file; where it is missing or unusable, replaces it by a new one.
     *
     * @param freshWord the mode word of a new one
     * @throws IOException when the run directory cannot be used
     */
    static ControlFile open(Path path, InstanceName instance, long freshWord) throws IOException {
        Optional<ControlFile> existing = find(path, instance);
        if (existing.isPresent()) {
            return existing.get();
        }
        MappedFile.Mapping created = MappedFile.create(path, LENGTH, fresh -> {
            byte[] name = instance.value().getBytes(UTF_8);
            fresh.putInt(INSTANCE_LENGTH_OFFSET, name.length);
            fresh.put(INSTANCE_OFFSET, name);
            fresh.putLong(MODE_OFFSET, freshWord);
            fresh.putLong(0, MAGIC);
        });
        return new ControlFile(path, instance, created);
    }

    /**
     * Maps the bot's control file and changes nothing; empty where it is missing or unusable, which means PAPER.
     *
     * @throws IOException when the run directory cannot be used
     */
    public static Optional<ControlFile> find(Path path, InstanceName instance) throws IOException {
        if (!Files.isRegularFile(path, LinkOption.NOFOLLOW_LINKS) || Files.size(path) != LENGTH) {
            return Optional.empty();
        }
        Object before = MappedFile.identity(path);
        try (FileChannel channel =
                FileChannel.open(path, StandardOpenOption.READ, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS)) {
            ByteBuffer buffer =
                    channel.map(FileChannel.MapMode.READ_WRITE, 0, LENGTH).order(ByteOrder.nativeOrder());
            // A file that was replaced meanwhile is not usable: either of the two may be mapped. The next poll finds
            // the new one.
            return isHeaderOf(buffer, instance) && before.equals(MappedFile.identity(path))
                    ? Optional.of(new ControlFile(path, instance, new MappedFile.Mapping(buffer, before)))
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

    /** {@return the file's name on the disk} */
    public Path path() {
        return path;
    }

    /** Whether the mapping is still the file that others find under its name, and still makes sense. */
    boolean isIntact() {
        try {
            return identity.equals(MappedFile.identity(path))
                    && Files.size(path) == LENGTH
                    && isHeaderOf(buffer, instance);
        } catch (IOException | InternalError e) {
            return false;
        }
    }

    /** {@return the live orders in flight} */
    InFlightTable orders() {
        return orders;
    }

    long modeWord() {
        return get(MODE_OFFSET);
    }

    void setModeWord(long word) {
        set(MODE_OFFSET, word);
    }

    boolean compareAndSetModeWord(long expected, long word) {
        return LONGS.compareAndSet(buffer, MODE_OFFSET, expected, word);
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
        set(ACKNOWLEDGED_OFFSET, word);
    }

    long unknown() {
        return get(UNKNOWN_OFFSET);
    }

    void setUnknown(long count) {
        set(UNKNOWN_OFFSET, count);
    }

    void setClock(long nanos) {
        set(CLOCK_OFFSET, nanos);
        set(WALL_CLOCK_OFFSET, System.currentTimeMillis());
    }

    /** {@return when a bot last polled this file; the epoch where none has} */
    Instant lastPoll() {
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

    /** Publishes the report of a command; a report that is too long is cut off. */
    public void answer(long word, String report) {
        byte[] bytes = report.getBytes(UTF_8);
        int length = Math.min(bytes.length, REPORT_MAX_LENGTH);
        buffer.putInt(REPORT_OFFSET, length);
        buffer.put(REPORT_OFFSET + Integer.BYTES, bytes, 0, length);
        set(ANSWERED_OFFSET, word);
    }

    public String report() {
        return text(buffer, REPORT_OFFSET + Integer.BYTES, buffer.getInt(REPORT_OFFSET), REPORT_MAX_LENGTH);
    }

    /** The length comes from a file, so it may be any number. */
    static String text(ByteBuffer buffer, int offset, int length, int maxLength) {
        byte[] bytes = new byte[Math.max(0, Math.min(length, maxLength))];
        buffer.get(offset, bytes);
        return new String(bytes, UTF_8);
    }

    private long get(int offset) {
        return (long) LONGS.getVolatile(buffer, offset);
    }

    private void set(int offset, long word) {
        LONGS.setVolatile(buffer, offset, word);
    }
}
