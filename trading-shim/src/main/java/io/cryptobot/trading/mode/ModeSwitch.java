package io.cryptobot.trading.mode;

import io.cryptobot.telemetry.ToolApi;
import io.cryptobot.telemetry.files.InstanceName;
import io.cryptobot.trading.TradingMode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * Changes a bot's trading mode from another process and waits until the effect is proved: the running bot has
 * acknowledged this switch, no live order is in flight, and no later switch has changed the mode. Switches take no
 * lock, so they never block each other. Each switch has a number, the epoch; the latest switch wins. Thread-safe.
 */
@ToolApi
public final class ModeSwitch {
    /** If the bot has never written a heartbeat and writes none within this time, it is not running. */
    private static final Duration ATTACH_TIMEOUT = Duration.ofSeconds(1);

    /** If the bot has written heartbeats before, it may only be paused by a garbage collection or a busy machine. */
    private static final Duration PAUSE_TIMEOUT = Duration.ofSeconds(10);

    private static final long POLL_INTERVAL_MS = 5;

    private final Path path;
    private final InstanceName instance;
    private final DurableMode durable;
    private final LongSupplier nanoTime;
    private final Pause pause;

    public ModeSwitch(Path controlFile, DurableMode durable) {
        this(controlFile, durable, System::nanoTime, () -> TimeUnit.MILLISECONDS.sleep(POLL_INTERVAL_MS));
    }

    /** @param pause waits between two polls of the control file */
    ModeSwitch(Path controlFile, DurableMode durable, LongSupplier nanoTime, Pause pause) {
        this.path = controlFile;
        this.instance = durable.instance();
        this.durable = durable;
        this.nanoTime = nanoTime;
        this.pause = pause;
    }

    /** Waits between two polls. */
    interface Pause {
        void pause() throws InterruptedException;
    }

    /**
     * Throws if a switch to live is not allowed now. {@link #change} repeats all checks except the cooldown.
     *
     * @param cooldown the minimum time since the last switch, to prevent frequent switching
     * @throws ConflictException if it is not allowed
     * @throws IOException if the control file cannot be read or the mode cannot be stored
     */
    public void requireLiveAllowed(Duration cooldown) throws IOException {
        ControlFile file = ControlFile.open(path, instance, durable.newFileWord());
        requireNothingPending(file);
        DurableMode.Stored stored = durable.read().stored();
        if (stored != null) {
            Duration since = Duration.between(stored.changed(), Instant.now());
            if (since.isNegative()) {
                throw new ConflictException("the last switch, at " + stored.changed()
                        + ", is in the future: the clock was set back; correct the clock, or switch to paper again");
            }
            if (since.compareTo(cooldown) < 0 && stored.mode() != TradingMode.LIVE) {
                throw new ConflictException("the last switch was " + since.toSeconds() + " s ago; live is allowed "
                        + cooldown.toSeconds() + " s after it");
            }
        }
        // Proves that the disk works before live takes effect; otherwise live would have to be undone.
        durable.store(file::modeWord);
    }

    private static void requireNothingPending(ControlFile file) throws ConflictException {
        if (file.unknown() != 0) { // below 0 the file is damaged; the bot's next poll repairs it
            throw new ConflictException(
                    file.unknown() + " live orders have an unknown outcome; they must be reconciled first");
        }
        if (TradingMode.ofWord(file.modeWord()) != TradingMode.LIVE
                && file.orders().inFlight() > 0) {
            throw new ConflictException(
                    file.orders().inFlight() + " earlier live orders are still in flight; wait until they have ended");
        }
    }

    /**
     * Sets the mode, stores it on the disk and waits for the effect. If LIVE cannot be stored, the mode is set to
     * PAPER.
     *
     * @param timeout the maximum wait for the bot's acknowledgement and for orders in flight
     * @throws ConflictException for live, if there are unknown orders, or if orders that were sent before the bot left
     *     live are still in flight
     * @throws IOException if the control file cannot be written, or if a later switch has changed the mode; for live
     *     also if the mode cannot be stored
     */
    public Result change(TradingMode mode, Duration timeout) throws IOException, InterruptedException {
        long start = nanoTime.getAsLong();
        long deadline = start + timeout.toNanos();
        TradingMode previous = null;
        while (true) {
            ControlFile file = ControlFile.open(path, instance, durable.newFileWord());
            long before = file.modeWord();
            if (mode == TradingMode.LIVE) {
                requireNothingPending(file);
            }
            long word = mode.word(TradingMode.epochOfWord(before) + 1);
            if (!file.compareAndSetModeWord(before, word)) {
                continue; // another switch at the same time: repeat with the next epoch
            }
            previous = previous == null ? TradingMode.ofWord(before) : previous;
            store(file, word);
            Answer answer = awaitAcknowledgement(file, word, deadline);
            if (answer == Answer.FILE_REPLACED) {
                if (nanoTime.getAsLong() - deadline < 0) {
                    continue; // a damaged file was replaced: set the mode in the new file
                }
                throw new IOException(path + " is replaced again and again; find the process that does this");
            }
            // Only after the acknowledgement: before it the bot may still use an older file that was replaced.
            while (answer == Answer.ACKNOWLEDGED
                    && mode != TradingMode.LIVE
                    && file.orders().inFlight() > 0
                    && nanoTime.getAsLong() - deadline < 0) {
                pause.pause();
            }
            Result result = result(file, previous, mode, answer, start);
            // Check after the counts: epochs only increase, so the mode did not change between the switch and the
            // counts.
            requireUnchanged(file, word);
            return result;
        }
    }

