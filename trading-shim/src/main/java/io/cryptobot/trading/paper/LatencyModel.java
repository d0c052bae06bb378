package io.cryptobot.trading.paper;

import com.codahale.metrics.Snapshot;
import java.time.Duration;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;

/**
 * Gives the time from the sending of an order or a cancellation to its arrival at the book. Used by one thread at a
 * time.
 */
@FunctionalInterface
public interface LatencyModel {
    /** {@return the next duration in ns, 0 or more} */
    long nextNanos(RandomGenerator random);

    /** {@return a model with a constant duration} */
    static LatencyModel fixed(Duration latency) {
        long nanos = latency.toNanos();
        if (nanos < 0) {
            throw new IllegalArgumentException("latency must be >= 0, was " + latency);
        }
        return random -> nanos;
    }

    /**
     * {@return a model with random durations from the observed distribution} It takes a new snapshot of the
     * distribution every {@value #DRAWS_PER_SNAPSHOT} durations.
     *
     * @param observed a histogram in ms, for example of the latency of live orders
     * @param atFirst the duration if there are no observations yet
     * @param atMost the maximum duration, because timeouts of an outage are not typical latencies
     */
    static LatencyModel sampled(Supplier<Snapshot> observed, Duration atFirst, Duration atMost) {
        return new LatencyModel() {
            private Snapshot snapshot = observed.get();
            private int draws;

            @Override
            public long nextNanos(RandomGenerator random) {
                if (++draws % DRAWS_PER_SNAPSHOT == 0 || snapshot.getMax() == 0) {
                    snapshot = observed.get();
                }
                double milliseconds = snapshot.getValue(random.nextDouble());
                if (!(milliseconds > 0)) {
                    return atFirst.toNanos();
                }
                return Math.min(Math.round(milliseconds * 1e6), atMost.toNanos());
            }
        };
    }

    /** Number of random durations for which a sampling model uses one snapshot. */
    int DRAWS_PER_SNAPSHOT = 64;
}
