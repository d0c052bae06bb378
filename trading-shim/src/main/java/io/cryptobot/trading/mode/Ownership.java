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
 * The bot's right to its control file, by a kernel lock, and what it does with a file that an earlier run has left: it decides the
 * mode to start in, and takes the orders over that were in flight. {@link #publishUnknown} is thread-safe; the rest is guarded by
 * the {@link GateWatcher}.
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
     * Takes the lock, and begins the bot's run.
     *
     * @throws IOException when another process has the lock, or the run directory cannot be used
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
     * {@return the control file, ready for this bot}
     *
     * @param first whether this run has had no control file yet
     */
    ControlFile takeOver(boolean first) throws IOException {
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
                throw new IOException(path + " is being switched at this moment; the next poll reads it again");
            }
            LOGGER.error(
                    "{} starts on {}: the control file says {}, the disk {}",
                    instance,
                    TradingMode.ofWord(word).label(),
                    TradingMode.ofWord(hotWord).label(),
                    disk.stored() == null ? "nothing" : disk.stored().mode().label());
        }
        takeOrdersOver(file);
        long command = file.commandWord();
        if (file.answeredWord() != command) {
            file.answer(command, "result=refused\nproblem=the bot has started anew since\n");
        }
        return file;
    }

    /** A bot that does not know what became of its live orders does not send further ones. */
    private boolean isAnyOrderUnknown(Optional<ControlFile> found) {
        boolean anyInFlight = found.map(ControlFile::orders)
                .filter(orders ->
                        orders.withoutEntry() != 0 || !orders.entries().isEmpty())
                .isPresent();
        return anyInFlight || run.unknownOrders() > 0;
    }

    private long backToPaper(long word) {
        LOGGER.error("{} starts on paper: what became of live orders of its last run is unknown", instance);
        return TradingMode.PAPER.word(TradingMode.epochOfWord(word) + 1);
    }

    /** A mode that cannot be stored now could not be taken back later, so without a working disk there is no LIVE. */
    private long claimLive(long word) {
        try {
            durable.store(() -> word);
            return word;
        } catch (IOException | RuntimeException e) {
            LOGGER.error("{} starts on paper: its live mode cannot be stored: {}", instance, e.toString());
            return TradingMode.PAPER.word(TradingMode.epochOfWord(word) + 1);
        }
    }

    /** The last owner ended, or lost the file, while orders were in flight: their outcome is unknown. */
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
                    "{} live orders of {} were in flight when it ended last; they are looked up at the exchange",
                    orders.size(),
                    instance);
        }
        boolean stored = orders.isEmpty() || run.takeOver(orders);
        publishUnknown(file);
        // The next run takes over again what is not stored, since this one may not be able to store it at all.
        table.clearAllBut(stored ? List.of() : entries);
    }

    /** One at a time, so that no older count is written over a newer one. */
    void publishUnknown(ControlFile file) {
        synchronized (unknownLock) {
            file.setUnknown(run.unknownOrders());
        }
    }

    /** Gives the control file back. */
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
