package io.cryptobot.telemetry.counters;

import static io.cryptobot.telemetry.counters.CountersFileLayout.GENERATION_OFFSET;
import static io.cryptobot.telemetry.counters.CountersFileLayout.IN_USE;

import io.cryptobot.telemetry.MetricType;
import io.cryptobot.telemetry.ToolApi;
import io.cryptobot.telemetry.counters.CountersFileException.Reason;
import io.cryptobot.telemetry.counters.CountersFileLayout.Geometry;
import io.cryptobot.telemetry.counters.CountersFileLayout.StoredDescriptor;
import io.cryptobot.telemetry.files.InstanceName;
import io.cryptobot.telemetry.files.MappedFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Reads the counters file of a running or stopped bot through a read-only mapping, without any effect on the writer. It
 * checks all data of the file. Not thread-safe: use one reader per thread, or a lock.
 */
@ToolApi
public final class CountersReader implements AutoCloseable {
    private static final int ATTEMPTS = 3;
    /** Waiting time during a change; a writer needs less time to register a series. */
    private static final long CHANGE_NANOS = 50_000;
    /** Maximum number of labels of a series, because a label needs much more memory than bytes in the file. */
    private static final int MAX_LABELS = 32;

    private final Path file;
    private final Object identity;
    private final FileChannel channel;
    private final ByteBuffer buffer;
    private final Geometry geometry;
    /** The records of the last snapshot; consistent if their generation is even. */
    private @Nullable Records known;

    /** The records of the file in one generation. */
    private record Records(long generation, List<StoredDescriptor> placed, int damaged) {}

    private CountersReader(Path file, Object identity, FileChannel channel, ByteBuffer buffer, Geometry geometry) {
        this.file = file;
        this.geometry = geometry;
        this.identity = identity;
        this.channel = channel;
        this.buffer = buffer;
    }

    /**
     * Maps the file of a bot.
     *
     * @throws CountersFileException when it is missing, unreadable, truncated, damaged or not this bot's
     */
    public static CountersReader open(Path file, InstanceName instance) throws CountersFileException {
        return openAny(file, instance);
    }

    /**
     * Maps the file of any bot; for command-line tools.
     *
     * @throws CountersFileException when it is missing, unreadable, truncated or damaged
     */
    public static CountersReader open(Path file) throws CountersFileException {
        return openAny(file, null);
    }

