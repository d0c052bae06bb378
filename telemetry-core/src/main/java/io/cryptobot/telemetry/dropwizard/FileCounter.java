package io.cryptobot.telemetry.dropwizard;

import com.codahale.metrics.Counter;
import io.cryptobot.telemetry.counters.Slot;

/**
 * A Prometheus counter with the interface of a Dropwizard counter. It only increases, because Prometheus treats a
 * decrease as a reset. Thread-safe.
 */
public final class FileCounter extends Counter implements FileMetric {
    private final Slot slot;

    FileCounter(Slot slot) {
        this.slot = slot;
    }

    @Override
    public void inc() {
        slot.add(0, 1);
    }

    /** Adds {@code n}; a negative number is ignored. */
    @Override
    public void inc(long n) {
        if (n > 0) {
            slot.add(0, n);
        }
    }

    /** Does nothing, because the counter only increases. */
    @Override
    public void dec() {}

    /** Does nothing, because the counter only increases. */
    @Override
    public void dec(long n) {}

    @Override
    public long getCount() {
        return slot.get(0);
    }
}
