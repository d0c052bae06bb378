package io.cryptobot.trading.mode;

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

/**
 * Changes a bot's trading mode from another process and waits for the proof: the attached bot has acknowledged this very
 * switch, no live order is in flight, and the mode has not been changed again meanwhile. Switches take no lock, so that
 * none stands in the way of another; each has a number of its own, the epoch, and the latest one counts. Thread-safe.
 */
public final class ModeSwitch {
    /** A bot that has never beaten, and whose beat does not begin within this time, is not there. */
    private static final Duration ATTACH_TIMEOUT = Duration.ofSeconds(1);

    /** A bot that has beaten before may only be paused, by a garbage collection or a busy machine. */
    private static final Duration PAUSE_TIMEOUT = Duration.ofSeconds(10);

    private static final long POLL_INTERVAL_MS = 5;

    private final Path path;
    private final InstanceName instance;
    private final DurableMode durable;

    public ModeSwitch(Path controlFile, DurableMode durable) {
        this.path = controlFile;
        this.instance = durable.instance();
        this.durable = durable;
    }

    /**
     * Says whether a switch to live would be refused for now; {@link #change} looks again at all but the time.
     *
     * @param cooldown how long the mode must have stood since the last switch, so that nobody flaps
     * @throws ConflictException when it would
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
        if (file.unknown() != 0) { // below 0 the file is damaged, and the bot's next look mends it
            throw new ConflictException(
                    file.unknown() + " live orders have an unknown outcome; they must be found at the exchange first");
        }
        if (TradingMode.ofWord(file.modeWord()) != TradingMode.LIVE && file.inFlight() > 0) {
            throw new ConflictException(
                    file.inFlight() + " live orders from before are still in flight; wait until they have ended");
        }
    }

    /**
     * Sets the mode and waits for the effect. The mode follows onto the disk at once; where it cannot, LIVE is taken back.
     *
     * @param timeout how long to wait for the bot's answer and for orders that are in flight
     * @throws ConflictException when a later switch has taken this one's place; for live also while orders are unknown, or
     *     live orders from before a switch away from live are in flight
     * @throws IOException when the control file cannot be written; for live also when the mode cannot be stored
     */
    public Result change(TradingMode mode, Duration timeout) throws IOException, InterruptedException {
        long start = System.nanoTime();
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
                if (System.nanoTime() < deadline) {
                    continue; // the bot has mended a damaged file meanwhile, or somebody else has: on that one
                }
                throw new IOException(path + " is being replaced again and again; find out by whom");
            }
            boolean acknowledged = answer == Answer.ACKNOWLEDGED;
            // Only after the acknowledgement: before it, a bot may still be attached to a file that this one replaced.
            long inFlight = file.inFlight();
            while (acknowledged && mode != TradingMode.LIVE && inFlight > 0 && System.nanoTime() < deadline) {
                TimeUnit.MILLISECONDS.sleep(POLL_INTERVAL_MS);
                inFlight = file.inFlight();
            }
            // After the count in flight: an order is unknown before it leaves that count.
            long unknown = file.unknown();
            // Read after the counts: epochs only grow, so the mode was this one from the switch to the count.
            requireUnchanged(file, word);
            return result(previous, mode, acknowledged, inFlight, unknown, file, start);
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
            // Nothing may stand in the way of paper and halt; the result tells what the disk says.
        }
    }

    private Result result(
            TradingMode previous,
            TradingMode mode,
            boolean acknowledged,
            long inFlight,
            long unknown,
            ControlFile file,
            long start) {
        List<PendingOrder> pending = file.entries().stream()
                .filter(entry -> !entry.unknown())
                .map(entry -> new PendingOrder(entry.clientOrderId(), entry.symbol(), Duration.ofMillis(entry.ageMs())))
                .toList();
        // Live is the one mode that must not be found on the disk against the control file's word.
        boolean stored = durable.mode().orElse(TradingMode.PAPER) == mode
                || !durable.mode().equals(Optional.of(TradingMode.LIVE));
        return new Result(
                previous,
                mode,
                acknowledged,
                inFlight,
                inFlight == 0 ? List.of() : pending,
                unknown,
                stored,
                Duration.ofNanos(System.nanoTime() - start));
    }

    /**
     * {@return the present state, without a change; without a control file the one that the bot would start in}
     *
     * @throws IOException when the control file cannot be read
     */
    public Result status() throws IOException, InterruptedException {
        long start = System.nanoTime();
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
        return result(mode, mode, answer == Answer.ACKNOWLEDGED, file.inFlight(), file.unknown(), file, start);
    }

    private enum Answer {
        /** A bot whose beat moves obeys the word. */
        ACKNOWLEDGED,
        /** No beat was seen for a while, or no acknowledgement until the deadline. */
        NONE,
        /** The file is not the one any more that others find under its name. */
        FILE_REPLACED
    }

    private static Answer awaitAcknowledgement(ControlFile file, long word, long deadline)
            throws IOException, InterruptedException {
        long beat = file.beat();
        Duration patience = beat == 0 ? ATTACH_TIMEOUT : PAUSE_TIMEOUT;
        boolean beating = false;
        long lastBeat = System.nanoTime();
        while (true) {
            long now = System.nanoTime();
            if (file.beat() != beat) {
                beat = file.beat();
                beating = true;
                lastBeat = now;
            }
            // A dead bot's acknowledgement stays in the file, so a moving beat is asked for as well.
            if (beating && file.acknowledgedWord() == word) {
                return Answer.ACKNOWLEDGED;
            }
            if (!file.isIntact()) {
                return Answer.FILE_REPLACED;
            }
            requireUnchanged(file, word);
            if (now - lastBeat > patience.toNanos() || now > deadline) {
                return Answer.NONE;
            }
            TimeUnit.MILLISECONDS.sleep(POLL_INTERVAL_MS);
        }
    }

    private static void requireUnchanged(ControlFile file, long word) throws IOException {
        long now = file.modeWord();
        if (now != word) {
            throw new IOException(
                    "a later switch, to " + TradingMode.ofWord(now).label() + ", has taken its place");
        }
    }

    /** Another switch, or orders from before one, stand against this one; the message says which. */
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
     * What a switch has brought about. Immutable.
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
