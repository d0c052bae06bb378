package io.cryptobot.trading.mode;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.cryptobot.telemetry.InstanceName;
import io.cryptobot.telemetry.MappedFile;
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
import java.util.Arrays;
import java.util.Optional;

/**
 * The memory that a bot and {@code mode-switch} share: a file of 4,096 bytes, mapped by both, each word alone on its
 * cache line. Numbers are in the machine's byte order; all access is atomic and volatile. Thread-safe.
 *
 * <pre>
 *     0  i64 magic "CBCTRL01"
 *     8  i32 length of the instance name
 *    16  instance name, UTF-8, at most 64 bytes
 *   128  i64 mode word: the mode's constant in the upper half, the epoch (number of the switch) in the lower
 *   256  i64 live orders in flight
 *   384  i64 beat: grows while a bot watches this file
 *   512  i64 acknowledged word: the mode word that the watching bot's gate obeys
 * </pre>
 *
 * A file that is missing, has another length, magic or bot, or whose mode word is garbage, means PAPER.
 */
public final class ControlFile {
    static final int LENGTH = 4096;
    static final int MODE_OFFSET = 128;

    private static final long MAGIC = 0x4342435452_4C3031L;
    private static final int INSTANCE_LENGTH_OFFSET = 8;
    private static final int INSTANCE_OFFSET = 16;
    private static final int INSTANCE_MAX_LENGTH = 64;
    private static final int IN_FLIGHT_OFFSET = 256;
    private static final int BEAT_OFFSET = 384;
    private static final int ACKNOWLEDGED_OFFSET = 512;
    private static final VarHandle LONGS = MethodHandles.byteBufferViewVarHandle(long[].class, ByteOrder.nativeOrder());

    private final Path file;
    private final InstanceName instance;
    private final Object identity;
    private final ByteBuffer buffer;

    private ControlFile(Path file, InstanceName instance, MappedFile.Mapping mapping) {
        this.file = file;
        this.instance = instance;
        this.buffer = mapping.buffer();
        this.identity = mapping.identity();
    }

    /**
     * Maps the bot's control file; where it is missing or unusable, replaces it by a new one in PAPER.
     *
     * @throws IOException when the run directory cannot be used
     */
    public static ControlFile open(Path file, InstanceName instance) throws IOException {
        Optional<ControlFile> existing = find(file, instance);
        if (existing.isPresent()) {
            return existing.get();
        }
        MappedFile.Mapping created = MappedFile.create(file, LENGTH, fresh -> {
            byte[] name = instance.value().getBytes(UTF_8);
            fresh.putInt(INSTANCE_LENGTH_OFFSET, name.length);
            fresh.put(INSTANCE_OFFSET, name);
            fresh.putLong(MODE_OFFSET, TradingMode.PAPER.word(1));
            fresh.putLong(0, MAGIC);
        });
        return new ControlFile(file, instance, created);
    }

    /**
     * Maps the bot's control file and changes nothing; empty where it is missing or unusable, which means PAPER.
     *
     * @throws IOException when the run directory cannot be used
     */
    static Optional<ControlFile> find(Path file, InstanceName instance) throws IOException {
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

    long inFlight() {
        return get(IN_FLIGHT_OFFSET);
    }

    void addInFlight(long delta) {
        LONGS.getAndAdd(buffer, IN_FLIGHT_OFFSET, delta);
    }

    void resetInFlight() {
        LONGS.setVolatile(buffer, IN_FLIGHT_OFFSET, 0L);
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

    private long get(int offset) {
        return (long) LONGS.getVolatile(buffer, offset);
    }
}
