package io.cryptobot.exporter.status;

import io.cryptobot.telemetry.MetricCatalog;
import io.cryptobot.telemetry.OrderMode;
import io.cryptobot.telemetry.counters.CountersSnapshot;
import io.cryptobot.telemetry.counters.CountersSnapshot.Series;
import java.util.Optional;

/**
 * The orders of one bot in one mode: all that its file has counted, or what that grew by. Immutable.
 *
 * @param submitted orders that were handed to the exchange client
 * @param failed of these, the ones that failed
 * @param latencies how long they took
 */
record OrderCounts(long submitted, long failed, Latencies latencies) {
    static final OrderCounts NONE = new OrderCounts(0, 0, Latencies.NONE);

    /** {@return what the file says; empty when it lacks these series or has numbers that cannot be true} */
    static Optional<OrderCounts> of(CountersSnapshot snapshot, OrderMode mode) {
        Optional<Long> submitted = submitted(snapshot, mode);
        Optional<Long> failed = count(snapshot, MetricCatalog.ORDERS_FAILED, mode);
        Optional<Latencies> latencies =
                series(snapshot, MetricCatalog.ORDER_LATENCY, mode).flatMap(Latencies::of);
        return submitted.isPresent() && failed.isPresent() && latencies.isPresent()
                ? Optional.of(new OrderCounts(submitted.get(), failed.get(), latencies.get()))
                : Optional.empty();
    }

    /** {@return how many orders have begun; empty when the file lacks the series or has a number that cannot be true} */
    static Optional<Long> submitted(CountersSnapshot snapshot, OrderMode mode) {
        return count(snapshot, MetricCatalog.ORDERS_SUBMITTED, mode);
    }

    /** {@return Unix time in ms at which these series began at 0; a bot makes them all at once} */
    static long bornMs(CountersSnapshot snapshot, OrderMode mode) {
        return series(snapshot, MetricCatalog.ORDERS_FAILED, mode)
                .map(Series::createdMs)
                .orElse(0L);
    }

    /** {@return the growth since then; a count that is lower than before began anew at 0} */
    OrderCounts since(OrderCounts earlier) {
        return new OrderCounts(
                growth(submitted, earlier.submitted),
                growth(failed, earlier.failed),
                latencies.since(earlier.latencies));
    }

    /** {@return both together; this very object when nothing was added, so that the history of an idle bot is small} */
    OrderCounts plus(OrderCounts recent) {
        return recent.submitted == 0 && recent.failed == 0 && recent.latencies.count() == 0
                ? this
                : new OrderCounts(
                        submitted + recent.submitted, failed + recent.failed, latencies.plus(recent.latencies));
    }

    private static long growth(long now, long before) {
        return now < before ? now : now - before;
    }

    private static Optional<Long> count(CountersSnapshot snapshot, MetricCatalog metric, OrderMode mode) {
        return series(snapshot, metric, mode)
                .map(series -> (long) series.value())
                .filter(value -> value >= 0);
    }

    private static Optional<Series> series(CountersSnapshot snapshot, MetricCatalog metric, OrderMode mode) {
        return snapshot.series().stream()
                .filter(series -> series.descriptor().name().equals(metric.prometheusName())
                        && series.descriptor().type() == metric.type()
                        && mode.label().equals(series.descriptor().labels().get("mode")))
                .findFirst();
    }
}
