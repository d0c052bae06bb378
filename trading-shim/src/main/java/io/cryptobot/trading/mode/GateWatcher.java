package io.cryptobot.trading.mode;

import io.cryptobot.telemetry.files.InstanceName;
import io.cryptobot.trading.TradingMode;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Selects the control file that the gate reads its mode from, and acknowledges switches. Ten times a second it checks
 * whether the file was replaced, truncated or deleted. In this case the mode is PAPER until no live order is in flight;
 * then the gate uses the new file. The thread survives every exception, because a gate without a watcher must not stay
 * LIVE. Thread-safe.
 */
final class GateWatcher implements AutoCloseable {
    private static final Logger LOGGER = LoggerFactory.getLogger(GateWatcher.class);
    private static final long POLL_INTERVAL_MS = 100;

    private final ModeGate gate;
    private final Path path;
    private final InstanceName instance;
    private final DurableMode durable;
    private final ModeGate.Hooks hooks;
    private final Thread thread = new Thread(this::run, "cryptobot-mode-watcher");
    /** Null until this bot owns the control file. */
    private volatile @Nullable Ownership ownership;
    /** Guarded by "this". */
    private @Nullable String problem;

    private volatile boolean closed;

    GateWatcher(ModeGate gate, Path path, DurableMode durable, ModeGate.Hooks hooks) {
        this.gate = gate;
        this.path = path;
        this.instance = durable.instance();
        this.durable = durable;
        this.hooks = hooks;
        this.thread.setDaemon(true);
    }

    void start() {
        thread.start();
    }

    /** Catches every error: the JVM can report a fault of a mapped file late and at any place in this thread. */
    private void run() {
        while (!releaseIfDrained()) {
            try {
                TimeUnit.MILLISECONDS.sleep(POLL_INTERVAL_MS);
                poll();
            } catch (Throwable e) {
                gate.distrust();
            }
        }
    }

    /** {@return true if the gate is closed and drained} In this case it releases the control file. */
    boolean releaseIfDrained() {
        if (!closed || gate.controlFile().isPresent() || !gate.isDrained()) {
            return false;
        }
        release();
        return true;
    }

    private synchronized void release() {
        Ownership owned = ownership;
        if (owned != null) {
            owned.end(problem);
        }
    }

    /** Checks the control file once and acknowledges its mode. */
    synchronized void poll() {
        if (closed) {
            return;
        }
        TradingMode mode = TradingMode.PAPER;
        try {
            ControlFile file = gate.attached();
            Ownership owned = ownership;
            if (owned == null
                    || file == null
                    || !file.isIntact()
                    || !file.orders().isTakenOver()) {
                gate.distrust();
                if (!gate.isDrained()) {
                    throw new IOException(path + " was replaced, truncated or deleted while orders are in flight");
                }
                if (owned == null) {
                    owned = Ownership.acquire(path, durable, hooks);
                    ownership = owned;
                }
                file = owned.takeOver(file == null);
                gate.attach(file);
            }
            long now = System.nanoTime();
            gate.setPollNanos(now);
            file.setClock(now);
            owned.publishUnknown(file);
            long word = file.modeWord();
            gate.trust(file);
            mode = TradingMode.ofWord(word);
            report(null);
            file.acknowledge(word);
            file.incrementBeat();
        } catch (IOException | RuntimeException | InternalError e) {
            gate.distrust();
            mode = TradingMode.PAPER;
            // the message of a FileSystemException is only the path
            boolean hasSentence = e instanceof IOException && !(e instanceof FileSystemException);
            report(hasSentence ? String.valueOf(e.getMessage()) : e.toString());
        }
        hooks.observed(mode, gate.inFlight());
    }

    private void report(@Nullable String now) {
        if (now != null && !now.equals(problem)) {
            LOGGER.error("Trading mode of {} is forced to paper: {}", instance, now);
        } else if (now == null && problem != null) {
            LOGGER.info("Trading mode of {} is read from {} again", instance, path);
        }
        problem = now;
    }

    synchronized Optional<String> problem() {
        return Optional.ofNullable(problem);
    }

    void publishUnknown(@Nullable ControlFile file) {
        Ownership owned = ownership;
        if (owned != null && file != null) {
            owned.publishUnknown(file);
        }
    }

    @Override
    public void close() {
        closed = true;
        synchronized (this) { // waits for a running poll
            gate.distrust();
        }
        if (releaseIfDrained()) {
            thread.interrupt();
        }
    }
}
