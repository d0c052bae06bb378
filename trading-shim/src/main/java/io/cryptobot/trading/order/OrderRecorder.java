package io.cryptobot.trading.order;

import io.cryptobot.telemetry.MetricCatalog;
import io.cryptobot.telemetry.OrderMetrics;
import io.cryptobot.telemetry.OrderMode;
import io.cryptobot.telemetry.Telemetry;
import io.cryptobot.telemetry.dropwizard.FileCounter;
import io.cryptobot.trading.FailureReason;
import io.cryptobot.trading.OrderDeniedException;
import io.cryptobot.trading.OrderRequest;
import io.cryptobot.trading.OrderStatus;
import io.cryptobot.trading.TradingMode;
import io.cryptobot.trading.log.OrderLog;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Counts, measures and logs each order of one mode once. It first increments {@code cryptobot_orders_submitted_total},
 * and after the call the counter for filled, failed (with its reason) or cancelled. It records the latency of all
 * orders in {@code cryptobot_order_latency}. An order that the gate denies is counted only in {@code
 * cryptobot_orders_blocked_total}. At any time:
 *
 * <pre>submitted = filled + cancelled + failed for a known reason + reconciled as absent + open + unknown + in flight</pre>
 *
 * It never throws: a failure in the records must not make an accepted order look failed. For a successful order it
 * allocates nothing. Thread-safe.
 */
final class OrderRecorder {
    private static final Logger LOGGER = LoggerFactory.getLogger(OrderRecorder.class);

    private final String exchange;
    private final OrderMode mode;
    private final TradingMode tradingMode;
    private final Telemetry telemetry;
    private final OrderMetrics metrics;
    private final Map<TradingMode, FileCounter> denied = new EnumMap<>(TradingMode.class);
    private final Map<FailureReason, FileCounter> failedByReason = new EnumMap<>(FailureReason.class);
    private final OrderTracker tracker;
    private final OrderLog log;

    OrderRecorder(Source source, Telemetry telemetry, OrderTracker tracker, OrderLog log) {
        this.exchange = source.exchange();
        this.mode = source.mode();
        this.tradingMode = source.tradingMode();
        this.telemetry = telemetry;
        this.metrics = telemetry.orders(mode);
        this.tracker = tracker;
        this.log = log;
        for (TradingMode each : TradingMode.values()) {
            denied.put(each, telemetry.counter(MetricCatalog.ORDERS_BLOCKED, each.label()));
        }
        for (FailureReason reason : FailureReason.values()) {
            failedByReason.put(
                    reason,
                    telemetry.counter(MetricCatalog.ORDERS_FAILED_BY_REASON, exchange, mode.label(), reason.label()));
        }
    }

    /**
     * The exchange and the mode of the recorded orders.
     *
     * @param exchange the exchange's name
     * @param mode live or paper
     */
    record Source(String exchange, OrderMode mode) {
        TradingMode tradingMode() {
            return mode == OrderMode.LIVE ? TradingMode.LIVE : TradingMode.PAPER;
        }
    }

    /** Records that the gate has denied an order. */
    void recordDenied(OrderRequest request, OrderDeniedException denial) {
        try {
            TradingMode by = denial.mode();
            Objects.requireNonNull(denied.get(by)).inc();
            String outcome = OrderStatus.DENIED.label();
            log.append(by, exchange, request, outcome, null, denial.getMessage(), 0, System.nanoTime());
        } catch (RuntimeException | Error e) {
            logNotRecorded(e);
        }
    }

    /**
     * Records that an order will be sent now.
     *
     * @return the start time of the call, in ns
     */
    long recordSubmitted() {
        try {
            metrics.submitted().inc();
        } catch (RuntimeException | Error e) {
            logNotRecorded(e);
        }
        return System.nanoTime();
    }

    /** Records that the call has returned. */
    void recordReturn(OrderRequest request, OrderStatus status, long startNanos) {
        long end = System.nanoTime();
        try {
            switch (status) {
                case FILLED -> metrics.filled().inc();
                case CANCELLED -> tracker.count(status);
                case ACCEPTED, PARTIALLY_FILLED -> tracker.opened(request);
                case UNKNOWN -> {
                    recordFailed(request, FailureReason.UNKNOWN, null, startNanos, end);
                    return;
                }
                case REJECTED, DENIED -> {
                    recordFailed(request, FailureReason.REJECTED, null, startNanos, end);
                    return;
                }
            }
            metrics.latency().recordNanos(end - startNanos);
            log.append(tradingMode, exchange, request, status.label(), null, null, end - startNanos, end);
        } catch (RuntimeException | Error e) {
            logNotRecorded(e);
        }
    }

    /** Records that the call has thrown or that its future has failed. */
    void recordException(OrderRequest request, Throwable failure, long startNanos) {
        long end = System.nanoTime();
        try {
            recordFailed(request, FailureReason.of(failure), failure.getMessage(), startNanos, end);
        } catch (RuntimeException | Error e) {
            logNotRecorded(e);
        }
    }

    private void recordFailed(
            OrderRequest request, FailureReason reason, @Nullable String detail, long start, long end) {
        metrics.latency().recordNanos(end - start);
        metrics.failed().inc();
        Objects.requireNonNull(failedByReason.get(reason)).inc();
        telemetry.recordError(mode.label() + " order failed at " + exchange + ": " + reason.label() + ": " + detail);
        log.append(tradingMode, exchange, request, "failed", reason.label(), detail, end - start, end);
    }

    private static void logNotRecorded(Throwable e) {
        LOGGER.debug("An order was not recorded", e);
    }
}
