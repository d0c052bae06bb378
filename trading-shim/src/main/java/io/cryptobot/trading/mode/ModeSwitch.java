package io.cryptobot.trading.mode;

import io.cryptobot.telemetry.InstanceName;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
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

    public ModeSwitch(Path controlFile, InstanceName instance) {
        this.path = controlFile;
        this.instance = instance;
    }

    /**
     * Sets the mode and waits for the effect.
     *
     * @param timeout how long to wait for the bot's answer and for orders that are in flight
     * @throws ConflictException when a later switch has taken this one's place; for live also while live orders from before
     *     a switch away from live are in flight
     * @throws IOException when the control file cannot be written
     */
    public Result change(TradingMode mode, Duration timeout) throws IOException, InterruptedException {
        long start = System.nanoTime();
        long deadline = start + timeout.toNanos();
        TradingMode previous = null;
        while (true) {
            ControlFile file = ControlFile.open(path, instance);
            long before = file.modeWord();
            if (mode == TradingMode.LIVE && TradingMode.ofWord(before) != TradingMode.LIVE && file.inFlight() > 0) {
                throw new ConflictException(
                        file.inFlight() + " live orders from before are still in flight; wait until they have ended");
            }
            long word = mode.word(TradingMode.epochOfWord(before) + 1);
            if (!file.compareAndSetModeWord(before, word)) {
                continue; // another switch at the same moment: once more, on top of it
            }
            previous = previous == null ? TradingMode.ofWord(before) : previous;
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
            // Read after the count: epochs only grow, so the mode was this one from the switch to the count.
            requireUnchanged(file, word);
            return new Result(previous, mode, acknowledged, inFlight, Duration.ofNanos(System.nanoTime() - start));
        }
    }

    /**
     * {@return the present state, without a change; PAPER where the control file is missing or unusable}
     *
     * @throws IOException when the control file cannot be read
     */
    public Result status() throws IOException, InterruptedException {
        long start = System.nanoTime();
        Optional<ControlFile> found = ControlFile.find(path, instance);
        if (found.isEmpty()) {
            return new Result(TradingMode.PAPER, TradingMode.PAPER, false, 0, Duration.ZERO);
        }
        ControlFile file = found.get();
        long word = file.modeWord();
        Answer answer = awaitAcknowledgement(file, word, start + ATTACH_TIMEOUT.toNanos());
        TradingMode mode = TradingMode.ofWord(word);
        return new Result(
                mode,
                mode,
                answer == Answer.ACKNOWLEDGED,
                file.inFlight(),
                Duration.ofNanos(System.nanoTime() - start));
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
     * What a switch has brought about. Immutable.
     *
     * @param previous the mode before
     * @param mode the mode that is set now
     * @param acknowledged whether an attached bot obeys it; without one it applies as soon as there is one
     * @param inFlight live orders still being sent when the wait ended
     * @param waited how long the acknowledgement and the drain took
     */
    public record Result(TradingMode previous, TradingMode mode, boolean acknowledged, long inFlight, Duration waited) {
        /** {@return whether no live order can start any more, proved} */
        public boolean isDrained() {
            return mode != TradingMode.LIVE && acknowledged && inFlight == 0;
        }
    }
}
