package io.cryptobot.trading.paper;

import java.time.Duration;
import java.util.random.RandomGenerator;

/**
 * The faults that the paper exchange simulates, to test alerts and runbooks. Each share is a fraction of all orders, 0
 * to 1; the sum is at most 1. Immutable.
 *
 * @param reject share of orders that the exchange rejects
 * @param rateLimit share of orders that are rejected because of too many requests
 * @param unknownThenFilled share of orders whose answer is lost and that are executed
 * @param unknownThenAbsent share of orders whose answer is lost and that never arrive
 * @param latencySpike share of orders that arrive {@code spike} later than others
 * @param spike the additional latency, 0 or more
 */
public record FaultProfile(
        double reject,
        double rateLimit,
        double unknownThenFilled,
        double unknownThenAbsent,
        double latencySpike,
        Duration spike) {
    /** An exchange without faults. */
    public static final FaultProfile NONE = new FaultProfile(0, 0, 0, 0, 0, Duration.ZERO);

    public FaultProfile {
        double sum = 0;
        for (double share : new double[] {reject, rateLimit, unknownThenFilled, unknownThenAbsent, latencySpike}) {
            if (!(share >= 0 && share <= 1)) {
                throw new IllegalArgumentException("share of a fault must be 0 to 1, was " + share);
            }
            sum += share;
        }
        if (sum > 1) {
            throw new IllegalArgumentException("shares of all faults must be at most 1 together, were " + sum);
        }
        if (spike.isNegative()) {
            throw new IllegalArgumentException("spike must be >= 0, was " + spike);
        }
    }

    /** The fault of one order. */
    enum Fault {
        NONE,
        REJECT,
        RATE_LIMIT,
        UNKNOWN_THEN_FILLED,
        UNKNOWN_THEN_ABSENT,
        LATENCY_SPIKE
    }

    /**
     * {@return the random fault of an order} It uses one random number for each order, also if there are no faults, so
     * that the same seed gives the same latencies.
     */
    Fault draw(RandomGenerator random) {
        double left = random.nextDouble();
        if ((left -= reject) < 0) {
            return Fault.REJECT;
        }
        if ((left -= rateLimit) < 0) {
            return Fault.RATE_LIMIT;
        }
        if ((left -= unknownThenFilled) < 0) {
            return Fault.UNKNOWN_THEN_FILLED;
        }
        if ((left -= unknownThenAbsent) < 0) {
            return Fault.UNKNOWN_THEN_ABSENT;
        }
        return left - latencySpike < 0 ? Fault.LATENCY_SPIKE : Fault.NONE;
    }
}
