package io.cryptobot.exporter.status;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The data of a chart in equal time steps, oldest first. The last step is shorter and ends now. Null means unknown.
 * Immutable.
 *
 * @param stepSeconds length of a step, except the last step
 * @param lastStepSeconds length of the last step
 * @param submitted orders submitted in a step
 * @param failed orders failed in a step
 * @param p95Ms the p95 latency of the five minutes before the end of a step, like in the alert; null also if there were
 *     no orders
 */
record OrderChart(
        double stepSeconds,
        double lastStepSeconds,
        List<@Nullable Long> submitted,
        List<@Nullable Long> failed,
        List<@Nullable Double> p95Ms) {
    private static final Duration STEP = Duration.ofSeconds(15);
    private static final int COUNT = 60;

    /**
     * {@return the chart up to now; null if it has no orders}
     *
     * @param startNanos the start of the first step ever; with it the borders of steps stay the same
     */
    static @Nullable OrderChart of(OrderHistory history, long startNanos, long nowNanos) {
        long lastEdge = nowNanos - (nowNanos - startNanos) % STEP.toNanos();
        List<@Nullable Long> submitted = new ArrayList<>(COUNT);
        List<@Nullable Long> failed = new ArrayList<>(COUNT);
        List<@Nullable Double> p95 = new ArrayList<>(COUNT);
        long orders = 0;
        for (int step = COUNT - 1; step >= 0; step--) {
            long from = lastEdge - step * STEP.toNanos();
            long to = from + STEP.toNanos();
            OrderCounts then = step == 0 ? history.sum() : history.sumAt(to);
            if (history.covers((step == 0 ? nowNanos : to) - 1)) {
                OrderCounts growth = then.since(history.sumAt(from));
                orders += growth.submitted()
                        + growth.failed()
                        + growth.latencies().count();
                submitted.add(growth.submitted());
                failed.add(growth.failed());
                p95.add(drawn(then.since(history.sumAt((step == 0 ? nowNanos : to) - BotWatch.WINDOW.toNanos()))));
            } else {
                submitted.add(null);
                failed.add(null);
                p95.add(null);
            }
        }
        return orders == 0
                ? null
                : new OrderChart(
                        STEP.toSeconds(), OrderFigures.rounded((nowNanos - lastEdge) / 1e9), submitted, failed, p95);
    }

    private static @Nullable Double drawn(OrderCounts growth) {
        Double p95 = OrderFigures.p95(growth);
        return p95 == null ? null : OrderFigures.rounded(p95);
    }
}
