package io.cryptobot.telemetry;

import io.cryptobot.telemetry.dropwizard.FileCounter;
import io.cryptobot.telemetry.dropwizard.FileHistogram;

/**
 * The order metrics of one mode, resolved once, so that recording needs no lookup. Thread-safe.
 *
 * <p>A writer must first count an order as submitted and then as failed or filled, because readers rely on this
 * sequence.
 *
 * @param submitted see {@link MetricCatalog#ORDERS_SUBMITTED}
 * @param filled see {@link MetricCatalog#ORDERS_FILLED}
 * @param failed see {@link MetricCatalog#ORDERS_FAILED}
 * @param latency see {@link MetricCatalog#ORDER_LATENCY}
 */
public record OrderMetrics(FileCounter submitted, FileCounter filled, FileCounter failed, FileHistogram latency) {
    static OrderMetrics of(Telemetry telemetry, OrderMode mode) {
        return new OrderMetrics(
                telemetry.counter(MetricCatalog.ORDERS_SUBMITTED, mode.label()),
                telemetry.counter(MetricCatalog.ORDERS_FILLED, mode.label()),
                telemetry.counter(MetricCatalog.ORDERS_FAILED, mode.label()),
                telemetry.histogram(MetricCatalog.ORDER_LATENCY, mode.label()));
    }
}
