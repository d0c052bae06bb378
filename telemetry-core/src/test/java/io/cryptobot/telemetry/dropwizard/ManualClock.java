package io.cryptobot.telemetry.dropwizard;

import com.codahale.metrics.Clock;
import java.time.Duration;

/** Time that passes only when told. Confined to the test's thread. */
public final class ManualClock extends Clock {
    /** Near the overflow, as {@link System#nanoTime} may be. */
    private long nanos = Long.MAX_VALUE - 1_000_000;

    private long ms = 1_700_000_000_000L;

    public void advance(Duration time) {
        nanos += time.toNanos();
        ms += time.toMillis();
    }

    @Override
    public long getTick() {
        return nanos;
    }

    @Override
    public long getTime() {
        return ms;
    }
}
