package io.cryptobot.exporter.status;

import java.util.OptionalDouble;
import org.jspecify.annotations.Nullable;

/**
 * The orders of one mode in the last five minutes, or since the watch began. Immutable.
 *
 * @param submitted the number of submitted orders
 * @param failed the number of failed orders
 * @param finished the number of orders with a known latency
 * @param p95Ms the p95 latency in ms; null if no order has finished
 */
record OrderFigures(
        long submitted,
        long failed,
        long finished,
        @Nullable Double p95Ms) {
    private static final double QUANTILE = 0.95;

    static OrderFigures of(OrderCounts growth) {
        return new OrderFigures(
                growth.submitted(), growth.failed(), growth.latencies().count(), p95(growth));
    }

    static @Nullable Double p95(OrderCounts growth) {
        OptionalDouble p95 = growth.latencies().quantile(QUANTILE);
        return p95.isPresent() ? p95.getAsDouble() : null;
    }

    /** Rounds a value for display; do not use it before a comparison with a limit. */
    static double rounded(double value) {
        return Math.round(value * 10) / 10.0;
    }

    boolean isSlow() {
        return p95Ms != null && p95Ms > Limits.P95_MS;
    }

    /** {@return true if there were no orders} */
    boolean isIdle() {
        return submitted == 0 && failed == 0 && finished == 0;
    }
}
