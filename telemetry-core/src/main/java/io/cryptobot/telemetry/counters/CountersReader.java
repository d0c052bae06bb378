package io.cryptobot.telemetry.counters;

import static io.cryptobot.telemetry.counters.CountersFileLayout.FILE_LENGTH;
import static io.cryptobot.telemetry.counters.CountersFileLayout.GENERATION_OFFSET;
import static io.cryptobot.telemetry.counters.CountersFileLayout.IN_USE;
import static io.cryptobot.telemetry.counters.CountersFileLayout.LONGS;

import io.cryptobot.telemetry.InstanceName;
import io.cryptobot.telemetry.MappedFile;
import io.cryptobot.telemetry.counters.CountersFileException.Reason;
import io.cryptobot.telemetry.counters.CountersFileLayout.Placed;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Reads a counters file of any bot, alive or dead, by a read-only mapping: the writer never notices. Nothing in the file
 * is trusted. Not thread-safe: one reader per thread, or a lock around it.
 */
public final class CountersReader implements AutoCloseable {
    private static final int ATTEMPTS = 3;

    private final Path file;
    private final Object identity;
    private final FileChannel channel;
    private final ByteBuffer buffer;
    private long parsedGeneration = -1;
    private List<Placed> records = List.of();
    private int damagedRecords;

    private CountersReader(Path file, Object identity, FileChannel channel, ByteBuffer buffer) {
        this.file = file;
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
        try {
            Object identity = MappedFile.identity(file);
            FileChannel channel = FileChannel.open(file, StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS);
            try {
                CountersFileLayout.checkHeader(CountersFileLayout.readHeader(channel), channel.size(), instance, file);
                ByteBuffer buffer = channel.map(FileChannel.MapMode.READ_ONLY, 0, FILE_LENGTH)
                        .order(ByteOrder.nativeOrder());
                return new CountersReader(file, identity, channel, buffer);
            } catch (CountersFileException | IOException e) {
                channel.close();
                throw e;
            }
        } catch (IOException e) {
            throw new CountersFileException(Reason.IO, file + " cannot be read: " + e, e);
        }
    }

    /** Whether the path now leads to another file than the mapped one, or to none: time to open it again. */
    public boolean isReplaced() {
        try {
            return !identity.equals(MappedFile.identity(file));
        } catch (IOException e) {
            return true;
        }
    }

    /**
     * {@return what the file says now} Values that bound others are read last, so that failed orders never exceed
     * submitted ones however the bot runs on meanwhile.
     *
     * @throws CountersFileException when the file was truncated under the mapping
     */
    public CountersSnapshot snapshot() throws CountersFileException {
        try {
            if (channel.size() != FILE_LENGTH) {
                throw new CountersFileException(
                        Reason.TRUNCATED, file + " has " + channel.size() + " bytes instead of " + FILE_LENGTH);
            }
            CountersSnapshot snapshot = null;
            for (int attempt = 0; attempt < ATTEMPTS && snapshot == null; attempt++) {
                snapshot = consistentSnapshot(attempt == ATTEMPTS - 1);
            }
            return Objects.requireNonNull(snapshot);
        } catch (IOException e) {
            throw new CountersFileException(Reason.IO, file + " cannot be read: " + e, e);
        } catch (InternalError fault) {
            throw new CountersFileException(Reason.TRUNCATED, file + " was truncated while it was read", fault);
        }
    }

    /**
     * Null when the writer changed the descriptors meanwhile. The last attempt takes what is there: every record has a
     * checksum of its own, and a writer that was killed within a change leaves the generation odd for good.
     */
    private @Nullable CountersSnapshot consistentSnapshot(boolean last) {
        long generation = generation();
        if (generation != parsedGeneration || last) {
            parse();
            parsedGeneration = generation % 2 == 0 ? generation : -1;
        }
        List<CountersSnapshot.Series> series = new ArrayList<>(records.size());
        for (int index = records.size() - 1; index >= 0; index--) {
            CountersSnapshot.Series copy = copy(records.get(index));
            if (!Double.isNaN(copy.value())) { // a gauge of an earlier run that this run has not set
                series.add(copy);
            }
        }
        Collections.reverse(series);
        CountersSnapshot.Owner owner = new CountersSnapshot.Owner(
                at(CountersFileLayout.OWNER_PID_OFFSET),
                at(CountersFileLayout.OWNER_START_OFFSET),
                at(CountersFileLayout.RESTARTS_OFFSET),
                at(CountersFileLayout.UNCLEAN_RESTARTS_OFFSET),
                at(CountersFileLayout.HEARTBEAT_SEQUENCE_OFFSET),
                at(CountersFileLayout.HEARTBEAT_OFFSET),
                at(CountersFileLayout.CLEAN_EXIT_OFFSET) == 1);
        CountersSnapshot snapshot =
                new CountersSnapshot(owner, series, damagedRecords, at(CountersFileLayout.DROPPED_SERIES_OFFSET));
        boolean unchanged = generation() == generation && generation % 2 == 0;
        return last || unchanged ? snapshot : null;
    }

    private void parse() {
        List<Placed> parsed = new ArrayList<>();
        int damaged = 0;
        int used = CountersFileLayout.usedDescriptors(buffer);
        for (int index = 0; index < used; index++) {
            if (CountersFileLayout.state(buffer, index) != IN_USE) {
                continue;
            }
            try {
                parsed.add(CountersFileLayout.readDescriptor(buffer, index));
            } catch (CountersFileException e) {
                damaged++;
            }
        }
        records = List.copyOf(parsed);
        damagedRecords = damaged;
    }

    private CountersSnapshot.Series copy(Placed record) {
        long[] values = new long[record.descriptor().valueCount()];
        // The sum stands behind the buckets and is written after them: read first, it never runs ahead of them.
        for (int index = values.length - 1; index >= 0; index--) {
            values[index] = at(record.valuesOffset() + 8 * index);
        }
        return new CountersSnapshot.Series(record.descriptor(), record.createdMs(), values);
    }

    private long generation() {
        return at(GENERATION_OFFSET);
    }

    private long at(int offset) {
        return (long) LONGS.getVolatile(buffer, offset);
    }

    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException e) {
            // a read-only descriptor: nothing can be lost
        }
    }
}
