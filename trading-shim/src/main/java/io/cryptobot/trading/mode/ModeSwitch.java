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
 * Changes a bot's trading mode from another process and waits for the proof: the attached bot has acknowledged this
 * switch, no live order is in flight, and the mode has not been changed again meanwhile. Switches take no lock, so that
 * no switch delays another; each has a number of its own, the epoch, and the latest one counts. Thread-safe.
 */
@ToolApi
public final class ModeSwitch {
    /** A bot that has never beaten, and whose beat does not begin within this time, is not running. */
    private static final Duration ATTACH_TIMEOUT = Duration.ofSeconds(1);

    /** A bot that has beaten before may only be paused, by a garbage collection or a busy machine. */
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

    /** @param pause called between two polls of the control file */
    ModeSwitch(Path controlFile, DurableMode durable, LongSupplier nanoTime, Pause pause) {
        this.path = controlFile;
        this.instance = durable.instance();
        this.durable = durable;
        this.nanoTime = nanoTime;
        this.pause = pause;
    }

    /** The time between two polls. */
    interface Pause {
        void pause() throws InterruptedException;
    }

    /**
     * Checks whether a switch to live is allowed; {@link #change} checks everything but the time again.
     *
     * @param cooldown the least time since the last switch, against flapping
     * @throws ConflictException when it is not allowed
     * @throws IOException when the control file cannot be read, or the mode cannot be stored
     */
    public void requireLiveAllowed(Duration cooldown) throws IOException {
        ControlFile file = ControlFile.open(path, instance, durable.freshWord());
        requireNothingPending(file);
        DurableMode.Stored stored = durable.read().stored();
        if (stored != null) {
            Duration since = Duration.between(stored.changed(), Instant.now());
            if (since.isNegative()) {
                throw new ConflictException("the last switch, at " + stored.changed()
                        + ", lies in the future: the clock was set back; mend the clock, or switch to paper once more");
            }
            if (since.compareTo(cooldown) < 0 && stored.mode() != TradingMode.LIVE) {
                throw new ConflictException("the last switch was " + since.toSeconds() + " s ago, live is possible "
                        + cooldown.toSeconds() + " s after it");
            }
        }
        // Stored anew before anything takes effect: a live mode that could not be stored would have to be taken back.
        durable.store(file::modeWord);
    }

    private static void requireNothingPending(ControlFile file) throws ConflictException {
        if (file.unknown() != 0) { // below 0 the file is damaged, and the bot's next poll mends it
            throw new ConflictException(
                    file.unknown() + " live orders have an unknown outcome; they must be found at the exchange first");
        }
        if (TradingMode.ofWord(file.modeWord()) != TradingMode.LIVE
                && file.orders().inFlight() > 0) {
            throw new ConflictException(file.orders().inFlight()
                    + " live orders from before are still in flight; wait until they have ended");
        }
    }

    /**
     * Sets the mode, stores it on the disk and waits for the effect. When LIVE cannot be stored, it is taken back.
     *
     * @param timeout how long to wait for the bot's answer and for orders that are in flight
     * @throws ConflictException when a later switch has taken this one's place; for live also while orders are unknown, or
     *     live orders from before a switch away from live are in flight
     * @throws IOException when the control file cannot be written; for live also when the mode cannot be stored
     */
    public Result change(TradingMode mode, Duration timeout) throws IOException, InterruptedException {
        long start = nanoTime.getAsLong();
        long deadline = start + timeout.toNanos();
        TradingMode previous = null;
        while (true) {
            ControlFile file = ControlFile.open(path, instance, durable.freshWord());
            long before = file.modeWord();
            if (mode == TradingMode.LIVE) {
                requireNothingPending(file);
            }
            long word = mode.word(TradingMode.epochOfWord(before) + 1);
            if (!file.compareAndSetModeWord(before, word)) {
                continue; // another switch at the same moment: once more, on top of it
            }
            previous = previous == null ? TradingMode.ofWord(before) : previous;
            store(file, word);
            Answer answer = awaitAcknowledgement(file, word, deadline);
            if (answer == Answer.FILE_REPLACED) {
                if (nanoTime.getAsLong() - deadline < 0) {
                    continue; // the bot, or somebody else, has replaced a damaged file: set the mode in the new one
                }
                throw new IOException(path + " is being replaced again and again; find out by whom");
            }
            // Only after the acknowledgement: before it, a bot may still be attached to a file that this one replaced.
            while (answer == Answer.ACKNOWLEDGED
                    && mode != TradingMode.LIVE
                    && file.orders().inFlight() > 0
                    && nanoTime.getAsLong() - deadline < 0) {
                pause.pause();
            }
            Result result = result(file, previous, mode, answer, start);
            // Read after the counts: epochs only grow, so the mode was this one from the switch to the counts.
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
                throw new IOException("live was taken back, since it cannot be stored: " + e.getMessage(), e);
            }
            // Nothing may stop a switch to paper or halt; the result tells what the disk says.
        }
    }

    private Result result(ControlFile file, TradingMode previous, TradingMode mode, Answer answer, long start) {
        long inFlight = file.orders().inFlight();
        // After the count in flight: an order is unknown before it leaves that count.
        long unknown = file.unknown();
        List<PendingOrder> pending = file.orders().entries().stream()
                .filter(entry -> !entry.unknown())
                .map(entry -> new PendingOrder(entry.clientOrderId(), entry.symbol(), Duration.ofMillis(entry.ageMs())))
                .toList();
        // LIVE is the one mode that the disk must not have while the control file has another.
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
     * {@return the present state, without a change; without a control file the one that the bot would start in}
     *
     * @throws IOException when the control file cannot be read
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
        /** A bot whose beat moves obeys the word. */
        ACKNOWLEDGED,
        /** No beat was seen for a while, or no acknowledgement until the deadline. */
        NONE,
        /** Another file has its name now. */
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
            // A dead bot's acknowledgement stays in the file, so a moving beat is required too.
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
            throw new IOException(
                    "a later switch, to " + TradingMode.ofWord(now).label() + ", has taken its place");
        }
    }

    /** Another switch, or live orders from before, forbid this one; the message says which. */
    public static final class ConflictException extends IOException {
        ConflictException(String message) {
            super(message);
        }
    }

    /**
     * A live order that was still being sent. Immutable.
     *
     * @param clientOrderId the order's id
     * @param symbol the order's market
     * @param age how long it has been sent for, to 0.1 s
     */
    public record PendingOrder(String clientOrderId, String symbol, Duration age) {}

    /**
     * The effect of a switch. Immutable.
     *
     * @param previous the mode before
     * @param mode the mode that is set now
     * @param acknowledged whether an attached bot obeys it; without one it applies as soon as there is one
     * @param inFlight live orders still being sent when the wait ended
     * @param pending those of them that have an entry in the control file
     * @param unknown live orders whose outcome is unknown
     * @param stored whether the disk agrees, so that a reboot does not bring another mode
     * @param waited how long the acknowledgement and the drain took
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

        /** {@return whether no live order can start any more, proved} */
        public boolean isDrained() {
            return mode != TradingMode.LIVE && acknowledged && inFlight == 0;
        }
    }
}
