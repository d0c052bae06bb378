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
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Counts and times the orders of one exchange client in one mode: {@code cryptobot_orders_submitted_total} before the
 * call, then filled or failed (with {@code cryptobot_orders_failed_by_reason_total}), and {@code
 * cryptobot_order_latency} for both. An exception other than {@link OrderException} counts as {@link
 * FailureReason#UNKNOWN}: nobody knows what it left behind. Thread-safe if the delegate is.
 */
public final class InstrumentedExchangeClient implements ExchangeClient {
    private static final Logger LOGGER = LoggerFactory.getLogger(InstrumentedExchangeClient.class);

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
        guard(() -> metrics.submitted().inc());
        long start = System.nanoTime();
        OrderAck ack;
        try {
            ack = delegate.place(request);
        } catch (OrderException e) {
            long nanos = System.nanoTime() - start;
            guard(() -> failed(request, e.reason(), e, nanos));
            throw e;
        } catch (RuntimeException | Error e) {
            long nanos = System.nanoTime() - start;
            guard(() -> failed(request, FailureReason.UNKNOWN, e, nanos));
            throw e;
        }
        long nanos = System.nanoTime() - start;
        guard(() -> accepted(request, ack, nanos));
        return ack;
    }

    /** An order that the exchange has accepted must not look like a failure because of what is recorded about it. */
    private static void guard(Runnable recording) {
        try {
            recording.run();
        } catch (RuntimeException | Error e) {
            LOGGER.debug("An order was not recorded", e);
        }
    }

    private void accepted(OrderRequest request, OrderAck ack, long nanos) {
        metrics.latency().recordNanos(nanos);
        boolean filled = ack.status() == OrderStatus.FILLED;
        if (filled) {
            metrics.filled().inc();
        }
        log(request, filled ? "filled" : "accepted", null, null, nanos);
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
