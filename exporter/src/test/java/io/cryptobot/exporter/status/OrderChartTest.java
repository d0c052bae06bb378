package io.cryptobot.exporter.status;

import static org.assertj.core.api.Assertions.assertThat;

import io.cryptobot.telemetry.MetricCatalog;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class OrderChartTest {
    private static final long START = 1_000;

    private final OrderHistory history = new OrderHistory(START, OrderCounts.NONE);

    @Test
    void noOrdersAreNoChart() {
        history.addPoint(START);
        assertThat(OrderChart.of(history, START, at(60))).isNull();
    }

    @Test
    void showsEachOrderInOneStepAndNothingBeforeTheWatch() {
        int orders = 0;
        for (int second = 0; second <= 40; second += 5) {
            history.update(fast(orders));
            history.addPoint(at(second));
            orders += second < 20 ? 1 : 10;
        }
        history.update(fast(orders));
        OrderChart steps = OrderChart.of(history, START, at(41));
        assertThat(steps).isNotNull();
        assertThat(steps.submitted()).hasSize(60).startsWith((Long) null).endsWith(null, 3L, 21L, 30L);
        assertThat(steps.failed()).endsWith(null, 0L, 0L, 0L);
        assertThat(steps.lastStepSeconds()).isEqualTo(11);
        assertThat(steps.p95Ms()).endsWith(null, 245.0, 245.0, 245.0);
    }

    @Test
    void theLatencyOfAStepLooksBackFiveMinutes() {
        history.addPoint(START);
        history.update(fast(100));
        history.addPoint(at(5));
        for (int second = 10; second <= 600; second += 5) {
            history.addPoint(at(second));
        }
        OrderChart steps = OrderChart.of(history, START, at(603));
        assertThat(steps).isNotNull();
        // 40 steps and the one that has just begun; the orders are in the five minutes before the ends of the first 20.
        assertThat(steps.p95Ms().subList(0, 19)).containsOnlyNulls();
        assertThat(steps.p95Ms().subList(19, 39)).containsOnly(245.0);
        assertThat(steps.p95Ms().subList(39, 60)).containsOnlyNulls();
    }

    private static OrderCounts fast(long orders) {
        long[] counts = new long[MetricCatalog.LATENCY_BOUNDS_MS.size() + 1];
        counts[7] = orders; // above 150, up to 250 ms
        return new OrderCounts(orders, 0, Latencies.of(MetricCatalog.LATENCY_BOUNDS_MS, counts));
    }

    private static long at(long second) {
        return START + Duration.ofSeconds(second).toNanos();
    }
}
