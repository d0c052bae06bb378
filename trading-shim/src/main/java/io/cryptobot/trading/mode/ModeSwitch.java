package io.cryptobot.trading.mode;

import io.cryptobot.telemetry.InstanceName;
import io.cryptobot.telemetry.OwnerLock;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * Changes a bot's trading mode from another process and waits for the proof: the attached bot has acknowledged this very
 * switch, and no live order is in flight any more. Switches of one bot exclude each other by a kernel lock. Not
 * thread-safe.
 */
public final class ModeSwitch implements AutoCloseable {
    /** A bot whose beat has not moved for this long is not attached. */
    private static final Duration ATTACH_TIMEOUT = Duration.ofSeconds(1);

    private static final long POLL_INTERVAL_MS = 5;

    private final OwnerLock lock;
    private final Path path;
    private final InstanceName instance;

    private ModeSwitch(OwnerLock lock, Path path, InstanceName instance) {
        this.lock = lock;
        this.path = path;
        this.instance = instance;
    }

    /**
     * Takes the right to switch.
     *
     * @throws OwnerLock.HeldException when another switch of this bot is under way
     * @throws IOException when the run directory cannot be used
     */
    public static ModeSwitch open(Path controlFile, InstanceName instance) throws IOException {
        OwnerLock lock = OwnerLock.acquire(controlFile.resolveSibling(controlFile.getFileName() + ".switch"));
        return new ModeSwitch(lock, controlFile, instance);
    }

    /**
     * Sets the mode and waits for the effect.
     *
     * @param timeout how long to wait for orders that are in flight
     * @throws IOException when the control file cannot be written: nothing was changed then
     */
    public Result change(TradingMode mode, Duration timeout) throws IOException, InterruptedException {
        long start = System.nanoTime();
        long deadline = start + timeout.toNanos();
        TradingMode previous = null;
        while (true) {
            ControlFile file = ControlFile.open(path, instance);
            long before = file.modeWord();
            previous = previous == null ? TradingMode.ofWord(before) : previous;
            long word = mode.word(TradingMode.epochOfWord(before) + 1);
            file.setModeWord(word);
            Answer answer = awaitAcknowledgement(file, word, deadline);
            if (answer == Answer.FILE_REPLACED && System.nanoTime() < deadline) {
                continue; // the bot has mended a damaged file meanwhile, or somebody else has: once more, on that one
            }
            if (answer == Answer.FILE_REPLACED) {
                throw new IOException(path + " is being replaced again and again; find out by whom");
            }
            // Only after the acknowledgement: before it, a bot may still be attached to a file that this one replaced.
            boolean acknowledged = answer == Answer.ACKNOWLEDGED;
            while (acknowledged && mode != TradingMode.LIVE && file.inFlight() > 0 && System.nanoTime() < deadline) {
                TimeUnit.MILLISECONDS.sleep(POLL_INTERVAL_MS);
            }
            return new Result(
                    previous, mode, acknowledged, file.inFlight(), Duration.ofNanos(System.nanoTime() - start));
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
        /** No beat was seen for a second, or no acknowledgement until the deadline. */
        NONE,
        /** The file is not the one any more that others find under its name. */
        FILE_REPLACED
    }

    private static Answer awaitAcknowledgement(ControlFile file, long word, long deadline) throws InterruptedException {
        long beat = file.beat();
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
            if (now - lastBeat > ATTACH_TIMEOUT.toNanos() || (beating && now > deadline)) {
                return Answer.NONE;
            }
            TimeUnit.MILLISECONDS.sleep(POLL_INTERVAL_MS);
        }
    }

    @Override
    public void close() {
        lock.close();
    }

    /**
     * What a switch has brought about. Immutable.
     *
     * @param previous the mode before
     * @param mode the mode that is set now
     * @param acknowledged whether an attached bot obeys it; without one it applies at the bot's next start
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
