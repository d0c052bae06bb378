package io.cryptobot.telemetry.counters;

import static io.cryptobot.telemetry.counters.CountersFileLayout.CLEAN_EXIT_OFFSET;
import static io.cryptobot.telemetry.counters.CountersFileLayout.DROPPED_SERIES_OFFSET;
import static io.cryptobot.telemetry.counters.CountersFileLayout.HEARTBEAT_OFFSET;
import static io.cryptobot.telemetry.counters.CountersFileLayout.HEARTBEAT_SEQUENCE_OFFSET;
import static io.cryptobot.telemetry.counters.CountersFileLayout.LOOP_OFFSET;
import static io.cryptobot.telemetry.counters.CountersFileLayout.LOOP_SEQUENCE_OFFSET;
import static io.cryptobot.telemetry.counters.CountersFileLayout.OWNER_PID_OFFSET;
import static io.cryptobot.telemetry.counters.CountersFileLayout.OWNER_START_OFFSET;
import static io.cryptobot.telemetry.counters.CountersFileLayout.RESTARTS_OFFSET;
import static io.cryptobot.telemetry.counters.CountersFileLayout.SHARED_STRIPE;
import static io.cryptobot.telemetry.counters.CountersFileLayout.SUPERSEDED_OFFSET;
import static io.cryptobot.telemetry.counters.CountersFileLayout.UNCLEAN_RESTARTS_OFFSET;

