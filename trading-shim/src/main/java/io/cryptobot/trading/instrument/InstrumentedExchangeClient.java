package io.cryptobot.trading.instrument;

import io.cryptobot.telemetry.MetricCatalog;
import io.cryptobot.telemetry.OrderMetrics;
import io.cryptobot.telemetry.OrderMode;
import io.cryptobot.telemetry.Telemetry;
import io.cryptobot.telemetry.dropwizard.FileCounter;
import io.cryptobot.trading.ClientOrderId;
import io.cryptobot.trading.ExchangeClient;
import io.cryptobot.trading.FailureReason;
import io.cryptobot.trading.OrderAck;
import io.cryptobot.trading.OrderException;
import io.cryptobot.trading.OrderRequest;
import io.cryptobot.trading.OrderStatus;
import io.cryptobot.trading.Ticker;
import io.cryptobot.trading.mode.TradingMode;
import java.time.Instant;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Counts and times the orders of one exchange client in one mode: {@code cryptobot_orders_submitted_total} before the
 * call, then filled or failed (with {@code cryptobot_orders_failed_by_reason_total}), and {@code
 * cryptobot_order_latency} for both. An exception other than {@link OrderException} counts as {@link
 * FailureReason#UNKNOWN}: nobody knows what it left behind. Thread-safe if the delegate is.
 */
public final class InstrumentedExchangeClient implements ExchangeClient {
    private final ExchangeClient delegate;
    private final OrderMode mode;
    private final Telemetry telemetry;
    private final OrderMetrics metrics;
    private final Map<FailureReason, FileCounter> failedByReason = new EnumMap<>(FailureReason.class);
    private final OrderLog log;

    public InstrumentedExchangeClient(ExchangeClient delegate, OrderMode mode, Telemetry telemetry, OrderLog log) {
        this.delegate = delegate;
        this.mode = mode;
        this.telemetry = telemetry;
        this.metrics = telemetry.orders(mode);
        this.log = log;
        for (FailureReason reason : FailureReason.values()) {
            failedByReason.put(
                    reason,
                    telemetry.counter(
                            MetricCatalog.ORDERS_FAILED_BY_REASON, delegate.name(), mode.label(), reason.label()));
        }
    }

    @Override
    public String name() {
        return delegate.name();
    }

    @Override
    public OrderAck place(OrderRequest request) throws OrderException {
        metrics.submitted().inc();
        long start = System.nanoTime();
        try {
            OrderAck ack = delegate.place(request);
            long nanos = System.nanoTime() - start;
            metrics.latency().recordNanos(nanos);
            if (ack.status() == OrderStatus.FILLED) {
                metrics.filled().inc();
            }
            log(request, ack.status() == OrderStatus.FILLED ? "filled" : "accepted", null, null, nanos);
            return ack;
        } catch (OrderException e) {
            failed(request, e.reason(), e, System.nanoTime() - start);
            throw e;
        } catch (RuntimeException | Error e) {
            failed(request, FailureReason.UNKNOWN, e, System.nanoTime() - start);
            throw e;
        }
    }

    private void failed(OrderRequest request, FailureReason reason, Throwable failure, long nanos) {
        metrics.latency().recordNanos(nanos);
        metrics.failed().inc();
        Objects.requireNonNull(failedByReason.get(reason)).inc();
        telemetry.recordError(
                mode.label() + " order failed at " + name() + ": " + reason.label() + ": " + failure.getMessage());
        log(request, "failed", reason.label(), failure.getMessage(), nanos);
    }

    private void log(
            OrderRequest request, String outcome, @Nullable String reason, @Nullable String detail, long nanos) {
        TradingMode where = mode == OrderMode.LIVE ? TradingMode.LIVE : TradingMode.PAPER;
        log.append(new OrderOutcome(Instant.now(), where, name(), request, outcome, reason, detail, nanos));
    }

    @Override
    public void cancel(String symbol, ClientOrderId id) throws OrderException {
        delegate.cancel(symbol, id);
    }

    @Override
    public List<ClientOrderId> openOrders(String symbol) throws OrderException {
        return delegate.openOrders(symbol);
    }

    @Override
    public Ticker ticker(String symbol) throws OrderException {
        return delegate.ticker(symbol);
    }

    @Override
    public void close() {
        delegate.close();
    }
}
