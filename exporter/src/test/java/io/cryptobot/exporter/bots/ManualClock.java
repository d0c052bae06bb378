package io.cryptobot.exporter.bots;

import java.time.Duration;
import java.util.function.LongSupplier;

/** Nanoseconds that pass only when told. Confined to the test's thread. */
public final class ManualClock implements LongSupplier {
    /** Near the overflow, as {@link System#nanoTime} may be. */
    private long nanos = Long.MAX_VALUE - 1_000_000;

    public void advance(Duration time) {
        nanos += time.toNanos();
    }

    @Override
    public long getAsLong() {
        return nanos;
    }
}
