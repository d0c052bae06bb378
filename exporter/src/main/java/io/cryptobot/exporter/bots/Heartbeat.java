package io.cryptobot.exporter.bots;

import io.cryptobot.telemetry.counters.CountersSnapshot.Owner;
import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * Whether a bot lives, judged by its heartbeat sequence and the exporter's own monotonic clock: wall clocks step, and
 * process ids mean nothing across containers. It belongs to the bot, not to its file, and stays when the file is
 * replaced: otherwise a dead bot would count as alive again with every file that is opened. Not thread-safe.
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
     * Whether the bot lives, given what its file says now. An orderly exit counts at once. A bot that is seen for the
     * first time counts as alive: this assumption is wrong for one timeout at most, while the opposite one would cause
     * a false alert whenever the exporter starts.
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

    /** Whether at least one new beat was observed, so that {@link #isAlive} is more than an assumption. */
    boolean hasBeaten() {
        return moved;
    }
}
