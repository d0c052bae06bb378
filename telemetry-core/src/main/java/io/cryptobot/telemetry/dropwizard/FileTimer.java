package io.cryptobot.telemetry.dropwizard;

import com.codahale.metrics.Clock;
import com.codahale.metrics.Timer;
import io.cryptobot.telemetry.counters.Descriptor;
import io.cryptobot.telemetry.counters.Slot;

/**
 * A Prometheus histogram of durations with the interface of a Dropwizard timer. It has the same record as a {@link
 * FileHistogram}. The snapshot is in nanoseconds, because Dropwizard's reporters expect this unit. {@link #update}
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
