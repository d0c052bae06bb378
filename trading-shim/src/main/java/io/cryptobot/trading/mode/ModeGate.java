package io.cryptobot.trading.mode;

import io.cryptobot.telemetry.InstanceName;
import io.cryptobot.telemetry.OwnerLock;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Path;
import java.util.Optional;
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
 * control file at a time, by a kernel lock, which a closed gate keeps until its last live order has ended. A watcher looks
 * ten times a second for a file that was replaced, truncated or deleted, falls back to PAPER, and attaches to the new file
 * once no live order is in flight; nothing that is thrown ends it. Thread-safe; {@link #enter} allocates nothing and takes
 * no lock.
 */
public final class ModeGate implements AutoCloseable {
    /** Interval at which the watcher looks at the file and acknowledges switches. */
    public static final long WATCH_INTERVAL_MS = 100;

    private static final Logger LOGGER = LoggerFactory.getLogger(ModeGate.class);

    private final Path path;
    private final InstanceName instance;
    private final ModeListener listener;
    private final AtomicInteger inFlight = new AtomicInteger();
    private final Thread watcher = new Thread(this::watchUntilClosed, "cryptobot-mode-watcher");
    /** Guarded by "this". */
    private @Nullable OwnerLock lock;
    /** Guarded by "this". */
    private @Nullable String reportedProblem;

    /** The file that the gate obeys; null means PAPER. */
    private volatile @Nullable ControlFile trusted;

    /** The file that live orders are counted in; changes only while none is in flight. */
    private volatile @Nullable ControlFile attached;

    private volatile boolean closed;

    private ModeGate(Path path, InstanceName instance, ModeListener listener) {
        this.path = path;
        this.instance = instance;
        this.listener = listener;
        this.watcher.setDaemon(true);
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
        gate.watcher.start();
        return gate;
    }

    /**
     * The watcher's life. The JVM may report a fault of a mapped file late, anywhere in this thread, and memory may run
     * out: a gate that nobody watches must not stay LIVE, so whatever is thrown takes the trust away and is survived.
     */
    private void watchUntilClosed() {
        while (!closed) {
            try {
                while (!closed) {
                    TimeUnit.MILLISECONDS.sleep(WATCH_INTERVAL_MS);
                    watch();
                }
            } catch (Throwable e) {
                trusted = null;
            }
        }
    }

    /**
     * Asks for the way of one order. After LIVE, and only then, the caller sends the order and calls {@link #exit} when
     * the call has returned or thrown.
     */
    public TradingMode enter() {
        ControlFile countedIn = null;
        try {
            while (true) {
                ControlFile file = trusted;
                long word = file == null ? 0 : file.modeWord();
                TradingMode mode = TradingMode.ofWord(word);
                if (file == null || mode != TradingMode.LIVE) {
                    return mode;
                }
                inFlight.getAndIncrement();
                countedIn = file;
                file.addInFlight(1);
                if (trusted == file && file.modeWord() == word) {
                    return TradingMode.LIVE;
                }
                countedIn = null;
                exit(file);
            }
        } catch (InternalError e) { // the file was truncated under us; the watcher will find out
            if (countedIn != null) {
                exit(countedIn);
            }
            return TradingMode.PAPER;
        }
    }

    /** Counts a live order out. */
    public void exit() {
        // Still the file of enter(): the watcher attaches to another one only while nothing is in flight.
        exit(attached);
    }

    private void exit(@Nullable ControlFile file) {
        try {
            if (file != null) {
                file.addInFlight(-1);
            }
        } catch (InternalError e) {
            // truncated under us: nobody reads that count any more
        } finally {
            if (inFlight.decrementAndGet() == 0 && closed) {
                releaseLock();
            }
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
        if (closed) {
            return;
        }
        TradingMode mode = TradingMode.PAPER;
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
            mode = TradingMode.ofWord(word);
            problem(null);
            file.acknowledge(word);
            file.incrementBeat();
        } catch (IOException | RuntimeException | InternalError e) {
            trusted = null;
            mode = TradingMode.PAPER;
            // the message of a file system's exception is the path alone
            boolean speaksForItself = e instanceof IOException && !(e instanceof FileSystemException);
            problem(speaksForItself ? String.valueOf(e.getMessage()) : e.toString());
        }
        listener.observed(mode, inFlight.get());
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

    /**
     * Stops watching; from now on the gate says PAPER. The control file stays locked until the last live order has ended, so
     * that nobody takes it over and counts anew meanwhile.
     */
    @Override
    public void close() {
        closed = true;
        synchronized (this) {
            trusted = null;
        }
        watcher.interrupt();
        if (inFlight.get() == 0) {
            releaseLock();
        }
    }

    private synchronized void releaseLock() {
        if (lock != null) {
            lock.close();
            lock = null;
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
