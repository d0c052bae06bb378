package io.cryptobot.exporter.bots;

import io.cryptobot.telemetry.counters.CountersSnapshot.Owner;
import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * Detects if a bot is alive, by its heartbeat sequence and the exporter's own monotonic clock. It does not use wall
 * clocks, which can jump, or process ids, which differ between containers. There is one object per bot and not per
 * file. Otherwise a dead bot would count as alive again each time its file is opened. Not thread-safe.
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
     * {@return false after a clean exit or after the timeout} Updates the state from the bot's file. A bot that is seen
     * for the first time counts as alive. This assumption is wrong for at most one timeout; the opposite assumption
     * would cause a false alert at each start of the exporter.
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

    /** {@return true if at least one new heartbeat was observed} Until then {@link #isAlive} is only an assumption. */
    boolean hasBeaten() {
        return moved;
    }
}
