package io.cryptobot.exporter.bots;

import io.cryptobot.telemetry.counters.CountersSnapshot.Owner;
import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * Whether a bot lives, judged by its heartbeat sequence and the exporter's own monotonic clock: wall clocks step, and
 * process ids mean nothing across containers. It belongs to the bot, not to its file, and stays when the file is replaced:
 * otherwise a dead bot would live again with every file that is opened. Not thread-safe.
 */
final class Heartbeat {
    private final long timeoutNanos;
    private final LongSupplier nanoClock;
    private boolean seen;
    private boolean moved;
    private long sequence;
    private long movedNanos;

    Heartbeat(Duration timeout, LongSupplier nanoClock) {
        this.timeoutNanos = timeout.toNanos();
        this.nanoClock = nanoClock;
    }

    /**
     * Whether the bot lives, given what its file says now. An orderly exit counts at once. A bot that is seen for the first
     * time is presumed alive from now on: the presumption is wrong for one timeout at most, while the opposite one would
     * page falsely whenever the exporter starts.
     */
    boolean isAlive(Owner owner) {
        long now = nanoClock.getAsLong();
        if (!seen || owner.heartbeatSequence() != sequence) {
            moved = seen;
            seen = true;
            sequence = owner.heartbeatSequence();
            movedNanos = now;
        }
        return !owner.cleanExit() && now - movedNanos <= timeoutNanos;
    }

    /** Whether a beat was seen to come, so that a bot that {@link #isAlive} is more than presumed to be. */
    boolean wasSeenToMove() {
        return moved;
    }
}
