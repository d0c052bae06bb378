package io.cryptobot.exporter.status;

import java.util.OptionalDouble;
import org.jspecify.annotations.Nullable;

/**
 * The orders of one mode in the last five minutes, or since the watch began. Immutable.
 *
 * @param submitted how many were submitted
 * @param failed how many failed
 * @param finished of how many the latency is known
 * @param p95Ms their p95 latency in ms; null when none finished
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

    /** Rounds for display only, never before a comparison with a limit. */
    static double rounded(double value) {
        return Math.round(value * 10) / 10.0;
    }

    boolean isSlow() {
        return p95Ms != null && p95Ms > Limits.P95_MS;
    }

    /** {@return whether there were no orders} */
    boolean isIdle() {
        return submitted == 0 && failed == 0 && finished == 0;
    }
}
