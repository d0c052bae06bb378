package io.cryptobot.trading.order;

import io.cryptobot.telemetry.MetricCatalog;
import io.cryptobot.telemetry.OrderMode;
import io.cryptobot.telemetry.Telemetry;
import io.cryptobot.telemetry.dropwizard.FileHistogram;
import io.cryptobot.trading.ClientOrderId;
import io.cryptobot.trading.ExchangeClient;
import io.cryptobot.trading.OpenOrder;
import io.cryptobot.trading.OrderAck;
import io.cryptobot.trading.OrderBook;
import io.cryptobot.trading.OrderException;
import io.cryptobot.trading.OrderFill;
import io.cryptobot.trading.OrderRequest;
import io.cryptobot.trading.OrderStatus;
import io.cryptobot.trading.PublicTrade;
import io.cryptobot.trading.Ticker;
import java.time.Instant;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * Counts and times what one exchange client does in one mode: orders with an {@link OrderRecorder}, all other calls in
 * {@code cryptobot_exchange_call_seconds}. Whatever the delegate throws, of whatever kind, is recorded and passed on as it
 * is. Thread-safe if the delegate is.
 */
public final class InstrumentedExchangeClient implements ExchangeClient {
    private final ExchangeClient delegate;
    private final OrderRecorder recorder;
    private final OrderTracker tracker;
    private final Map<Operation, FileHistogram> calls = new EnumMap<>(Operation.class);

    public InstrumentedExchangeClient(
            ExchangeClient delegate,
            OrderMode mode,
            Telemetry telemetry,
            OrderTracker tracker,
            OrderRecorder recorder) {
        this.delegate = delegate;
        this.recorder = recorder;
        this.tracker = tracker;
        for (Operation operation : Operation.values()) {
            calls.put(operation, telemetry.histogram(MetricCatalog.EXCHANGE_CALLS, mode.label(), operation.label()));
        }
    }

    /** The label {@code operation}. */
    private enum Operation {
        CANCEL,
        OPEN_ORDERS,
        FILLS,
        TICKER;

        String label() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    @FunctionalInterface
    private interface Call<T> {
        T run() throws OrderException;
    }

    @Override
    public String name() {
        return delegate.name();
    }

    @Override
    public OrderAck place(OrderRequest request) throws OrderException {
        long start = recorder.submitted();
        OrderAck ack;
        try {
            ack = Objects.requireNonNull(delegate.place(request), "the exchange client has returned null");
        } catch (Throwable e) { // checked ones included, which some languages and proxies throw undeclared
            recorder.threw(request, e, start);
            throw e;
        }
        recorder.returned(request, ack.status(), start);
        return ack;
    }

    @Override
    public void cancel(String symbol, ClientOrderId id) throws OrderException {
        timed(Operation.CANCEL, () -> {
            delegate.cancel(symbol, id);
            return id;
        });
        tracker.ended(id, OrderStatus.CANCELLED);
    }

    @Override
    public List<ClientOrderId> openOrders(String symbol) throws OrderException {
        return timed(Operation.OPEN_ORDERS, () -> delegate.openOrders(symbol));
    }

    @Override
    public List<OpenOrder> openOrders() throws OrderException {
        return timed(Operation.OPEN_ORDERS, delegate::openOrders);
    }

    @Override
    public List<OrderFill> fills(String symbol, Instant since) throws OrderException {
        return timed(Operation.FILLS, () -> delegate.fills(symbol, since));
    }

    @Override
    public Ticker ticker(String symbol) throws OrderException {
        return timed(Operation.TICKER, () -> delegate.ticker(symbol));
    }

    @Override
    public void ping() throws OrderException {
        delegate.ping();
    }

    private <T> T timed(Operation operation, Call<T> call) throws OrderException {
        long start = System.nanoTime();
        try {
            return call.run();
        } finally {
            Objects.requireNonNull(calls.get(operation)).recordNanos(System.nanoTime() - start);
        }
    }

    @Override
    public Optional<OrderBook> book(String symbol, int depth) throws OrderException {
        return delegate.book(symbol, depth);
    }

    @Override
    public List<PublicTrade> recentTrades(String symbol) throws OrderException {
        return delegate.recentTrades(symbol);
    }

    @Override
    public void close() {
        delegate.close();
    }
}
