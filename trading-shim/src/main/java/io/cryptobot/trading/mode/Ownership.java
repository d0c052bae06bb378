package io.cryptobot.trading.mode;

import io.cryptobot.telemetry.files.InstanceName;
import io.cryptobot.telemetry.files.OwnerLock;
import io.cryptobot.trading.TradingMode;
import io.cryptobot.trading.mode.ModeGate.LeftInFlight;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The ownership of the control file by a bot, protected by a kernel lock. At the start it decides in which mode the bot
 * starts, and takes over the orders that the last run left in flight. {@link #publishUnknown} is thread-safe; the
 * {@link GateWatcher} guards the other methods.
 */
final class Ownership {
    private static final Logger LOGGER = LoggerFactory.getLogger(Ownership.class);

    private final Path path;
    private final InstanceName instance;
    private final DurableMode durable;
    private final OwnerLock lock;
    private final ModeGate.LiveRun run;
    private final Object unknownLock = new Object();

    private Ownership(Path path, DurableMode durable, OwnerLock lock, ModeGate.LiveRun run) {
        this.path = path;
        this.instance = durable.instance();
        this.durable = durable;
        this.lock = lock;
        this.run = run;
    }

    /**
     * Takes the lock and begins the run.
     *
     * @throws IOException if another process has the lock or the run directory cannot be used
     */
    static Ownership acquire(Path path, DurableMode durable, ModeGate.Hooks hooks) throws IOException {
        OwnerLock lock = OwnerLock.acquire(path);
        try {
            return new Ownership(path, durable, lock, hooks.begin());
        } catch (RuntimeException | Error e) {
            lock.close();
            throw e;
        }
    }

    /**
     * {@return the control file, prepared for this bot}
     *
     * @param first true if this run had no control file before
     */
    ControlFile takeOver(boolean first) throws IOException {
        boolean noFile = first && Files.notExists(path, LinkOption.NOFOLLOW_LINKS);
        Optional<ControlFile> found = ControlFile.find(path, instance);
        DurableMode.Reading disk = durable.read();
        if (disk.problem() != null) {
            LOGGER.error("The stored trading mode of {} is ignored: {}", instance, disk.problem());
        }
        Long controlWord = found.map(ControlFile::modeWord).orElse(null);
        long word = durable.startWord(controlWord, noFile, disk.stored());
        if (TradingMode.ofWord(word) == TradingMode.LIVE) {
            word = isAnyOrderUnknown(found) ? backToPaper(word) : claimLive(word);
        }
        ControlFile file = found.isPresent() ? found.get() : ControlFile.open(path, instance, word);
        if (controlWord != null && controlWord != word) {
            if (!file.compareAndSetModeWord(controlWord, word)) {
                throw new IOException(path + " was changed by a switch at the same time; the next poll reads it again");
            }
            LOGGER.error(
                    "{} starts on {}: the control file says {}, the disk {}",
                    instance,
                    TradingMode.ofWord(word).label(),
                    TradingMode.ofWord(controlWord).label(),
                    disk.stored() == null ? "nothing" : disk.stored().mode().label());
        }
        takeOrdersOver(file);
        long command = file.commandWord();
        if (file.answeredWord() != command) {
            file.answer(command, "result=refused\nproblem=the bot was restarted\n");
        }
        return file;
    }

    /** A bot with unknown live orders must not send new live orders. */
    private boolean isAnyOrderUnknown(Optional<ControlFile> found) {
        boolean anyInFlight = found.map(ControlFile::orders)
                .filter(orders ->
                        orders.withoutEntry() != 0 || !orders.entries().isEmpty())
                .isPresent();
        return anyInFlight || run.unknownOrders() > 0;
    }

    private long backToPaper(long word) {
        LOGGER.error("{} starts on paper: the outcome of live orders of its last run is unknown", instance);
        return TradingMode.PAPER.word(TradingMode.epochOfWord(word) + 1);
    }

    /**
     * Stores LIVE before it takes effect. If the disk does not work now, a later switch to another mode could not be
     * stored either, so the bot starts on PAPER.
     */
    private long claimLive(long word) {
        try {
            durable.store(() -> word);
            return word;
        } catch (IOException | RuntimeException e) {
            LOGGER.error("{} starts on paper: its live mode cannot be stored: {}", instance, e.toString());
            return TradingMode.PAPER.word(TradingMode.epochOfWord(word) + 1);
        }
    }

    /** Turns the orders that the last owner left in flight into unknown orders. */
    private void takeOrdersOver(ControlFile file) {
        InFlightTable table = file.orders();
        List<InFlightTable.Entry> entries = table.entries();
        List<LeftInFlight> orders = new ArrayList<>();
        Instant lastPoll = file.lastPoll();
        for (InFlightTable.Entry entry : entries) {
            orders.add(new LeftInFlight(entry.clientOrderId(), entry.symbol(), lastPoll.minusMillis(entry.ageMs())));
        }
        int withoutEntry = table.withoutEntry();
        for (int nameless = 0; nameless < withoutEntry; nameless++) {
            orders.add(new LeftInFlight("", "", lastPoll));
        }
        if (!orders.isEmpty()) {
            LOGGER.warn(
                    "{} live orders of {} were in flight at the end of its last run; they will be reconciled with the exchange",
                    orders.size(),
                    instance);
        }
        boolean stored = orders.isEmpty() || run.takeOver(orders);
        publishUnknown(file);
        // Orders that are not stored stay in the control file for the next run.
        table.takeOver(stored ? List.of() : entries);
    }

    /** Holds a lock, so that an old count never overwrites a newer one. */
    void publishUnknown(ControlFile file) {
        synchronized (unknownLock) {
            file.setUnknown(run.unknownOrders());
        }
    }

    /** Releases the control file. */
    void end(@Nullable String problem) {
        if (!lock.isClosed()) {
            try {
                run.end(problem);
            } finally {
                lock.close();
            }
        }
    }
}
