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
 * The shared memory of a bot and {@code mode-switch}: a file of 12,288 bytes that both processes map. Numbers are in
 * the machine's byte order. A "word" is a 64-bit value on its own cache line; every access to a word is atomic and
 * volatile. Thread-safe.
 *
 * <pre>
 *     0  i64 magic "CBCTRL04"
 *     8  i32 length of the instance name
 *    16  instance name, UTF-8, at most 64 bytes
 *   128  i64 mode word: the mode's constant in the upper half, the epoch (number of the switch) in the lower half
 *   256  i64 live orders in flight without an entry: the count in the lower 16 bits, the owner's number above
 *   384  i64 heartbeat: increases while a bot watches this file
 *   512  i64 acknowledged word: the mode word that the running bot has acknowledged
 *   640  i64 number of live orders with an unknown outcome
 *   768  i64 the bot's monotonic clock in ns at its last poll
 *   776  i64 Unix time of that poll in ms
 *   896  i64 command word: the command in the upper half, its sequence number in the lower half; a tool writes it
 *  1024  i64 the command word that the result belongs to
 *  1152  i32 length of the result, then the result, UTF-8, at most 2,940 bytes
 *  4096  64 entries of 128 bytes, one for each live order in flight:
 *          0  i64 state: 0 = free; else the owner's number, a random number, with one of these values in the lower two bits:
 *                 1 = taken, id and symbol are not written yet and the order is not sent
 *                 2 = in flight
 *                 3 = ended with an unknown outcome that is not on the disk yet
 *          8  i64 start time by the bot's monotonic clock
 *         16  i8 length of the client order id, then at most 36 bytes of it
 *         56  i8 length of the symbol, then at most 64 bytes of it
 * </pre>
 *
 * The mode is PAPER if the file is missing, if its length, magic or bot is wrong, or if its mode word is invalid. The
 * {@link InFlightTable} reads and writes the entries.
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
     * Maps the bot's control file. If the file is missing or unusable, a new file replaces it.
     *
     * @param initialWord the mode word of a new file
     * @throws IOException if the run directory cannot be used
     */
    static ControlFile open(Path path, InstanceName instance, long initialWord) throws IOException {
        Optional<ControlFile> existing = find(path, instance);
        if (existing.isPresent()) {
            return existing.get();
        }
        MappedFile.Mapping created = MappedFile.create(path, LENGTH, fresh -> {
            byte[] name = instance.value().getBytes(UTF_8);
            fresh.putInt(INSTANCE_LENGTH_OFFSET, name.length);
            fresh.put(INSTANCE_OFFSET, name);
            fresh.putLong(MODE_OFFSET, initialWord);
            fresh.putLong(0, MAGIC);
        });
        return new ControlFile(path, instance, created);
    }

    /**
     * Maps the bot's control file and changes nothing. Returns empty if the file is missing or unusable; the mode is
     * then PAPER.
     *
     * @throws IOException if the run directory cannot be used
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
            // If the file was replaced meanwhile, it is unknown which file is mapped. The next poll finds the new file.
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

    /** {@return the path of the file} */
    public Path path() {
        return path;
    }

    /** {@return true if the path still names the mapped file and the header is valid} */
    boolean isIntact() {
        try {
            return identity.equals(MappedFile.identity(path))
                    && Files.size(path) == LENGTH
                    && isHeaderOf(buffer, instance);
        } catch (IOException | InternalError e) {
            return false;
        }
    }

    /** {@return the table of the live orders in flight} */
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

    /** {@return the time of the last poll by a bot; the Unix epoch if there was none} */
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

    /** Publishes the result of a command; a result that is too long is cut off. */
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

    /** Limits the length, because a length from a file can be any number. */
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
