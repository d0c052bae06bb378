package io.cryptobot.telemetry.counters;

import static io.cryptobot.telemetry.counters.CountersFileLayout.CLEAN_EXIT_OFFSET;
import static io.cryptobot.telemetry.counters.CountersFileLayout.LOOP_OFFSET;
import static io.cryptobot.telemetry.counters.CountersFileLayout.LOOP_SEQUENCE_OFFSET;

import io.cryptobot.telemetry.Internal;
import io.cryptobot.telemetry.counters.CountersFileLayout.Geometry;
import io.cryptobot.telemetry.counters.RegisteredSeries.CopyMode;
import io.cryptobot.telemetry.counters.TableFile.Loss;
import io.cryptobot.telemetry.files.InstanceName;
import io.cryptobot.telemetry.files.OwnerLock;
import io.cryptobot.telemetry.files.RunDirectory;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.FileSystemException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The writer's side of a counters file. One process owns a file, by a kernel lock that is released when the process
 * ends; the next owner resumes the values in the file.
 *
 * <p>It never fails: while the file cannot be used, values are kept in private memory, and {@link #beat} tries to
 * reopen the file and adds the counts from memory. Thread-safe.
 */
@Internal
public final class CountersFile implements AutoCloseable {
    private static final int BEATS_BETWEEN_ATTEMPTS = 20;
    private static final int BEATS_UNTIL_RUN_COUNTED = 20;

    private final RunDirectory directory;
    private final Path file;
    private final InstanceName instance;
    private final LongSupplier clockMs;
    private final Listener listener;

    /** All fields below are guarded by "this", except {@link #heartbeatBuffer}. */
    private final TableFile tableFile;

    private final RegisteredSeries registered;
    private DistinctErrorLog errors;
    private Table table;
    private @Nullable OwnerLock lock;
    private @Nullable String problem;
    private boolean closed;
    private int beatsUntilAttempt;
    private int beatsUntilRunCounted;

    /** The bytes that heartbeats are written to; read by the trading thread. */
    private volatile ByteBuffer heartbeatBuffer;

    /**
     * Called when the bot starts and stops counting in memory. The caller holds the lock of this object, so a listener
     * must be quick.
     */
    public interface Listener {
        /**
         * The bot counts in memory from now on.
         *
         * @param reason one sentence about the file's problem
         */
        void lost(String reason);

        /** The bot counts in the file again. */
        void found();

        /**
         * The old counts are kept in a renamed file but are not resumed, because that file does not belong to this bot.
         *
         * @param where the renamed file
         * @param why one sentence about the file's problem
         */
        void putAside(Path where, String why);
    }

    private CountersFile(
            RunDirectory directory, InstanceName instance, Geometry geometry, LongSupplier clockMs, Listener listener) {
        this.directory = directory;
        this.file = directory.countersFile(instance);
        this.instance = instance;
        this.clockMs = clockMs;
        this.listener = listener;
        this.tableFile = new TableFile(file, instance, geometry, clockMs, this::putAside);
        this.registered = new RegisteredSeries(clockMs, this::onMappingFault);
        this.table = Table.inMemory(geometry, instance, clockMs.getAsLong());
        this.heartbeatBuffer = table.buffer();
        this.errors = new DistinctErrorLog(clockMs);
    }

    /**
     * Takes ownership of the bot's file; creates it, or resumes the counts that an earlier run left in it. A file that
     * is damaged or belongs to another bot is renamed with the suffix {@code .rejected}. If the file cannot be used,
     * the listener is called and the bot counts in private memory.
     *
     * @param geometry size of a new file; an existing larger one is kept, a smaller one replaced
     * @param clockMs Unix time in ms
     */
    public static CountersFile open(
            RunDirectory directory, InstanceName instance, Geometry geometry, LongSupplier clockMs, Listener listener) {
        CountersFile counters = new CountersFile(directory, instance, geometry, clockMs, listener);
        synchronized (counters) {
            counters.openFile();
        }
        return counters;
    }

    /** {@return why values are kept in private memory only; empty when they are in the file} */
    public synchronized Optional<String> problem() {
        return Optional.ofNullable(problem);
    }

    /**
     * {@return the values of a series} An equal series of an earlier run is resumed. If type, scale or bounds have
     * changed, the old series is retired and the new series begins at 0. A series that does not fit is counted as
     * dropped, and its values are not exported.
     */
    public synchronized Slot register(Descriptor descriptor) {
        try {
            return registered.register(table, descriptor);
        } catch (InternalError e) {
            onMappingFault();
            return registered.register(table, descriptor);
        }
    }

    /** Counts an error in the file, where it can be read after a crash. The text must be redacted. */
    public synchronized void record(String error) {
        try {
            errors.record(table, error);
        } catch (InternalError e) {
            errors = new DistinctErrorLog(clockMs); // the error may have interrupted a change of its map
            onMappingFault();
            errors.record(table, error);
        }
    }

    /**
     * Writes a heartbeat, checks that the file still exists under its name, and reopens it if necessary. One thread
     * calls this several times a second.
     */
    public synchronized void beat() {
        if (closed) {
            return;
        }
        try {
            registered.addLateIncrements();
            if (problem == null) {
                registered.remember(tableFile::isWhole);
                Loss loss = tableFile.loss();
                if (loss != null) {
                    fallBackToMemory(loss);
                }
                if (beatsUntilRunCounted > 0 && --beatsUntilRunCounted == 0) {
                    table.countRun();
                }
            } else if (--beatsUntilAttempt <= 0) {
                openFile();
            }
            table.beat(clockMs.getAsLong());
        } catch (InternalError e) {
            onMappingFault();
        }
    }

    /** Records that one iteration of the trading loop has completed. Lock-free, for the trading thread. */
    public void loopBeat() {
        try {
            CountersFileLayout.set(heartbeatBuffer, LOOP_OFFSET, clockMs.getAsLong());
            CountersFileLayout.add(heartbeatBuffer, LOOP_SEQUENCE_OFFSET, 1);
        } catch (InternalError e) {
            onMappingFault();
        }
    }

    private synchronized void onMappingFault() {
        if (!tableFile.isWhole()) { // otherwise the JVM reports late about an earlier file
            fallBackToMemory(TableFile.truncation());
        }
    }

    private void fallBackToMemory(Loss loss) {
        if (problem != null) {
            return;
        }
        moveTo(Table.inMemory(table.geometry(), instance, clockMs.getAsLong()), loss.mode());
        recordFallback(file + " " + loss.what());
    }

    private void recordFallback(String reason) {
        beatsUntilAttempt = BEATS_BETWEEN_ATTEMPTS;
        if (!reason.equals(problem)) {
            problem = reason;
            errors.record(table, reason); // goes to the next file with the counts
            listener.lost(reason);
        }
    }

    private void putAside(Path where, String why) {
        errors.record(table, why + "; put aside as " + where.getFileName());
        listener.putAside(where, why);
    }

    private void openFile() {
        try {
            directory.create();
            if (lock != null && !lock.isInPlace()) {
                lock.close(); // the lock file was deleted with its directory, so the lock no longer excludes other
                // processes
                lock = null;
            }
            if (lock == null) {
                lock = OwnerLock.acquire(file);
            }
            moveTo(tableFile.open(), tableFile.isCounted() ? CopyMode.TOTALS : CopyMode.INCREMENTS);
            tableFile.setCounted();
            beatsUntilRunCounted = BEATS_UNTIL_RUN_COUNTED;
            if (problem != null) {
                problem = null;
                listener.found();
            }
        } catch (OwnerLock.HeldException e) {
            recordFallback(e.getMessage() + "; give this bot another CRYPTOBOT_INSTANCE or stop the other one");
        } catch (IOException e) {
            // the message of a FileSystemException is only the path
            recordFallback(
                    e instanceof FileSystemException ? file + " cannot be used: " + e : String.valueOf(e.getMessage()));
        } catch (RuntimeException | InternalError e) { // for example if the file is truncated while it is opened
            recordFallback(file + " cannot be used: " + e);
        }
    }

    private void moveTo(Table next, CopyMode mode) {
        registered.moveTo(next, mode);
        errors.moveTo(next);
        table = next;
        heartbeatBuffer = next.buffer();
    }

    /** Releases the lock without a clean close, as the kernel does for a killed process. For tests. */
    synchronized void abandon() {
        closed = true;
        if (lock != null) {
            lock.close();
        }
    }

    /** Marks a clean exit and releases the file. Metrics that are recorded later count in private memory only. */
    @Override
    public synchronized void close() {
        if (closed) {
            return;
        }
        beatsUntilAttempt = 0; // the last attempt: counts that are not in a file now are lost
        beat();
        closed = true;
        try {
            Table last = table;
            last.countRun();
            moveTo(Table.inMemory(table.geometry(), instance, clockMs.getAsLong()), CopyMode.TOTALS);
            CountersFileLayout.set(last.buffer(), CLEAN_EXIT_OFFSET, 1);
        } catch (InternalError e) {
            // the file was truncated just before: it cannot be marked
        }
        if (lock != null) {
            lock.close();
        }
    }
}
