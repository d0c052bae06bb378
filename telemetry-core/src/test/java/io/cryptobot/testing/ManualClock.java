package io.cryptobot.testing;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.function.LongSupplier;

/**
 * Time that passes only when a test says so: the time of day in UTC, and a monotonic clock in nanoseconds
 * ({@link #getAsLong}) that starts near its overflow, as {@link System#nanoTime} may. Thread-safe.
 */
public final class ManualClock extends Clock implements LongSupplier {
    private long nanos = Long.MAX_VALUE - 1_000_000;
    private Instant now;

    public ManualClock() {
        this(Instant.ofEpochMilli(1_700_000_000_000L));
    }

    public ManualClock(Instant now) {
        this.now = now;
    }

    /** Moves both clocks. */
    public synchronized void advance(Duration time) {
        nanos += time.toNanos();
        now = now.plus(time);
    }

    /** Sets the time of day alone, as an administrator or NTP does. */
    public synchronized void setTimeOfDay(Instant now) {
        this.now = now;
    }

    /** {@return the monotonic clock, in nanoseconds} */
    @Override
    public synchronized long getAsLong() {
        return nanos;
    }

    @Override
    public synchronized Instant instant() {
        return now;
    }

    @Override
    public ZoneId getZone() {
        return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
        throw new UnsupportedOperationException("the clock of tests is in UTC");
    }
}
