package io.cryptobot.trading.mode;

import io.cryptobot.telemetry.ToolApi;
import io.cryptobot.trading.ClientOrderId;
import io.cryptobot.trading.TradingMode;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Decides before every order whether it may be live: check, take an entry, check again, send, give the entry back. After a
 * {@link ModeSwitch} has written another mode, seen its acknowledgement here and found every entry free, no live order can start:
 *
 * <p>All accesses to the control file are volatile, so they have one order. The switch writes the mode (w), then finds each entry
 * free (c). Suppose an order took one (i) and checked again (r) and is still being sent at its c. If i came before c, then c
 * would have found it taken. So w, c, i, r is the order, r sees the new mode, and the order is not sent.
 *
 * <p>The gate is fail-safe: without a control file that is its own, intact and watched, the mode is PAPER. The {@link GateWatcher}
 * decides which file that is; the {@link ModeKeeper} stores the mode on the disk. Thread-safe; {@link #enter} allocates nothing
 * and takes no lock.
 */
@ToolApi
public final class ModeGate implements AutoCloseable {
    /** A store is seen by other processors after less than a microsecond. */
    private static final long SETTLE_NANOS = 1_000_000;

    private final GateWatcher watcher;
    private final ModeKeeper keeper;

    /** The file that the gate obeys; null means PAPER. */
    private volatile @Nullable ControlFile trusted;

    /** The file that live orders are counted in; changes only while none is in flight. */
    private volatile @Nullable ControlFile attached;

    /** Time of the watcher's last poll, the start of the orders that are sent until the next one. */
    private volatile long pollNanos = System.nanoTime();

    private ModeGate(Path controlFile, DurableMode durable, Hooks hooks) {
        watcher = new GateWatcher(this, controlFile, durable, hooks);
        keeper = new ModeKeeper(durable, () -> trusted);
    }

    /**
     * Opens the gate of a bot. It never fails: where the control file cannot be used, the gate says PAPER, logs why, and
     * tries again.
     *
     * @param durable the mode on the disk, which must agree before the gate opens LIVE
     * @param hooks told at every poll what the gate obeys
     */
    public static ModeGate open(Path controlFile, DurableMode durable, Hooks hooks) {
        ModeGate gate = unwatched(controlFile, durable, hooks);
        gate.watcher.start();
        gate.keeper.start();
        return gate;
    }

    /** {@return a gate without threads: its caller polls} */
    static ModeGate unwatched(Path controlFile, DurableMode durable, Hooks hooks) {
        ModeGate gate = new ModeGate(controlFile, durable, hooks);
        gate.watcher.poll();
        return gate;
    }

    /**
     * Asks where one order goes. A live one is written down by name, so that it is known should the bot die; after a pass
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
                InFlightTable orders = file.orders();
                pass = orders.take();
                if (trusted == file && file.modeWord() == word) {
                    orders.write(pass.entry(), pollNanos, id.value(), symbol);
                    return pass;
                }
                orders.giveUp(pass.entry());
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
            pass.table().release(pass.entry());
        } catch (InternalError e) {
            // truncated under us: nobody reads that entry any more
        }
    }

    /**
     * Counts a live order out whose outcome is unknown, and which {@link LiveRun#unknownOrders} counts already; it is seen
     * among the unknown ones before it leaves those in flight.
     *
     * @return to be run once the order is on the disk as an unknown one
     */
    public Runnable exitUnknown(Pass pass) {
        InFlightTable orders = pass.table();
        quietly(() -> watcher.publishUnknown(attached));
        quietly(() -> orders.releaseUnknown(pass.entry()));
        return () -> quietly(() -> orders.free(pass.entry()));
    }

    private static void quietly(Runnable access) {
        try {
            access.run();
        } catch (InternalError e) {
            // the file was truncated under us
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
        ControlFile file = attached;
        return file == null ? 0 : file.orders().held();
    }

    /** {@return why the gate is held in PAPER; empty when the control file is obeyed} */
    public Optional<String> problem() {
        return watcher.problem();
    }

    /** {@return the file that commands for this bot are in; empty while the gate has none} */
    public Optional<ControlFile> controlFile() {
        return Optional.ofNullable(trusted);
    }

    /**
     * Ends the watch; from now on the gate says PAPER. The control file stays locked until the last live order has ended, so
     * that nobody takes it over and counts anew meanwhile.
     */
    @Override
    public void close() {
        keeper.close();
        watcher.close();
    }

    GateWatcher watcher() {
        return watcher;
    }

    ModeKeeper keeper() {
        return keeper;
    }

    @Nullable
    ControlFile attached() {
        return attached;
    }

    /** Counts live orders in this file from now on; only for a drained gate. */
    void attach(ControlFile file) {
        attached = file;
    }

    void setPollNanos(long nanos) {
        pollNanos = nanos;
    }

    /** Obeys this file. */
    void trust(ControlFile file) {
        trusted = file;
    }

    /** Obeys no file: PAPER. */
    void distrust() {
        trusted = null;
    }

    /**
     * {@return whether no order is in flight any more, after {@link #distrust}} Counts twice, since an order sets its flag without a
     * fence: the second count sees it, or the order has seen that the file is not trusted.
     */
    boolean isDrained() {
        if (inFlight() > 0) {
            return false;
        }
        LockSupport.parkNanos(SETTLE_NANOS);
        return inFlight() == 0;
    }

    /** The gate's calls into the bot, on the thread that opens the gate and then on the watcher's. */
    @FunctionalInterface
    public interface Hooks {
        /**
         * Called at every poll, also while the gate has no control file.
         *
         * @param mode the mode that orders meet now
         * @param inFlight live orders that are being sent
         */
        void observed(TradingMode mode, int inFlight);

        /** {@return the bot's part of a run} The control file is this bot's alone: what its last owner has left may be read. */
        default LiveRun begin() {
            return new LiveRun() {};
        }
    }

    /** The bot's part of one run, from the moment when the control file is the bot's until it is given back. */
    public interface LiveRun {
        /** {@return how many live orders have an unknown outcome} */
        default long unknownOrders() {
            return 0;
        }

        /** {@return whether all of the last run's orders are stored: the control file may forget them} */
        default boolean takeOver(List<LeftInFlight> orders) {
            return true;
        }

        /**
         * No live order is in flight any more.
         *
         * @param problem why the gate did not obey the control file at its end; null when it did
         */
        default void end(@Nullable String problem) {}
    }

    /**
     * A live order that was in flight when the bot's last run ended. Immutable.
     *
     * @param clientOrderId empty where it is not known
     * @param symbol empty where it is not known
     * @param sent when it was sent, or earlier
     */
    public record LeftInFlight(String clientOrderId, String symbol, Instant sent) {}
}