    private void store(ControlFile file, long word) throws IOException {
        try {
            durable.store(file::modeWord);
        } catch (IOException | RuntimeException e) {
            if (TradingMode.ofWord(word) == TradingMode.LIVE) {
                long paper = TradingMode.PAPER.word(TradingMode.epochOfWord(word) + 1);
                var unused = file.compareAndSetModeWord(word, paper);
                throw new IOException("live was undone, because it cannot be stored: " + e.getMessage(), e);
            }
            // A switch to paper or halt must always work; the result contains the mode on the disk.
        }
    }

    private Result result(ControlFile file, TradingMode previous, TradingMode mode, Answer answer, long start) {
        long inFlight = file.orders().inFlight();
        // Read after the number in flight: an order is counted as unknown before it leaves the orders in flight.
        long unknown = file.unknown();
        List<PendingOrder> pending = file.orders().entries().stream()
                .filter(entry -> !entry.unknown())
                .map(entry -> new PendingOrder(entry.clientOrderId(), entry.symbol(), Duration.ofMillis(entry.ageMs())))
                .toList();
        // The disk must not say LIVE while the control file has another mode; all other differences are harmless.
        TradingMode stored = durable.mode().orElse(TradingMode.PAPER);
        return new Result(
                previous,
                mode,
                answer == Answer.ACKNOWLEDGED,
                inFlight,
                inFlight == 0 ? List.of() : pending,
                unknown,
                stored == mode || stored != TradingMode.LIVE,
                Duration.ofNanos(nanoTime.getAsLong() - start));
    }

    /**
     * {@return the current state} Without a control file it contains the mode in which the bot would start.
     *
     * @throws IOException if the control file cannot be read
     */
    public Result status() throws IOException, InterruptedException {
        long start = nanoTime.getAsLong();
        Optional<ControlFile> found = ControlFile.find(path, instance);
        if (found.isEmpty()) {
            boolean noFile = Files.notExists(path, LinkOption.NOFOLLOW_LINKS);
            TradingMode mode = TradingMode.ofWord(
                    durable.startWord(null, noFile, durable.read().stored()));
            return new Result(mode, mode, false, 0, List.of(), 0, true, Duration.ZERO);
        }
        ControlFile file = found.get();
        long word = file.modeWord();
        Answer answer = awaitAcknowledgement(file, word, start + ATTACH_TIMEOUT.toNanos());
        TradingMode mode = TradingMode.ofWord(word);
        return result(file, mode, mode, answer, start);
    }

    private enum Answer {
        /** A running bot has acknowledged the mode word. */
        ACKNOWLEDGED,
        /** No heartbeat for some time, or no acknowledgement until the deadline. */
        NONE,
        /** The path now names another file. */
        FILE_REPLACED
    }

    private Answer awaitAcknowledgement(ControlFile file, long word, long deadline)
            throws IOException, InterruptedException {
        long beat = file.beat();
        Duration silence = beat == 0 ? ATTACH_TIMEOUT : PAUSE_TIMEOUT;
        boolean beating = false;
        long lastBeat = nanoTime.getAsLong();
        while (true) {
            long now = nanoTime.getAsLong();
            if (file.beat() != beat) {
                beat = file.beat();
                beating = true;
                lastBeat = now;
            }
            // The acknowledgement of a dead bot stays in the file, so a new heartbeat is required too.
            if (beating && file.acknowledgedWord() == word) {
                return Answer.ACKNOWLEDGED;
            }
            if (!file.isIntact()) {
                return Answer.FILE_REPLACED;
            }
            requireUnchanged(file, word);
            if (now - lastBeat > silence.toNanos() || now - deadline > 0) {
                return Answer.NONE;
            }
            pause.pause();
        }
    }

    private static void requireUnchanged(ControlFile file, long word) throws IOException {
        long now = file.modeWord();
        if (now != word) {
            throw new IOException("a later switch to " + TradingMode.ofWord(now).label() + " has replaced this switch");
        }
    }

    /** A switch to live is not allowed now; the message contains the reason. */
    public static final class ConflictException extends IOException {
        ConflictException(String message) {
            super(message);
        }
    }

    /**
     * A live order in flight. Immutable.
     *
     * @param clientOrderId the order's id
     * @param symbol the order's market
     * @param age time since the start of the call, accurate to 0.1 s
     */
    public record PendingOrder(String clientOrderId, String symbol, Duration age) {}

    /**
     * The effect of a switch. Immutable.
     *
     * @param previous the mode before the switch
     * @param mode the mode after the switch
     * @param acknowledged true if a running bot has acknowledged the mode; if no bot runs, the mode applies when a bot
     *     starts
     * @param inFlight the number of live orders in flight at the end of the wait
     * @param pending the live orders in flight that have an entry in the control file
     * @param unknown the number of live orders with an unknown outcome
     * @param stored true if the disk agrees, so that a reboot does not change the mode
     * @param waited the time until acknowledgement and drain
     */
    public record Result(
            TradingMode previous,
            TradingMode mode,
            boolean acknowledged,
            long inFlight,
            List<PendingOrder> pending,
            long unknown,
            boolean stored,
            Duration waited) {
        public Result {
            pending = List.copyOf(pending);
        }

        /** {@return true if it is proved that no live order is in flight and none can start} */
        public boolean isDrained() {
            return mode != TradingMode.LIVE && acknowledged && inFlight == 0;
        }
    }
}
