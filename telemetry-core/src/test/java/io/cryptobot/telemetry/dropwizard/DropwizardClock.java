package io.cryptobot.telemetry.dropwizard;

import com.codahale.metrics.Clock;
import io.cryptobot.testing.ManualClock;

/** A manual clock as Dropwizard reads it. */
public final class DropwizardClock extends Clock {
    private final ManualClock clock;

    public DropwizardClock(ManualClock clock) {
        this.clock = clock;
    }

    @Override
    public long getTick() {
        return clock.getAsLong();
    }

    @Override
    public long getTime() {
        return clock.millis();
    }
}
