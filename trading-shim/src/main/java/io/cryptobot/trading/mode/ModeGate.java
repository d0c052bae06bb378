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
 * Decides for every order whether it may be live. The steps of a live order are: check the mode, take an entry, check
 * the mode again, send, free the entry. When a {@link ModeSwitch} has written another mode, has seen the
 * acknowledgement of this gate and has found every entry free, no live order can start any more. Proof:
 *
 * <p>All accesses to the control file are volatile, so they happen in one sequence. The switch writes the mode (w) and
 * then finds each entry free (c). Suppose that a trading order takes an entry (i), checks the mode again (r) and is
 * still being sent when c checks this entry. If i happened before c, c would find the entry taken. So the sequence is
 * w, c, i, r. Then r sees the new mode, and the trading order is not sent.
 *
 * <p>The gate is fail-safe: if it does not own an intact control file, or if no thread watches the file, the mode is
 * PAPER. The {@link GateWatcher} selects the file; the {@link ModeKeeper} stores the mode on the disk. Thread-safe;
 * {@link #enter} allocates nothing and takes no lock.
 */
@ToolApi
public final class ModeGate implements AutoCloseable {
    /** Much longer than a store needs to be visible to other processors (less than 1 µs). */
    private static final long SETTLE_NANOS = 1_000_000;

    private final GateWatcher watcher;
    private final ModeKeeper keeper;

    /** The file that the mode is read from; null means PAPER. */
    private volatile @Nullable ControlFile trusted;

    /** The file in which live orders are counted; it changes only while no live order is in flight. */
    private volatile @Nullable ControlFile attached;

    /** Time of the watcher's last poll; it is used as the start time of orders until the next poll. */
    private volatile long pollNanos = System.nanoTime();

    private ModeGate(Path controlFile, DurableMode durable, Hooks hooks) {
        watcher = new GateWatcher(this, controlFile, durable, hooks);
        keeper = new ModeKeeper(durable, () -> trusted);
    }

    /**
     * Opens the gate of a bot. It never fails: if the control file cannot be used, the mode is PAPER, the reason is
     * logged, and the gate tries again.
     *
     * @param durable the mode on the disk; the gate opens in LIVE only if it agrees
     * @param hooks called at every poll
     */
    public static ModeGate open(Path controlFile, DurableMode durable, Hooks hooks) {
        ModeGate gate = unwatched(controlFile, durable, hooks);
        gate.watcher.start();
        gate.keeper.start();
        return gate;
    }

    /** {@return a gate without threads; its caller must poll} */
    static ModeGate unwatched(Path controlFile, DurableMode durable, Hooks hooks) {
        ModeGate gate = new ModeGate(controlFile, durable, hooks);
        gate.watcher.poll();
        return gate;
    }

    /**
     * Decides where one order goes. A live order is first registered in the control file with its id, so that it is
     * known if the bot is killed. If the mode of the pass is LIVE, the caller sends the order and then calls {@link
     * #exit} or {@link #exitUnknown}.
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
                pass = orders.enter();
                if (trusted == file && file.modeWord() == word) {
                    orders.write(pass.entry(), pollNanos, id.value(), symbol);
                    return pass;
                }
                orders.abort(pass.entry());
                pass = null;
            }
        } catch (InternalError e) { // the file was truncated; the watcher will detect it
            if (pass != null) {
                exit(pass);
            }
            return Pass.PAPER;
        }
    }

    /** Ends a live order with a known outcome. */
    public void exit(Pass pass) {
        try {
            pass.table().complete(pass.entry());
        } catch (InternalError e) {
            // the file was truncated: no process reads this entry any more
        }
    }

    /**
     * Ends a live order with an unknown outcome. {@link LiveRun#unknownOrders} must count the order before this call,
     * so that the order is always counted as unknown or in flight.
     *
     * @return an action to run when the order is stored on the disk as an unknown order
     */
    public Runnable exitUnknown(Pass pass) {
        InFlightTable orders = pass.table();
        quietly(() -> watcher.publishUnknown(attached));
        quietly(() -> orders.completeUnknown(pass.entry()));
        return () -> quietly(() -> orders.removeUnknown(pass.entry()));
    }

    private static void quietly(Runnable access) {
        try {
            access.run();
        } catch (InternalError e) {
            // the file was truncated
        }
    }

    /** {@return the current mode} */
    public TradingMode mode() {
        ControlFile file = trusted;
        try {
            return file == null ? TradingMode.PAPER : TradingMode.ofWord(file.modeWord());
        } catch (InternalError e) {
            return TradingMode.PAPER;
        }
    }

    /** {@return the number of live orders in flight} */
    public int inFlight() {
        ControlFile file = attached;
        return file == null ? 0 : file.orders().held();
    }

    /** {@return why the mode is forced to PAPER; empty if the control file is valid} */
    public Optional<String> problem() {
        return watcher.problem();
    }

    /**
     * {@return the control file, which also contains the commands for this bot; empty if the gate has no valid file}
     */
    public Optional<ControlFile> controlFile() {
        return Optional.ofNullable(trusted);
    }

    /**
     * Closes the gate; from now on the mode is PAPER. The control file stays locked until the last live order has
     * ended, so that no other process takes it over and loses the count of orders in flight.
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

    /** From now on live orders are counted in this file. The gate must be drained. */
    void attach(ControlFile file) {
        attached = file;
    }

    void setPollNanos(long nanos) {
        pollNanos = nanos;
    }

    /** From now on the mode is read from this file. */
    void trust(ControlFile file) {
        trusted = file;
    }

    /** From now on the mode is PAPER. */
    void distrust() {
        trusted = null;
    }

    /**
     * {@return true if no live order is in flight any more after {@link #distrust}} It counts twice with a delay,
     * because an order sets its flag without a fence. Either the second count sees the flag, or the order sees that the
     * file is not trusted.
     */
    boolean isDrained() {
        if (inFlight() > 0) {
            return false;
        }
        LockSupport.parkNanos(SETTLE_NANOS);
        return inFlight() == 0;
    }

    /**
     * Callbacks of the gate. The first call is on the thread that opens the gate, all later calls are on the watcher's
     * thread.
     */
    @FunctionalInterface
    public interface Hooks {
        /**
         * Called at every poll, also if the gate has no control file.
         *
         * @param mode the current mode
         * @param inFlight the number of live orders in flight
         */
        void observed(TradingMode mode, int inFlight);

        /**
         * {@return the callbacks of this run} Called when this bot has become the owner of the control file; it may now
         * read the files of the last run.
         */
        default LiveRun begin() {
            return new LiveRun() {};
        }
    }

    /** Callbacks from the time when the bot owns the control file until it releases the file. */
    public interface LiveRun {
        /** {@return the number of live orders with an unknown outcome} */
        default long unknownOrders() {
            return 0;
        }

        /**
         * {@return true if all these orders are stored on the disk, so that the control file need not keep them} Called
         * with the orders that the last run left in flight.
         */
        default boolean takeOver(List<LeftInFlight> orders) {
            return true;
        }

        /**
         * Called when no live order is in flight any more, before the bot releases the control file.
         *
         * @param problem why the control file was not valid at the end; null if it was valid
         */
        default void end(@Nullable String problem) {}
    }

    /**
     * A live order that was in flight at the end of the bot's last run. Immutable.
     *
     * @param clientOrderId empty if unknown
     * @param symbol empty if unknown
     * @param sent when the order was sent, or a time before
     */
    public record LeftInFlight(String clientOrderId, String symbol, Instant sent) {}
}
