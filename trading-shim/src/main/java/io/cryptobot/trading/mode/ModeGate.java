package io.cryptobot.trading.mode;

import io.cryptobot.telemetry.InstanceName;
import io.cryptobot.telemetry.OwnerLock;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Decides before every order whether it may be live: check, count in, check again, send, count out. After a {@link
 * ModeSwitch} has written another mode, seen its acknowledgement here and read 0 in flight, no live order can start:
 *
 * <p>All accesses to the control file are volatile, so they have one order. The switch writes the mode (w), then reads 0
 * in flight (c). Suppose an order counted in (i) and checked again (r) and is still being sent at c. If i came before c,
 * then c would have read at least 1. So w, c, i, r is the order, r sees the new mode, and the order is not sent.
 *
 * <p>The gate is fail-safe: without a control file that is its own, intact and watched, the mode is PAPER. One bot has a
 * control file at a time, by a kernel lock. A watcher looks ten times a second for a file that was replaced, truncated or
 * deleted, falls back to PAPER, and attaches to the new file once no live order is in flight. Thread-safe; {@link #enter}
 * allocates nothing and takes no lock.
 */
public final class ModeGate implements AutoCloseable {
    /** Interval at which the watcher looks at the file and acknowledges switches. */
    public static final long WATCH_INTERVAL_MS = 100;

    private static final Logger LOGGER = LoggerFactory.getLogger(ModeGate.class);

    private final Path path;
    private final InstanceName instance;
    private final ModeListener listener;
    private final AtomicInteger inFlight = new AtomicInteger();
    private final ScheduledExecutorService watcher;
    private @Nullable OwnerLock lock;
    private @Nullable String reportedProblem;

    /** The file that the gate obeys; null means PAPER. Written by the watcher only. */
    private volatile @Nullable ControlFile trusted;

    private @Nullable ControlFile attached;

    private ModeGate(Path path, InstanceName instance, ModeListener listener) {
        this.path = path;
        this.instance = instance;
        this.listener = listener;
        this.watcher = Executors.newSingleThreadScheduledExecutor(task -> {
            Thread thread = new Thread(task, "cryptobot-mode-watcher");
            thread.setDaemon(true);
            return thread;
        });
    }

    /**
     * Opens the gate of a bot. It never fails: where the control file cannot be used, the gate says PAPER, logs why, and
     * goes on trying.
     *
     * @param listener told at every look what the gate obeys
     */
    public static ModeGate open(Path controlFile, InstanceName instance, ModeListener listener) {
        ModeGate gate = new ModeGate(controlFile, instance, listener);
        gate.watch();
        var unused = gate.watcher.scheduleWithFixedDelay(
                gate::watch, WATCH_INTERVAL_MS, WATCH_INTERVAL_MS, TimeUnit.MILLISECONDS);
        return gate;
    }

    /**
     * Asks for the way of one order. After LIVE, and only then, the caller sends the order and calls {@link #exit} when
     * the call has returned or thrown.
     */
    public TradingMode enter() {
        try {
            while (true) {
                ControlFile file = trusted;
                long word = file == null ? 0 : file.modeWord();
                TradingMode mode = TradingMode.ofWord(word);
                if (file == null || mode != TradingMode.LIVE) {
                    return mode;
                }
                inFlight.getAndIncrement();
                file.addInFlight(1);
                if (trusted == file && file.modeWord() == word) {
                    return TradingMode.LIVE;
                }
                exit(file);
            }
        } catch (InternalError e) {
            return TradingMode.PAPER; // the file was truncated under us; the watcher will find out
        }
    }

    /** Counts a live order out. */
    public void exit() {
        // Still the file of enter(): the watcher attaches to another one only while nothing is in flight.
        ControlFile file = attached;
        exit(file);
    }

    private void exit(@Nullable ControlFile file) {
        try {
            if (file != null) {
                file.addInFlight(-1);
            }
        } catch (InternalError e) {
            // truncated under us: nobody reads that count any more
        } finally {
            inFlight.getAndDecrement();
        }
    }

    /** {@return the mode that an order would meet now} */
    public TradingMode mode() {
        ControlFile file = trusted;
        try {
            return file == null ? TradingMode.PAPER : TradingMode.ofWord(file.modeWord());
        } catch (InternalError e) {
            return TradingMode.PAPER;
        }
    }

    /** {@return how many live orders are being sent at this moment} */
    public int inFlight() {
        return inFlight.get();
    }

    /** {@return why the gate is held in PAPER; empty when the control file is obeyed} */
    public synchronized Optional<String> problem() {
        return Optional.ofNullable(reportedProblem);
    }

    /** One look at the control file; the watcher's work, also called by tests. */
    synchronized void watch() {
        try {
            ControlFile file = attached;
            if (file == null || !file.isIntact()) {
                trusted = null;
                if (inFlight.get() > 0) {
                    throw new IOException(path + " was replaced, truncated or deleted while orders are in flight");
                }
                file = attach();
            }
            long word = file.modeWord();
            trusted = file;
            problem(null);
            listener.observed(TradingMode.ofWord(word), inFlight.get());
            file.acknowledge(word);
            file.incrementBeat();
        } catch (IOException | InternalError e) {
            trusted = null;
            // the message of a file system's exception is the path alone
            problem(e instanceof FileSystemException ? e.toString() : String.valueOf(e.getMessage()));
            listener.observed(TradingMode.PAPER, inFlight.get());
        } catch (RuntimeException e) {
            LOGGER.error("The mode watcher failed and goes on", e);
        }
    }

    private ControlFile attach() throws IOException {
        if (lock == null) {
            lock = OwnerLock.acquire(path);
        }
        ControlFile file = ControlFile.open(path, instance);
        long left = file.inFlight();
        if (left != 0) {
            LOGGER.warn(
                    "{} live orders of {} were in flight when it ended last; look them up at the exchange",
                    left,
                    instance);
            file.resetInFlight();
        }
        attached = file;
        return file;
    }

    private void problem(@Nullable String problem) {
        if (problem != null && !problem.equals(reportedProblem)) {
            LOGGER.error("Trading mode of {} is held at paper: {}", instance, problem);
        } else if (problem == null && reportedProblem != null) {
            LOGGER.info("Trading mode of {} follows {} again", instance, path);
        }
        reportedProblem = problem;
    }

    /** Stops watching; from now on the gate says PAPER. */
    @Override
    public void close() {
        watcher.shutdownNow();
        synchronized (this) {
            trusted = null;
            if (lock != null) {
                lock.close();
            }
        }
    }

    /** Is told what the gate obeys, at every look of the watcher. */
    @FunctionalInterface
    public interface ModeListener {
        /**
         * Called on the thread that opens the gate, then on the watcher's.
         *
         * @param mode the mode that orders meet now
         * @param inFlight live orders that are being sent
         */
        void observed(TradingMode mode, int inFlight);
    }
}
