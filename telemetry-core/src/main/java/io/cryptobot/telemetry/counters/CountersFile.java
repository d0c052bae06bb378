package io.cryptobot.telemetry.counters;

import static io.cryptobot.telemetry.counters.CountersFileLayout.CLEAN_EXIT_OFFSET;
import static io.cryptobot.telemetry.counters.CountersFileLayout.DESCRIPTOR_CAPACITY;
import static io.cryptobot.telemetry.counters.CountersFileLayout.DROPPED_SERIES_OFFSET;
import static io.cryptobot.telemetry.counters.CountersFileLayout.FILE_LENGTH;
import static io.cryptobot.telemetry.counters.CountersFileLayout.GENERATION_OFFSET;
import static io.cryptobot.telemetry.counters.CountersFileLayout.HEARTBEAT_OFFSET;
import static io.cryptobot.telemetry.counters.CountersFileLayout.HEARTBEAT_SEQUENCE_OFFSET;
import static io.cryptobot.telemetry.counters.CountersFileLayout.IN_USE;
import static io.cryptobot.telemetry.counters.CountersFileLayout.LONGS;
import static io.cryptobot.telemetry.counters.CountersFileLayout.OWNER_PID_OFFSET;
import static io.cryptobot.telemetry.counters.CountersFileLayout.OWNER_START_OFFSET;
import static io.cryptobot.telemetry.counters.CountersFileLayout.RESTARTS_OFFSET;
import static io.cryptobot.telemetry.counters.CountersFileLayout.UNCLEAN_RESTARTS_OFFSET;
import static io.cryptobot.telemetry.counters.CountersFileLayout.VALUES_LENGTH;
import static io.cryptobot.telemetry.counters.CountersFileLayout.VALUES_OFFSET;

import io.cryptobot.telemetry.InstanceName;
import io.cryptobot.telemetry.MappedFile;
import io.cryptobot.telemetry.MetricType;
import io.cryptobot.telemetry.OwnerLock;
import io.cryptobot.telemetry.counters.CountersFileException.Reason;
import io.cryptobot.telemetry.counters.CountersFileLayout.Placed;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The writer's side of a counters file. One process owns a file, by a kernel lock that ends with the process however it
 * ends; the next owner goes on with the values that it finds. Thread-safe.
 */
public final class CountersFile implements AutoCloseable {
    /** The file that is owned, its identity at the start, and the right to it. */
    private record Owned(Path file, Object identity, OwnerLock lock) {}

    private final Memory memory;
    private final @Nullable Owned mapped;
    private final LongSupplier clockMs;
    /** Guarded by "this". */
    private int descriptorsUsed;
    /** Guarded by "this". */
    private int valuesEnd = VALUES_OFFSET;

    private CountersFile(ByteBuffer buffer, @Nullable Owned mapped, LongSupplier clockMs, Consumer<String> onLoss) {
        this.memory = new Memory(buffer, onLoss);
        this.mapped = mapped;
        this.clockMs = clockMs;
    }

    /**
     * Takes ownership of the bot's file; creates it, or resumes the counts that an earlier run left in it. A file that
     * is damaged or not ours is kept beside the new one with the suffix {@code .rejected}.
     *
     * @param clockMs Unix time in ms
     * @param onLoss told once, with the reason, when the file is truncated, replaced or deleted under the running bot;
     *     counting then goes on in memory
     * @throws CountersFileException when another process owns the file or the directory cannot be used
     */
    public static CountersFile open(Path file, InstanceName instance, LongSupplier clockMs, Consumer<String> onLoss)
            throws CountersFileException {
        OwnerLock lock = acquire(file);
        try {
            ByteBuffer buffer = resume(file, instance);
            boolean resumed = buffer != null;
            if (buffer == null) {
                buffer = MappedFile.create(
                        file,
                        FILE_LENGTH,
                        fresh -> CountersFileLayout.writeHeader(fresh, instance, clockMs.getAsLong()));
            }
            CountersFile counters =
                    new CountersFile(buffer, new Owned(file, MappedFile.identity(file), lock), clockMs, onLoss);
            counters.begin(resumed);
            return counters;
        } catch (IOException e) {
            lock.close();
            throw new CountersFileException(Reason.IO, file + " cannot be used: " + e, e);
        }
    }

    private static OwnerLock acquire(Path file) throws CountersFileException {
        try {
            return OwnerLock.acquire(file);
        } catch (OwnerLock.HeldException e) {
            throw new CountersFileException(
                    Reason.OWNED,
                    e.getMessage() + "; give this bot another CRYPTOBOT_INSTANCE or stop the other one",
                    e);
        } catch (IOException e) {
            throw new CountersFileException(Reason.IO, file + " cannot be locked: " + e, e);
        }
    }

    /** {@return counters in private memory, which nobody exports: for a bot whose file cannot be used} */
    public static CountersFile inMemory(InstanceName instance, LongSupplier clockMs) {
        ByteBuffer buffer = Memory.privateBuffer();
        CountersFileLayout.writeHeader(buffer, instance, clockMs.getAsLong());
        return new CountersFile(buffer, null, clockMs, reason -> {});
    }

