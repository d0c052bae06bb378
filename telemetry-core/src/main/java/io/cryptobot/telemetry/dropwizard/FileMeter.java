package io.cryptobot.telemetry.dropwizard;

import com.codahale.metrics.Clock;
import io.cryptobot.telemetry.counters.Slot;

/**
 * A Prometheus counter with the interface of a Dropwizard meter, for other reporters that need rates. After a restart
 * of the bot the count continues and the rates start again. It records as fast as a {@link FileCounter}. Thread-safe.
 */
public final class FileMeter extends CountedMeter implements FileMetric {
    private final Slot slot;

    /** @param clock measures the rates */
    FileMeter(Slot slot, Clock clock) {
        super(() -> slot.get(0), clock);
        this.slot = slot;
    }

    @Override
    public void mark() {
        slot.add(0, 1);
    }

    /** Adds {@code n}; a negative number is ignored. */
    @Override
    public void mark(long n) {
        if (n > 0) {
            slot.add(0, n);
        }
    }
}
