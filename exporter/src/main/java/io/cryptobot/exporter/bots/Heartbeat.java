package io.cryptobot.exporter.bots;

import io.cryptobot.telemetry.counters.CountersSnapshot.Owner;
import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * Whether a bot lives, judged by its heartbeat sequence and the exporter's own monotonic clock: wall clocks step, and
 * process ids mean nothing across containers. Not thread-safe.
 */
final class Heartbeat {
    private final long timeoutNanos;
    private final LongSupplier nanoClock;
    private long sequence;
    private long movedNanos;

    /**
     * A bot that is seen for the first time is presumed alive from now on: the presumption is wrong for one timeout at
     * most, while the opposite one would page falsely whenever the exporter starts.
     */
    Heartbeat(Owner firstSight, Duration timeout, LongSupplier nanoClock) {
        this.timeoutNanos = timeout.toNanos();
        this.nanoClock = nanoClock;
        this.sequence = firstSight.heartbeatSequence();
        this.movedNanos = nanoClock.getAsLong();
    }

    /** Whether the bot lives, given what its file says now. An orderly exit counts at once. */
    boolean isAlive(Owner owner) {
        long now = nanoClock.getAsLong();
        if (owner.heartbeatSequence() != sequence) {
            sequence = owner.heartbeatSequence();
            movedNanos = now;
        }
        return !owner.cleanExit() && now - movedNanos <= timeoutNanos;
    }
}
