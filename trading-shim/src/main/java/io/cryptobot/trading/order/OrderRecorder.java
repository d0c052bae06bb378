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
 * Counts, times and logs each order of one mode once, from the gate to its outcome: {@code cryptobot_orders_submitted_total}
 * first, then filled, failed (with its reason) or cancelled, and {@code cryptobot_order_latency} for all. An order that the
 * gate denies is counted in {@code cryptobot_orders_blocked_total} alone. At any time
 *
 * <pre>submitted = filled + cancelled + failed for a known reason + found absent later + open + unknown + in flight</pre>
 *
 * It never throws: an order that the exchange has accepted must not look like a failure because of what is recorded about
 * it. For an order that succeeds it allocates nothing. Thread-safe.
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
     * Whose orders are recorded.
     *
     * @param exchange the exchange's name
     * @param mode whether they are live
     */
    record Source(String exchange, OrderMode mode) {
        TradingMode tradingMode() {
            return mode == OrderMode.LIVE ? TradingMode.LIVE : TradingMode.PAPER;
        }
    }

    /** The gate has denied an order. */
    void denied(OrderRequest request, OrderDeniedException denial) {
        try {
            TradingMode by = denial.mode();
            Objects.requireNonNull(denied.get(by)).inc();
            String outcome = OrderStatus.DENIED.label();
            log.append(by, exchange, request, outcome, null, denial.getMessage(), 0, System.nanoTime());
        } catch (RuntimeException | Error e) {
            notRecorded(e);
        }
    }

    /**
     * An order is about to be sent.
     *
     * @return the start of its latency
     */
    long submitted() {
        try {
            metrics.submitted().inc();
        } catch (RuntimeException | Error e) {
            notRecorded(e);
        }
        return System.nanoTime();
    }

    /** The call has returned. */
    void returned(OrderRequest request, OrderStatus status, long startNanos) {
        long end = System.nanoTime();
        try {
            switch (status) {
                case FILLED -> metrics.filled().inc();
                case CANCELLED -> tracker.count(status);
                case ACCEPTED, PARTIALLY_FILLED -> tracker.opened(request);
                case UNKNOWN -> {
                    failed(request, FailureReason.UNKNOWN, null, startNanos, end);
                    return;
                }
                case REJECTED, DENIED -> {
                    failed(request, FailureReason.REJECTED, null, startNanos, end);
                    return;
                }
            }
            metrics.latency().recordNanos(end - startNanos);
            log.append(tradingMode, exchange, request, status.label(), null, null, end - startNanos, end);
        } catch (RuntimeException | Error e) {
            notRecorded(e);
        }
    }

    /** The call has thrown, or its future has failed. */
    void threw(OrderRequest request, Throwable failure, long startNanos) {
        long end = System.nanoTime();
        try {
            failed(request, FailureReason.of(failure), failure.getMessage(), startNanos, end);
        } catch (RuntimeException | Error e) {
            notRecorded(e);
        }
    }

    private void failed(OrderRequest request, FailureReason reason, @Nullable String detail, long start, long end) {
        metrics.latency().recordNanos(end - start);
        metrics.failed().inc();
        Objects.requireNonNull(failedByReason.get(reason)).inc();
        telemetry.recordError(mode.label() + " order failed at " + exchange + ": " + reason.label() + ": " + detail);
        log.append(tradingMode, exchange, request, "failed", reason.label(), detail, end - start, end);
    }

    private static void notRecorded(Throwable e) {
        LOGGER.debug("An order was not recorded", e);
    }
}
