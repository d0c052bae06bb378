package io.cryptobot.telemetry.dropwizard;

import com.codahale.metrics.Clock;
import com.codahale.metrics.Timer;
import io.cryptobot.telemetry.counters.Descriptor;
import io.cryptobot.telemetry.counters.Slot;

/**
 * A Prometheus histogram of durations in the shape of a Dropwizard timer. The record is that of a {@link
 * FileHistogram}; the snapshot is in nanoseconds, as Dropwizard's reporters expect of a timer. {@link #update}
 * allocates nothing; {@link #time()} allocates its context. Thread-safe.
 */
public final class FileTimer extends Timer implements FileMetric {
    /**
     * @param slot the values of {@code descriptor}
     * @param descriptor a histogram whose raw unit is the nanosecond
     * @param clock measures durations and rates
     */
    FileTimer(Slot slot, Descriptor descriptor, Clock clock) {
        this(new FileHistogram(slot, descriptor, 1), clock);
    }

    private FileTimer(FileHistogram nanos, Clock clock) {
        super(new CountedMeter(nanos::getCount, clock), nanos, clock);
    }
}