    private static @Nullable ByteBuffer resume(Path file, InstanceName instance) throws IOException {
        if (!Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
            return null;
        }
        try (FileChannel channel =
                FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS)) {
            CountersFileLayout.checkHeader(CountersFileLayout.readHeader(channel), channel.size(), instance, file);
            return channel.map(FileChannel.MapMode.READ_WRITE, 0, FILE_LENGTH).order(ByteOrder.nativeOrder());
        } catch (CountersFileException e) {
            Files.move(
                    file,
                    file.resolveSibling(file.getFileName() + ".rejected"),
                    StandardCopyOption.ATOMIC_MOVE,
                    StandardCopyOption.REPLACE_EXISTING);
            return null;
        }
    }

    private synchronized void begin(boolean resumed) {
        ByteBuffer buffer = memory.buffer();
        if (resumed) {
            LONGS.getAndAdd(buffer, RESTARTS_OFFSET, 1L);
            if ((long) LONGS.getVolatile(buffer, CLEAN_EXIT_OFFSET) == 0) {
                LONGS.getAndAdd(buffer, UNCLEAN_RESTARTS_OFFSET, 1L);
            }
            // A writer that was killed within a change left the generation odd.
            long generation = (long) LONGS.getVolatile(buffer, GENERATION_OFFSET);
            LONGS.setVolatile(buffer, GENERATION_OFFSET, (generation | 1) + 1);
            descriptorsUsed = CountersFileLayout.usedDescriptors(buffer);
            for (int index = 0; index < descriptorsUsed; index++) {
                Placed placed = read(buffer, index);
                if (placed == null) {
                    continue;
                }
                valuesEnd = Math.max(valuesEnd, placed.valuesEnd());
                if (placed.descriptor().type() == MetricType.GAUGE) {
                    // Unknown until this run sets it: what an earlier run saw is not true any more.
                    LONGS.setVolatile(buffer, placed.valuesOffset(), Double.doubleToRawLongBits(Double.NaN));
                }
            }
        }
        LONGS.setVolatile(buffer, OWNER_PID_OFFSET, ProcessHandle.current().pid());
        LONGS.setVolatile(buffer, OWNER_START_OFFSET, clockMs.getAsLong());
        LONGS.setVolatile(buffer, CLEAN_EXIT_OFFSET, 0L);
        beat();
    }

    /**
     * {@return the values of a series} An equal series of an earlier run is resumed; one whose type, scale or bounds
     * have changed is retired and begins at 0. A series that does not fit is counted as dropped and gets values that
     * nobody exports.
     */
    public synchronized Slot register(Descriptor descriptor) {
        ByteBuffer buffer = memory.buffer();
        int outdated = -1;
        for (int index = 0; index < descriptorsUsed; index++) {
            Placed placed = read(buffer, index);
            if (placed == null || !placed.descriptor().sameSeries(descriptor)) {
                continue;
            }
            if (placed.descriptor().resumes(descriptor)) {
                return new Slot(memory, placed.valuesOffset());
            }
            outdated = index;
        }
        Placed placed = new Placed(descriptor, valuesEnd, clockMs.getAsLong());
        if (descriptorsUsed == DESCRIPTOR_CAPACITY
                || placed.valuesEnd() > VALUES_OFFSET + VALUES_LENGTH
                || !CountersFileLayout.fits(descriptor)) {
            LONGS.getAndAdd(buffer, DROPPED_SERIES_OFFSET, 1L);
            return detachedSlot(descriptor);
        }
        LONGS.getAndAdd(buffer, GENERATION_OFFSET, 1L);
        if (outdated >= 0) {
            CountersFileLayout.retire(buffer, outdated);
        }
        for (int offset = valuesEnd; offset < placed.valuesEnd(); offset += 8) {
            LONGS.setVolatile(buffer, offset, 0L);
        }
        CountersFileLayout.writeDescriptor(buffer, descriptorsUsed, placed);
        LONGS.getAndAdd(buffer, GENERATION_OFFSET, 1L);
        descriptorsUsed++;
        valuesEnd = placed.valuesEnd();
        return new Slot(memory, placed.valuesOffset());
    }

    /**
     * Tells readers that the owner is alive, and finds out whether the file is still there for them; to be called
     * several times a second.
     */
    public void beat() {
        try {
            checkFile();
            LONGS.setVolatile(memory.buffer(), HEARTBEAT_OFFSET, clockMs.getAsLong());
            LONGS.getAndAdd(memory.buffer(), HEARTBEAT_SEQUENCE_OFFSET, 1L);
        } catch (InternalError fault) {
            memory.fail(fault);
        }
    }

    private void checkFile() {
        if (mapped == null) {
            return;
        }
        try {
            if (!mapped.identity.equals(MappedFile.identity(mapped.file))) {
                memory.lose("the counters file " + mapped.file + " was replaced while in use", false);
            } else if (Files.size(mapped.file) != FILE_LENGTH) {
                memory.lose("the counters file " + mapped.file + " was truncated while in use", true);
            }
        } catch (IOException e) {
            memory.lose("the counters file " + mapped.file + " was deleted while in use", false);
        }
    }

    /** Marks an orderly exit and gives the file up. Metrics that are recorded later count in private memory only. */
    @Override
    public synchronized void close() {
        if (mapped == null || mapped.lock.isClosed()) {
            return;
        }
        beat();
        try {
            LONGS.setVolatile(memory.buffer(), CLEAN_EXIT_OFFSET, 1L);
        } catch (InternalError fault) {
            memory.fail(fault);
        }
        memory.detach();
        mapped.lock.close();
    }

    private static @Nullable Placed read(ByteBuffer buffer, int index) {
        if (CountersFileLayout.state(buffer, index) != IN_USE) {
            return null;
        }
        try {
            return CountersFileLayout.readDescriptor(buffer, index);
        } catch (CountersFileException e) {
            return null; // a damaged record costs itself only; its place is not used again
        }
    }

    private static Slot detachedSlot(Descriptor descriptor) {
        ByteBuffer own = ByteBuffer.allocateDirect(8 * descriptor.valueCount()).order(ByteOrder.nativeOrder());
        return new Slot(new Memory(own, reason -> {}), 0);
    }
}
