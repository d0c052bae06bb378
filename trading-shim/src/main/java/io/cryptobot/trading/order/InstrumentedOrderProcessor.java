package io.cryptobot.trading.order;

import io.cryptobot.telemetry.MetricCatalog;
import io.cryptobot.telemetry.Telemetry;
import io.cryptobot.telemetry.dropwizard.FileCounter;
import io.cryptobot.trading.OrderAck;
import io.cryptobot.trading.OrderBlockedException;
import io.cryptobot.trading.OrderException;
import io.cryptobot.trading.OrderProcessor;
import io.cryptobot.trading.OrderRequest;
import io.cryptobot.trading.OrderStatus;
import io.cryptobot.trading.TradingMode;
import io.cryptobot.trading.log.OrderLog;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;

/**
 * Counts and logs the orders that the mode gate refuses ({@code cryptobot_orders_blocked_total}); what passes the gate is
 * counted behind it by {@link InstrumentedExchangeClient}. Thread-safe if the delegate is.
 */
public final class InstrumentedOrderProcessor implements OrderProcessor {
    private final OrderProcessor delegate;
    private final String exchange;
    private final OrderLog log;
    private final Map<TradingMode, FileCounter> blocked = new EnumMap<>(TradingMode.class);

    public InstrumentedOrderProcessor(OrderProcessor delegate, String exchange, Telemetry telemetry, OrderLog log) {
        this.delegate = delegate;
        this.exchange = exchange;
        this.log = log;
        for (TradingMode mode : TradingMode.values()) {
            blocked.put(mode, telemetry.counter(MetricCatalog.ORDERS_BLOCKED, mode.label()));
        }
    }

    @Override
    public OrderAck process(OrderRequest request) throws OrderException {
        try {
            return delegate.process(request);
        } catch (OrderBlockedException e) {
            blocked(request, e);
            throw e;
        }
    }

    /** Counts and logs an order that the gate has refused. */
    public void blocked(OrderRequest request, OrderBlockedException refusal) {
        Objects.requireNonNull(blocked.get(refusal.mode())).inc();
        String outcome = OrderStatus.BLOCKED.label();
        log.append(refusal.mode(), exchange, request, outcome, null, refusal.getMessage(), 0, System.nanoTime());
    }
}