import io.cryptobot.telemetry.counters.CountersFileLayout.Geometry;
import io.cryptobot.telemetry.counters.CountersFileLayout.Placed;
import io.cryptobot.telemetry.files.DurableFile;
import io.cryptobot.telemetry.files.InstanceName;
import io.cryptobot.telemetry.files.MappedFile;
import io.cryptobot.telemetry.files.OwnerLock;
import io.cryptobot.telemetry.files.RunDirectory;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The writer's side of a counters file. One process owns a file, by a kernel lock that ends with the process however it
 * ends; the next owner goes on with the values that it finds.
 *
 * <p>It never fails: while the file cannot be used, values are kept in private memory, and {@link #beat} tries to get back
 * to a file, taking along what was counted meanwhile. Thread-safe.
 */
public final class CountersFile implements AutoCloseable {
    private static final int BEATS_BETWEEN_ATTEMPTS = 20;
    private static final int BEATS_UNTIL_FORGOTTEN = 8;
    private static final int BEATS_UNTIL_SETTLED = 20;

    private final RunDirectory directory;
    private final Path file;
    private final InstanceName instance;
    private final Geometry geometry;
    private final LongSupplier clockMs;
    private final Listener listener;

    /** Everything below is guarded by "this", but for {@link #heart}. */
    private final List<Registered> registered = new ArrayList<>();

    private final Stripes stripes = new Stripes();
    private final List<Leftover> leftovers = new ArrayList<>();
    private DistinctErrorLog errors;
    private Table table;
    private @Nullable OwnerLock lock;
    private @Nullable Object identity;
    private @Nullable String problem;
    private boolean countedInFile;
    private boolean closed;
    private int beatsUntilAttempt;
    private int beatsUntilSettled;

    /** The bytes that beats go to; read by the trading thread. */
    private volatile ByteBuffer heart;

    /** A series that was given out, with the values it had at the last beat. */
    private static final class Registered {
        final Descriptor descriptor;
        final Slot slot;
        long[] lastKnown;

        Registered(Descriptor descriptor, Slot slot, long[] lastKnown) {
            this.descriptor = descriptor;
            this.slot = slot;
            this.lastKnown = lastKnown;
        }
    }

    /** Values that were moved away from; a thread that was held up may still write to them. */
    private static final class Leftover {
        final Registered series;
        final Slot.Target target;
        long[] taken;
        int beatsLeft = BEATS_UNTIL_FORGOTTEN;

        Leftover(Registered series, Slot.Target target, long[] taken) {
            this.series = series;
            this.target = target;
            this.taken = taken;
        }

        /** Takes over what has come in since the last time; whether it is time to forget about it. */
        boolean settle() {
            long[] values;
            try {
                values = read(target, series.descriptor);
            } catch (InternalError e) {
                return true; // the file that was left is truncated by now
            }
            for (int index = 0; index < values.length; index++) {
                if (!series.descriptor.isSet(index)) {
                    series.slot.add(index, values[index] - taken[index]);
                }
            }
            taken = values;
            return --beatsLeft == 0;
        }
    }

    /** Is told when counting leaves the file and when it is back. Called with the file's lock held: be quick. */
    public interface Listener {
        /**
         * Counting has left the file.
         *
         * @param reason one sentence: what happened to the file
         */
        void lost(String reason);

        /** Counting goes on in the file again. */
        void found();

        /**
         * Counts of before are not gone on with, but kept: what stood in the place of the file was not ours to resume.
         *
         * @param where it is now
         * @param why one sentence: what it was
         */
        void putAside(Path where, String why);
    }

    private CountersFile(
            RunDirectory directory, InstanceName instance, Geometry geometry, LongSupplier clockMs, Listener listener) {
        this.directory = directory;
        this.file = directory.countersFile(instance);
        this.instance = instance;
        this.geometry = geometry;
        this.clockMs = clockMs;
        this.listener = listener;
        this.table = Table.inMemory(geometry, instance, clockMs.getAsLong());
        this.heart = table.buffer();
        this.errors = new DistinctErrorLog(clockMs);
    }

    /**
     * Takes ownership of the bot's file; creates it, or resumes the counts that an earlier run left in it. A file that
     * is damaged or not ours is kept beside the new one with the suffix {@code .rejected}. When that fails, the listener
     * is told and counting begins in private memory.
     *
     * @param geometry size of a new file; an existing larger one is kept, a smaller one replaced
     * @param clockMs Unix time in ms
     */
    public static CountersFile open(
            RunDirectory directory, InstanceName instance, Geometry geometry, LongSupplier clockMs, Listener listener) {
        CountersFile counters = new CountersFile(directory, instance, geometry, clockMs, listener);
        synchronized (counters) {
            counters.attach();
        }
        return counters;
    }

    /** {@return why values are kept in private memory only; empty when they are in the file} */
    public synchronized Optional<String> problem() {
        return Optional.ofNullable(problem);
    }

    /**
     * {@return the values of a series} An equal series of an earlier run is resumed; one whose type, scale or bounds
     * have changed is retired and begins at 0. A series that does not fit is counted as dropped and gets values that
     * nobody exports.
     */
    public synchronized Slot register(Descriptor descriptor) {
        for (Registered known : registered) {
            if (known.descriptor.equals(descriptor)) {
                return known.slot;
            }
        }
        try {
            return registerIn(table, descriptor);
        } catch (InternalError e) {
            fault();
            return registerIn(table, descriptor);
        }
    }

    private Slot registerIn(Table place, Descriptor descriptor) {
        Slot.Target target = targetIn(place, descriptor);
        Slot slot = new Slot(target, stripes, this::fault);
        registered.add(new Registered(descriptor, slot, read(target, descriptor)));
        return slot;
    }

    /** Counts an error in the file, so that it can be read after a crash. The text must be redacted. */
    public synchronized void record(String error) {
        try {
            errors.record(table, error);
        } catch (InternalError e) {
            errors = new DistinctErrorLog(clockMs); // a late error may have come in the middle of a change of its map
            fault();
            errors.record(table, error);
        }
    }

    /**
     * Tells readers that the owner is alive, finds out whether the file is still there for them, and gets back to one
     * where it can; to be called several times a second by one thread.
     */
    public synchronized void beat() {
        if (closed) {
            return;
        }
        try {
            leftovers.removeIf(Leftover::settle);
            stripes.freeThoseOfEndedThreads();
            if (problem == null) {
                remember();
                check();
                if (beatsUntilSettled > 0 && --beatsUntilSettled == 0) {
                    table.settle();
                }
            } else if (--beatsUntilAttempt <= 0) {
                attach();
            }
            pulse(heart);
        } catch (InternalError e) {
            fault();
        }
    }

    private void pulse(ByteBuffer buffer) {
        CountersFileLayout.set(buffer, HEARTBEAT_OFFSET, clockMs.getAsLong());
        CountersFileLayout.add(buffer, HEARTBEAT_SEQUENCE_OFFSET, 1);
    }

    /** Tells readers that the trading loop has made a turn; for the trading thread, lock-free. */
    public void loopBeat() {
        try {
            CountersFileLayout.set(heart, LOOP_OFFSET, clockMs.getAsLong());
            CountersFileLayout.add(heart, LOOP_SEQUENCE_OFFSET, 1);
        } catch (InternalError e) {
            fault();
        }
    }

    /** Keeps a copy of the values, so that a file that is truncated takes no more than one beat's counts with it. */
    private void remember() {
        List<long[]> values = new ArrayList<>(registered.size());
        for (Registered series : registered) {
            values.add(read(series.slot.target(), series.descriptor));
        }
        if (isWhole()) { // otherwise what was read may be anything
            for (int index = 0; index < values.size(); index++) {
                registered.get(index).lastKnown = values.get(index);
            }
        }
    }

    private boolean isWhole() {
        try {
            return Files.size(file) == table.geometry().fileLength();
        } catch (IOException e) {
            return false;
        }
    }

    private synchronized void fault() {
        if (isWhole()) {
            return; // reported late by the JVM, about a file that was left before
        }
        leave("was truncated while in use", false);
    }

    private void check() {
        try {
            if (!MappedFile.identity(file).equals(identity)) {
                leave("was replaced while in use", true);
            } else if (!isWhole()) {
                leave("was truncated while in use", false);
            }
        } catch (NoSuchFileException e) {
            leave("was deleted while in use", true);
        } catch (IOException e) {
            leave("cannot be reached any more", true);
        }
    }

    private void leave(String what, boolean readable) {
        if (problem != null) {
            return;
        }
        moveTo(Table.inMemory(table.geometry(), instance, clockMs.getAsLong()), Carry.ALL, readable);
        lost(file + " " + what);
    }

    private void lost(String reason) {
        beatsUntilAttempt = BEATS_BETWEEN_ATTEMPTS;
        if (!reason.equals(problem)) {
            problem = reason;
            errors.record(table, reason); // goes to the next file with the counts
            listener.lost(reason);
        }
    }

    private void attach() {
        try {
            directory.create();
            if (lock != null && !lock.isInPlace()) {
                lock.close(); // deleted with its directory: it keeps nobody out any more
                lock = null;
            }
            if (lock == null) {
                lock = OwnerLock.acquire(file);
            }
            DurableFile.removeUnfinished(file);
            Table fresh = openTable();
            identity = MappedFile.identity(file);
            moveTo(fresh, countedInFile ? Carry.ALL : Carry.DIFFERENCE, true);
            countedInFile = true;
            beatsUntilSettled = BEATS_UNTIL_SETTLED;
            if (problem != null) {
                problem = null;
                listener.found();
            }
        } catch (OwnerLock.HeldException e) {
            lost(e.getMessage() + "; give this bot another CRYPTOBOT_INSTANCE or stop the other one");
        } catch (IOException e) {
            // the message of a file system's exception is the path alone
            lost(e instanceof FileSystemException ? file + " cannot be used: " + e : String.valueOf(e.getMessage()));
        } catch (RuntimeException | InternalError e) { // such as a file that is truncated while it is opened
            lost(file + " cannot be used: " + e);
        }
    }

    /** What the values of the present table mean for another one. */
    private enum Carry {
        /** They are the whole count. */
        ALL,
        /** They were counted since the start, on top of what an earlier run left. */
        DIFFERENCE
    }

    private Table openTable() throws IOException {
        Table existing = resume();
        if (existing == null) {
            existing = create(geometry);
        } else {
            ByteBuffer buffer = existing.buffer();
            CountersFileLayout.set(buffer, SUPERSEDED_OFFSET, 0);
            existing.repairGeneration();
            if (existing.geometry().capacity() < geometry.capacity() || existing.isCrowdedWithLeftovers()) {
                existing = replaceIfPossible(existing);
            }
            begin(existing);
        }
        ByteBuffer buffer = existing.buffer();
        CountersFileLayout.set(buffer, OWNER_PID_OFFSET, ProcessHandle.current().pid());
        CountersFileLayout.set(buffer, OWNER_START_OFFSET, clockMs.getAsLong());
        CountersFileLayout.set(buffer, CLEAN_EXIT_OFFSET, 0);
        pulse(buffer); // a reader that saw the last run die sees this one live at once
        return existing;
    }

    private static void begin(Table resumed) {
        ByteBuffer buffer = resumed.buffer();
        if (CountersFileLayout.get(buffer, CLEAN_EXIT_OFFSET) == 0) {
            CountersFileLayout.add(buffer, UNCLEAN_RESTARTS_OFFSET, 1);
        }
        CountersFileLayout.add(buffer, RESTARTS_OFFSET, 1);
        CountersFileLayout.set(buffer, LOOP_OFFSET, 0);
        CountersFileLayout.set(buffer, DROPPED_SERIES_OFFSET, 0);
        resumed.forgetGauges();
    }

    /** {@return the table of an earlier run; null when there is none, or none any more since it was put aside} */
    private @Nullable Table resume() throws IOException {
        if (!Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
            return null;
        }
        if (countedInFile) {
            putAside(file + " took the place of the file that this bot counted in");
            return null;
        }
        if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) { // a named pipe would hang whoever opens it
            putAside(file + " is not a regular file");
            return null;
        }
        try (FileChannel channel =
                FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS)) {
            Geometry found = CountersFileLayout.checkHeader(
                    CountersFileLayout.readHeader(channel), channel.size(), instance, file);
            MappedFile.fillHoles(channel);
            return Table.over(
                    channel.map(FileChannel.MapMode.READ_WRITE, 0, found.fileLength())
                            .order(ByteOrder.nativeOrder()),
                    found);
        } catch (CountersFileException e) {
            putAside(String.valueOf(e.getMessage()));
            return null;
        }
    }

    /** Not a degradation: this run's counts are in a file that is exported. Those of before may be looked at. */
    private void putAside(String why) throws IOException {
        Path where = nameAside();
        Files.move(file, where, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        errors.record(table, why + "; put aside as " + where.getFileName());
        listener.putAside(where, why);
    }

    /** Only the last file is kept. A directory neither takes a file's place nor gives its own to one. */
    private Path nameAside() {
        boolean directory = Files.isDirectory(file, LinkOption.NOFOLLOW_LINKS);
        Path where = file.resolveSibling(file.getFileName() + ".rejected");
        for (int next = 2;
                Files.isDirectory(where, LinkOption.NOFOLLOW_LINKS)
                        || (directory && Files.exists(where, LinkOption.NOFOLLOW_LINKS));
                next++) {
            where = file.resolveSibling(file.getFileName() + ".rejected-" + next);
        }
        return where;
    }

    private Table create(Geometry size) throws IOException {
        ByteBuffer buffer = MappedFile.create(
                        file,
                        size.fileLength(),
                        fresh -> CountersFileLayout.writeHeader(fresh, size, instance, clockMs.getAsLong()))
                .buffer();
        return Table.over(buffer, size);
    }

    /** On a full file system a file that is too small is better than none. */
    private Table replaceIfPossible(Table old) {
        try {
            return replace(old);
        } catch (IOException e) {
            CountersFileLayout.set(old.buffer(), SUPERSEDED_OFFSET, 0);
            return old;
        }
    }

    /** Copies what is in use to a new file, which takes the old one's place; readers of the old one are told. */
    private Table replace(Table old) throws IOException {
        Geometry size = old.geometry().capacity() < geometry.capacity() ? geometry : old.geometry();
        ByteBuffer buffer = MappedFile.create(file, size.fileLength(), fresh -> {
                    CountersFileLayout.writeHeader(fresh, size, instance, clockMs.getAsLong());
                    old.copyTo(Table.over(fresh, size));
                    CountersFileLayout.set(old.buffer(), SUPERSEDED_OFFSET, 1);
                })
                .buffer();
        return Table.over(buffer, size);
    }

    /**
     * Moves every slot to another table. Threads that already hold the old target may still write to it for a moment; what
     * they write is added by {@link Leftover} at the next beats.
     *
     * @param readable whether the present values can be read; otherwise those of the last beat are taken
     */
    private void moveTo(Table next, Carry carry, boolean readable) {
        for (Registered series : registered) {
            Slot.Target from = series.slot.target();
            Slot.Target to = targetIn(next, series.descriptor);
            long[] values = readable ? read(from, series.descriptor) : series.lastKnown;
            for (int index = 0; index < values.length; index++) {
                if (series.descriptor.isSet(index)) {
                    to.set(index, values[index]);
                } else {
                    // nobody counts there yet, so what an earlier run left may be taken away
                    long left = carry == Carry.ALL ? to.get(index) : 0;
                    to.add(index, values[index] - left, SHARED_STRIPE);
                }
            }
            series.slot.moveTo(to);
            if (readable) {
                leftovers.add(new Leftover(series, from, values));
            }
        }
        errors.moveTo(next);
        table = next;
        heart = next.buffer();
    }

    private static long[] read(Slot.Target target, Descriptor descriptor) {
        long[] values = new long[descriptor.valueCount()];
        for (int index = 0; index < values.length; index++) {
            values[index] = target.get(index);
        }
        return values;
    }

    private Slot.Target targetIn(Table place, Descriptor descriptor) {
        return place.place(descriptor, clockMs.getAsLong()).map(place::target).orElseGet(() -> {
            Placed alone = new Placed(descriptor, 0, clockMs.getAsLong());
            ByteBuffer own = ByteBuffer.allocateDirect(alone.valuesEnd()).order(ByteOrder.nativeOrder());
            return new Slot.Target(own, alone, 0);
        });
    }

    /** What the kernel does when the process is killed: gives the lock up and leaves everything as it is. For tests. */
    synchronized void abandon() {
        closed = true;
        if (lock != null) {
            lock.close();
        }
    }

    /** Marks an orderly exit and gives the file up. Metrics that are recorded later count in private memory only. */
    @Override
    public synchronized void close() {
        if (closed) {
            return;
        }
        beatsUntilAttempt = 0; // the last one: what is not in a file after it is lost
        beat();
        closed = true;
        try {
            Table last = table;
            last.settle();
            moveTo(Table.inMemory(table.geometry(), instance, clockMs.getAsLong()), Carry.ALL, true);
            CountersFileLayout.set(last.buffer(), CLEAN_EXIT_OFFSET, 1);
        } catch (InternalError e) {
            // truncated at the last moment: there is no file to mark
        }
        if (lock != null) {
            lock.close();
        }
    }
}
