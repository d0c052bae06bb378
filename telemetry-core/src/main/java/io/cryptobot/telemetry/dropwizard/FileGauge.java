package io.cryptobot.telemetry.dropwizard;

import com.codahale.metrics.Gauge;
import io.cryptobot.telemetry.counters.Slot;

/** A gauge whose value is set and not computed, so that it can be read after the bot has stopped. Thread-safe. */
public final class FileGauge implements Gauge<Double>, FileMetric {
    private final Slot slot;

    FileGauge(Slot slot) {
        this.slot = slot;
    }

    /** Replaces the value. */
    public void set(double value) {
        slot.set(0, Double.doubleToRawLongBits(value));
    }

    @Override
    public Double getValue() {
        return Double.longBitsToDouble(slot.get(0));
    }
}