    private static CountersReader openAny(Path file, @Nullable InstanceName instance) throws CountersFileException {
        try {
            Object identity = MappedFile.identity(file);
            if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
                // opening a named pipe would block until another process writes to it
                throw new CountersFileException(Reason.FOREIGN, file + " is not a regular file");
            }
            FileChannel channel = FileChannel.open(file, StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS);
            try {
                Geometry geometry = CountersFileLayout.checkHeader(
                        CountersFileLayout.readHeader(channel), channel.size(), instance, file);
                ByteBuffer buffer = channel.map(FileChannel.MapMode.READ_ONLY, 0, geometry.fileLength())
                        .order(ByteOrder.nativeOrder());
                return new CountersReader(file, identity, channel, buffer, geometry);
            } catch (CountersFileException | IOException e) {
                channel.close();
                throw e;
            }
        } catch (NoSuchFileException e) {
            throw new CountersFileException(Reason.IO, file + " does not exist", e);
        } catch (AccessDeniedException e) {
            throw new CountersFileException(Reason.IO, file + " may not be read by this user", e);
        } catch (IOException e) {
            throw new CountersFileException(Reason.IO, file + " cannot be read: " + e, e);
        }
    }

    /** {@return the name in the file, which need not be a valid one} */
    public String instance() {
        return CountersFileLayout.instanceName(buffer);
    }

    /**
     * Returns true if the path names another file or no file; then the caller must open it again. A file that is marked
     * as superseded but still has its name is the current file: its writer was killed before it made the new file.
     */
    public boolean isReplaced() {
        try {
            Object present = MappedFile.identity(file);
            boolean canTell = !present.equals(file);
            return canTell ? !identity.equals(present) : at(CountersFileLayout.SUPERSEDED_OFFSET) == 1;
        } catch (IOException | InternalError e) {
            return true;
        }
    }

    /**
     * {@return the number of records that {@link #snapshot} would read} It reads no record.
     *
     * @throws CountersFileException when the file was truncated under the mapping
     */
    public int recordCount() throws CountersFileException {
        return read(() -> CountersFileLayout.usedDescriptors(buffer, geometry));
    }

    /**
     * {@return the process that writes the file or wrote it last} It reads no record.
     *
     * @throws CountersFileException when the file was truncated under the mapping
     */
    public CountersSnapshot.Owner owner() throws CountersFileException {
        return read(this::readOwner);
    }

    /** Drops the cached records, which need much more memory than the reader itself. The reader can still be used. */
    public void trim() {
        known = null;
    }

    /** {@return the number of mapped bytes; they stay mapped until a garbage collection after {@link #close}} */
    public long mappedBytes() {
        return geometry.fileLength();
    }

    /**
     * {@return the current values of the file} Counters that limit other counters are read last, so that failed orders
     * never exceed submitted orders while the bot counts.
     *
     * @throws CountersFileException when the file was truncated under the mapping
     */
    public CountersSnapshot snapshot() throws CountersFileException {
        return read(() -> {
            for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
                CountersSnapshot snapshot = consistentSnapshot();
                if (snapshot != null) {
                    return snapshot;
                }
            }
            return snapshotWithinChange();
        });
    }

    /**
     * Checks that the file is not truncated and reads the mapping. If it is truncated meanwhile, the JVM throws an
     * {@link InternalError}.
     */
    private <T> T read(Supplier<T> reading) throws CountersFileException {
        try {
            requireWhole();
            return reading.get();
        } catch (InternalError fault) {
            throw new CountersFileException(Reason.TRUNCATED, file + " was truncated while it was read", fault);
        }
    }

    /**
     * Call this before the mapping is read: the JVM may report a missing page late, in code that has nothing to do with
     * it.
     */
    private void requireWhole() throws CountersFileException {
        try {
            if (channel.size() != geometry.fileLength()) {
                throw new CountersFileException(
                        Reason.TRUNCATED,
                        file + " has " + channel.size() + " bytes instead of " + geometry.fileLength());
            }
        } catch (IOException e) {
            throw new CountersFileException(Reason.IO, file + " cannot be read: " + e, e);
        }
    }

    /** {@return a snapshot; null if the writer changes the descriptors meanwhile} */
    private @Nullable CountersSnapshot consistentSnapshot() {
        long generation = generation();
        if (isOdd(generation)) {
            LockSupport.parkNanos(CHANGE_NANOS);
            return null;
        }
        Records records = known;
        if (records == null || records.generation != generation) {
            records = parse(generation);
        }
        CountersSnapshot snapshot = copy(records);
        if (generation() != generation) {
            return null;
        }
        known = records;
        return snapshot;
    }

    /**
     * Uses the last consistent records, whose values are still right. If there are none, it reads the current records
     * once and keeps them. This is safe, because every record has its own checksum, and necessary, because a writer
     * that was killed during a change leaves the generation odd until its next start.
     */
    private CountersSnapshot snapshotWithinChange() {
        long generation = generation();
        Records records = known;
        if (records == null || (isOdd(records.generation) && records.generation != generation)) {
            records = parse(generation);
            known = records;
        }
        return copy(records);
    }

    private CountersSnapshot copy(Records records) {
        List<CountersSnapshot.Series> series = new ArrayList<>(records.placed.size());
        for (int index = records.placed.size() - 1; index >= 0; index--) {
            CountersSnapshot.Series copy = copy(records.placed.get(index));
            if (copy.isKnown()) { // skips a gauge of an earlier run that this run has not set
                series.add(copy);
            }
        }
        Collections.reverse(series);
        return new CountersSnapshot(readOwner(), series, records.damaged, at(CountersFileLayout.DROPPED_SERIES_OFFSET));
    }

    private static boolean isOdd(long generation) {
        return generation % 2 != 0;
    }

    private CountersSnapshot.Owner readOwner() {
        return new CountersSnapshot.Owner(
                at(CountersFileLayout.OWNER_PID_OFFSET),
                at(CountersFileLayout.OWNER_START_OFFSET),
                at(CountersFileLayout.RESTARTS_OFFSET),
                at(CountersFileLayout.UNCLEAN_RESTARTS_OFFSET),
                at(CountersFileLayout.HEARTBEAT_SEQUENCE_OFFSET),
                at(CountersFileLayout.HEARTBEAT_OFFSET),
                at(CountersFileLayout.CLEAN_EXIT_OFFSET) == 1,
                at(CountersFileLayout.LOOP_SEQUENCE_OFFSET),
                at(CountersFileLayout.LOOP_OFFSET));
    }

    private Records parse(long generation) {
        List<StoredDescriptor> parsed = new ArrayList<>();
        int damaged = 0;
        int used = CountersFileLayout.usedDescriptors(buffer, geometry);
        long oldestRun = at(CountersFileLayout.COUNTED_RUNS_OFFSET) - 1;
        for (int index = 0; index < used; index++) {
            // A series that two consecutive counted runs did not register belongs to an old version of the bot. One run
            // is not enough: it may register some series late.
            if (CountersFileLayout.state(buffer, index) != IN_USE
                    || CountersFileLayout.lastRun(buffer, index) - oldestRun
                            < 0) { // this comparison also works after an overflow
                continue;
            }
            try {
                StoredDescriptor record = CountersFileLayout.readDescriptor(buffer, geometry, index);
                if (record.descriptor().labels().size() > MAX_LABELS) {
                    damaged++;
                } else {
                    parsed.add(record);
                }
            } catch (CountersFileException e) {
                damaged++;
            }
        }
        return new Records(generation, List.copyOf(parsed), damaged);
    }

    private CountersSnapshot.Series copy(StoredDescriptor record) {
        long[] values = values(record);
        if (record.descriptor().type() == MetricType.HISTOGRAM) {
            // An observation changes a bucket and the sum. If two reads are equal, no observation was half written.
            for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
                long[] again = values(record);
                if (Arrays.equals(values, again)) {
                    break;
                }
                values = again;
            }
        }
        return new CountersSnapshot.Series(record.descriptor(), record.createdMs(), values);
    }

    /**
     * Reads the sum before the buckets. The writer updates the sum after the buckets, so the sum never contains more
     * observations than the buckets.
     */
    private long[] values(StoredDescriptor record) {
        long[] values = new long[record.descriptor().valueCount()];
        for (int index = values.length - 1; index >= 0; index--) {
            int offset = record.valuesOffset() + 8 * index;
            for (int stripe = 0; stripe < record.stripes(); stripe++) {
                values[index] += at(offset + stripe * record.stripeLength());
            }
        }
        return values;
    }

    /**
     * {@return the last distinct errors of the bot, newest first}
     *
     * @throws CountersFileException when the file was truncated under the mapping
     */
    public List<DistinctError> errors() throws CountersFileException {
        try {
            List<DistinctError> errors = new ArrayList<>();
            for (int index = 0; index < CountersFileLayout.ERROR_CAPACITY; index++) {
                CountersFileLayout.readError(buffer, CountersFileLayout.errorOffset(geometry, index))
                        .ifPresent(errors::add);
            }
            errors.sort(Comparator.comparingLong(DistinctError::lastMs).reversed());
            return List.copyOf(errors);
        } catch (InternalError fault) {
            throw new CountersFileException(Reason.TRUNCATED, file + " was truncated while it was read", fault);
        }
    }

    private long generation() {
        return at(GENERATION_OFFSET);
    }

    private long at(int offset) {
        return CountersFileLayout.get(buffer, offset);
    }

    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException e) {
            // nothing can be lost, because the descriptor is read-only
        }
    }
}
