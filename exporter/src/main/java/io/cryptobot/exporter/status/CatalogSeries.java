package io.cryptobot.exporter.status;

import io.cryptobot.exporter.status.BotFacts.Build;
import io.cryptobot.telemetry.MetricCatalog;
import io.cryptobot.telemetry.OrderMode;
import io.cryptobot.telemetry.counters.CountersSnapshot;
import io.cryptobot.telemetry.counters.CountersSnapshot.Series;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The series of one counters file that belong to the catalogue. An impossible number counts as missing and not as 0.
 * Immutable.
 */
final class CatalogSeries {
    private static final String UNKNOWN = "unknown";

    private final Map<MetricCatalog, List<Series>> byMetric = new EnumMap<>(MetricCatalog.class);

    CatalogSeries(CountersSnapshot snapshot) {
        for (Series series : snapshot.series()) {
            MetricCatalog.byName(series.descriptor().name())
                    .filter(metric -> metric.type() == series.descriptor().type())
                    .ifPresent(metric -> byMetric.computeIfAbsent(metric, missing -> new ArrayList<>())
                            .add(series));
        }
    }

    private List<Series> all(MetricCatalog metric) {
        return byMetric.getOrDefault(metric, List.of());
    }

    private Optional<Series> first(MetricCatalog metric) {
        return all(metric).stream().findFirst();
    }

    private Optional<Series> first(MetricCatalog metric, OrderMode mode) {
        return all(metric).stream()
                .filter(series -> mode.label().equals(mode(series)))
                .findFirst();
    }

    private static String mode(Series series) {
        return series.descriptor().labels().getOrDefault("mode", "");
    }

    /** {@return the orders of a mode; empty if their series are missing or have impossible numbers} */
    Optional<OrderCounts> orders(OrderMode mode) {
        Optional<Long> submitted = submitted(mode);
        Optional<Long> failed = count(MetricCatalog.ORDERS_FAILED, mode);
        Optional<Latencies> latencies = first(MetricCatalog.ORDER_LATENCY, mode).flatMap(Latencies::of);
        return submitted.isPresent() && failed.isPresent() && latencies.isPresent()
                ? Optional.of(new OrderCounts(submitted.get(), failed.get(), latencies.get()))
                : Optional.empty();
    }

    /** {@return the number of submitted orders; empty if the series is missing or has an impossible number} */
    Optional<Long> submitted(OrderMode mode) {
        return count(MetricCatalog.ORDERS_SUBMITTED, mode);
    }

    private Optional<Long> count(MetricCatalog metric, OrderMode mode) {
        return first(metric, mode).map(series -> (long) series.value()).filter(value -> value >= 0);
    }

    /**
     * {@return Unix time in ms when the order series of a mode began at 0} A bot creates all of them at the same time.
     */
    long ordersCreatedMs(OrderMode mode) {
        return first(MetricCatalog.ORDERS_FAILED, mode).map(Series::createdMs).orElse(0L);
    }

    /** {@return the value of a gauge that counts orders; null if it is missing or impossible} */
    @Nullable
    Long orderGauge(MetricCatalog gauge) {
        return first(gauge)
                .map(Series::value)
                .filter(value -> value >= 0 && value <= Integer.MAX_VALUE)
                .map(Double::longValue)
                .orElse(null);
    }

    /** {@return the trading mode; unknown unless exactly one mode has the value 1} */
    ObservedMode mode() {
        List<String> observed = all(MetricCatalog.TRADING_MODE).stream()
                .filter(series -> series.value() == 1)
                .map(CatalogSeries::mode)
                .toList();
        for (ObservedMode mode : ObservedMode.values()) {
            if (observed.equals(List.of(mode.label()))) {
                return mode;
            }
        }
        return ObservedMode.UNKNOWN;
    }

    Build build() {
        Map<String, String> labels = first(MetricCatalog.BUILD_INFO)
                .<Map<String, String>>map(series -> series.descriptor().labels())
                .orElse(Map.of());
        return new Build(
                labels.getOrDefault("version", UNKNOWN),
                labels.getOrDefault("revision", UNKNOWN),
                labels.getOrDefault("jdk", UNKNOWN));
    }

    boolean isTelemetryDegraded() {
        return first(MetricCatalog.TELEMETRY_DEGRADED)
                .map(series -> series.value() == 1)
                .orElse(false);
    }
}
