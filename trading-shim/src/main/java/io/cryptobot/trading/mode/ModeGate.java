package io.cryptobot.trading.mode;

import io.cryptobot.telemetry.files.InstanceName;
import io.cryptobot.telemetry.files.OwnerLock;
import io.cryptobot.trading.ClientOrderId;
import io.cryptobot.trading.TradingMode;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Decides before every order whether it may be live: check, take an entry, check again, send, give the entry back. After a
 * {@link ModeSwitch} has written another mode, seen its acknowledgement here and found every entry free, no live order can start:
 *
 * <p>All accesses to the control file are volatile, so they have one order. The switch writes the mode (w), then finds each entry
 * free (c). Suppose an order took one (i) and checked again (r) and is still being sent at its c. If i came before c, then c
 * would have found it taken. So w, c, i, r is the order, r sees the new mode, and the order is not sent.
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

    private static final long KEEP_INTERVAL_MS = 200;
    /** A store is seen by other processors after less than a microsecond. */
    private static final long SETTLE_NANOS = 1_000_000;

    private final Path path;
    private final InstanceName instance;
    private final DurableMode durable;
    private final Hooks hooks;
    private final Thread watcher = new Thread(this::watchUntilClosed, "cryptobot-mode-watcher");
    private final Thread keeper = new Thread(this::keepUntilClosed, "cryptobot-mode-keeper");
    private final Object unknownLock = new Object();
    /** Guarded by "this". */
    private @Nullable OwnerLock lock;
    /** Guarded by "this". */
    private @Nullable String reportedProblem;

    /** The file that the gate obeys; null means PAPER. */
    private volatile @Nullable ControlFile trusted;

    /** The file that live orders are counted in; changes only while none is in flight. */
    private volatile @Nullable ControlFile attached;

    /** Time of the watcher's last look, the start of the orders that are sent until the next one. */
    private volatile long lookNanos = System.nanoTime();

    /** The word that the disk is known to hold; the keeper's own. */
    private long keptWord;

    private volatile boolean closed;

    private ModeGate(Path path, DurableMode durable, Hooks hooks) {
        this.path = path;
        this.instance = durable.instance();
        this.durable = durable;
        this.hooks = hooks;
        this.watcher.setDaemon(true);
        this.keeper.setDaemon(true);
    }

    /**
     * Opens the gate of a bot. It never fails: where the control file cannot be used, the gate says PAPER, logs why, and
     * goes on trying.
     *
     * @param durable the mode on the disk, which must agree before the gate opens LIVE
     * @param hooks told at every look what the gate obeys
     */
    public static ModeGate open(Path controlFile, DurableMode durable, Hooks hooks) {
        ModeGate gate = new ModeGate(controlFile, durable, hooks);
        gate.watch();
        gate.watcher.start();
        gate.keeper.start();
        return gate;
    }

    /**
     * Brings the disk after the control file whenever that is not LIVE: a switch whose tool was killed before it could, and
     * a fall-back to PAPER, must outlive a reboot too. LIVE is stored by the switch alone. A thread of its own, because a
     * disk may hang and the watcher must not.
     */
    private void keepUntilClosed() {
        while (!closed) {
            try {
                TimeUnit.MILLISECONDS.sleep(KEEP_INTERVAL_MS);
                ControlFile file = trusted;
                long word = file == null ? 0 : file.modeWord();
                if (file != null && word != keptWord && TradingMode.ofWord(word) != TradingMode.LIVE) {
                    keep(file, word);
                }
            } catch (InterruptedException e) {
                return; // closed
            } catch (Throwable e) {
                LOGGER.debug("The trading mode of {} could not be stored, and is tried again", instance, e);
            }
        }
    }

    private void keep(ControlFile file, long word) throws IOException {
        DurableMode.Stored stored = durable.read().stored();
        // no file means PAPER already; making one would say that somebody has switched
        boolean says = stored == null ? TradingMode.ofWord(word) == TradingMode.PAPER : stored.word() == word;
        if (!says) {
            durable.store(file::modeWord);
        }
        keptWord = word;
    }

    /**
     * The watcher's life. The JVM may report a fault of a mapped file late, anywhere in this thread, and memory may run
     * out: a gate that nobody watches must not stay LIVE, so whatever is thrown takes the trust away and is survived.
     */
    private void watchUntilClosed() {
        while (!closed || trusted != null || !isDrained()) {
            try {
                TimeUnit.MILLISECONDS.sleep(WATCH_INTERVAL_MS);
                watch();
            } catch (Throwable e) {
                trusted = null;
            }
        }
        releaseLock();
    }

    /**
     * Asks for the way of one order. A live one is written down by name, so that it is known should the bot die; after a pass
     * for it, and only then, the caller sends the order and calls one of the exits when the call has returned or thrown.
     */
    public Pass enter(ClientOrderId id, String symbol) {
        Pass pass = null;
        try {
            while (true) {
                ControlFile file = trusted;
                long word = file == null ? 0 : file.modeWord();
                TradingMode mode = TradingMode.ofWord(word);
                if (file == null || mode != TradingMode.LIVE) {
                    return Pass.notLive(mode);
                }
                pass = file.take();
                if (trusted == file && file.modeWord() == word) {
                    file.write(pass.entry(), lookNanos, id.value(), symbol);
                    return pass;
                }
                file.giveUp(pass.entry());
                pass = null;
            }
        } catch (InternalError e) { // the file was truncated under us; the watcher will find out
            if (pass != null) {
                exit(pass);
            }
            return Pass.PAPER;
        }
    }

    /** Counts a live order out whose outcome is known. */
    public void exit(Pass pass) {
        try {
            file(pass).release(pass.entry());
        } catch (InternalError e) {
            // truncated under us: nobody reads that entry any more
        }
    }

    private static ControlFile file(Pass pass) {
        return Objects.requireNonNull(pass.file(), "only a live order leaves the gate");
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
        ControlFile file = attached;
        return file == null ? 0 : file.held();
    }

    /** {@return why the gate is held in PAPER; empty when the control file is obeyed} */
    public synchronized Optional<String> problem() {
        return Optional.ofNullable(reportedProblem);
    }

    /**
     * {@return whether no order is in flight any more, after the trust in the file was taken away} Two looks, since an order says
     * without a fence that it is: by the second one it has been seen, or has seen itself that the file is not trusted.
     */
    private boolean isDrained() {
        if (inFlight() > 0) {
            return false;
        }
        LockSupport.parkNanos(SETTLE_NANOS);
        return inFlight() == 0;
    }

    /** One look at the control file; the watcher's work, also called by tests. */
    synchronized void watch() {
        if (closed) {
            return;
        }
        TradingMode mode = TradingMode.PAPER;
        try {
            ControlFile file = attached;
            if (file == null || !file.isIntact() || !file.isTakenOver()) {
                trusted = null;
                if (!isDrained()) {
                    throw new IOException(path + " was replaced, truncated or deleted while orders are in flight");
                }
                file = attach();
            }
            lookNanos = System.nanoTime();
            file.setClock(lookNanos);
            publishUnknown(file);
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
        hooks.observed(mode, inFlight());
    }

    private ControlFile attach() throws IOException {
        if (lock == null) {
            OwnerLock acquired = OwnerLock.acquire(path);
            try {
                hooks.owned();
            } catch (RuntimeException | Error e) {
                acquired.close();
                throw e;
            }
            lock = acquired;
        }
        boolean first = attached == null;
        boolean noFile = first && Files.notExists(path, LinkOption.NOFOLLOW_LINKS);
        Optional<ControlFile> found = ControlFile.find(path, instance);
        DurableMode.Reading disk = durable.read();
        if (disk.problem() != null) {
            LOGGER.error("The stored trading mode of {} does not count: {}", instance, disk.problem());
        }
        Long hotWord = found.map(ControlFile::modeWord).orElse(null);
        long word = durable.startWord(hotWord, noFile, disk.stored());
        if (TradingMode.ofWord(word) == TradingMode.LIVE) {
            word = isAnyOrderUnknown(found) ? backToPaper(word) : claimLive(word);
        }
        ControlFile file = found.isPresent() ? found.get() : ControlFile.open(path, instance, word);
        if (hotWord != null && hotWord != word) {
            if (!file.compareAndSetModeWord(hotWord, word)) {
                throw new IOException(path + " is being switched at this very moment; it is looked at again");
            }
            LOGGER.error(
                    "{} starts on {}: the control file says {}, the disk {}",
                    instance,
                    TradingMode.ofWord(word).label(),
                    TradingMode.ofWord(hotWord).label(),
                    disk.stored() == null ? "nothing" : disk.stored().mode().label());
        }
        takeOver(file);
        attached = file;
        return file;
    }

    /** A bot that does not know what became of its live orders does not start with further ones. */
    private boolean isAnyOrderUnknown(Optional<ControlFile> found) {
        boolean anyInFlight = found.isPresent()
                && (found.get().withoutEntry() != 0 || !found.get().entries().isEmpty());
        return anyInFlight || hooks.unknownOrders() > 0;
    }

    private long backToPaper(long word) {
        LOGGER.error("{} starts on paper: what became of live orders of its last run is unknown", instance);
        return TradingMode.PAPER.word(TradingMode.epochOfWord(word) + 1);
    }

    /** What cannot be written now could not be taken back later, so without a working disk there is no LIVE. */
    private long claimLive(long word) {
        try {
            durable.store(() -> word);
            return word;
        } catch (IOException | RuntimeException e) {
            LOGGER.error("{} starts on paper: its live mode cannot be stored: {}", instance, e.toString());
            return TradingMode.PAPER.word(TradingMode.epochOfWord(word) + 1);
        }
    }

    /** The last owner ended, or lost the file, in the middle of orders: nobody knows what became of them. */
    private void takeOver(ControlFile file) {
        boolean kept = true;
        List<ControlFile.Entry> entries = file.entries();
        int withoutEntry = file.withoutEntry();
        if (withoutEntry != 0 || !entries.isEmpty()) {
            LOGGER.warn(
                    "{} live orders of {} were in flight when it ended last; they are looked up at the exchange",
                    withoutEntry + entries.size(),
                    instance);
            Instant lastLook = file.lastLook();
            for (ControlFile.Entry entry : entries) {
                Instant sent = lastLook.minusMillis(entry.ageMs());
                hooks.leftInFlight(entry.clientOrderId(), entry.symbol(), sent);
            }
            for (int nameless = 0; nameless < withoutEntry; nameless++) {
                hooks.leftInFlight("", "", lastLook);
            }
            kept = hooks.takenOver();
        }
        publishUnknown(file);
        // What is not kept is told again to the next run, for which this one may not be able to store it.
        file.forgetAllBut(kept ? List.of() : entries);
        long command = file.commandWord();
        if (file.answeredWord() != command) {
            file.answer(command, "result=refused\nproblem=the bot has started anew since\n");
        }
    }

    /** One at a time, so that no older count is written over a newer one. */
    private void publishUnknown(ControlFile file) {
        synchronized (unknownLock) {
            file.setUnknown(hooks.unknownOrders());
        }
    }

    /**
     * Counts a live order out whose outcome is unknown, and which {@link Hooks#unknownOrders} counts already; it is seen
     * among the unknown ones before it leaves those in flight.
     *
     * @return to be run once the order is on the disk as an unknown one
     */
    public Runnable exitUnknown(Pass pass) {
        ControlFile file = file(pass);
        try {
            publishUnknown(file);
        } catch (InternalError e) {
            // as above
        }
        try {
            file.releaseUnknown(pass.entry());
        } catch (InternalError e) {
            // as above
        }
        return () -> free(file, pass.entry());
    }

    private static void free(ControlFile file, int entry) {
        try {
            if (entry != ControlFile.NO_ENTRY) {
                file.free(entry);
            }
        } catch (InternalError e) {
            // as above
        }
    }

    /** {@return the file that commands for this bot are in; empty while the gate has none} */
    public Optional<ControlFile> controlFile() {
        return Optional.ofNullable(trusted);
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
        keeper.interrupt();
        if (isDrained()) {
            releaseLock();
            watcher.interrupt();
        }
    }

    private synchronized void releaseLock() {
        if (lock != null) {
            try {
                hooks.leaving(reportedProblem == null);
            } finally {
                lock.close();
                lock = null;
            }
        }
    }

    /** What the gate tells the bot, and asks it. */
    @FunctionalInterface
    public interface Hooks {
        /**
         * Called on the thread that opens the gate, then on the watcher's.
         *
         * @param mode the mode that orders meet now
         * @param inFlight live orders that are being sent
         */
        void observed(TradingMode mode, int inFlight);

        /** The control file is this bot's from now on, and nobody else's: what its last owner has left may be read. */
        default void owned() {}

        /**
         * The control file is this bot's for the last time; no live order of it is in flight.
         *
         * @param inOrder whether the gate has obeyed the control file until its end
         */
        default void leaving(boolean inOrder) {}

        /** {@return how many live orders have an unknown outcome} */
        default long unknownOrders() {
            return 0;
        }

        /**
         * A live order that was in flight when the bot's last run ended.
         *
         * @param clientOrderId empty where it is not known
         * @param symbol empty where it is not known
         * @param sent when it was sent, or earlier
         */
        default void leftInFlight(String clientOrderId, String symbol, Instant sent) {}

        /** {@return whether the last run's orders, which have all been told, are kept: the control file may forget them} */
        default boolean takenOver() {
            return true;
        }
    }
}
