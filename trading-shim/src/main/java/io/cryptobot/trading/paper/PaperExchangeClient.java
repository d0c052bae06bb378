package io.cryptobot.trading.paper;

import io.cryptobot.telemetry.Internal;
import io.cryptobot.trading.ClientOrderId;
import io.cryptobot.trading.ExchangeClient;
import io.cryptobot.trading.FailureReason;
import io.cryptobot.trading.Fill;
import io.cryptobot.trading.OpenOrder;
import io.cryptobot.trading.OrderAck;
import io.cryptobot.trading.OrderBook;
import io.cryptobot.trading.OrderException;
import io.cryptobot.trading.OrderFill;
import io.cryptobot.trading.OrderRequest;
import io.cryptobot.trading.OrderStatus;
import io.cryptobot.trading.PublicTrade;
import io.cryptobot.trading.Ticker;
import io.cryptobot.trading.paper.MarketDataPoller.Threads;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A simulated exchange with the market data of a real one: it gives {@link PaperEngine} the interface of a live client.
 * A call takes as long as the order is in flight, and an order waits for fresh market data. While orders are open, a
 * daemon thread polls their markets. Thread-safe. It only reads prices from the real exchange.
 */
@Internal
public final class PaperExchangeClient implements ExchangeClient {
    private static final Duration RETRY = Duration.ofMillis(250);

    private final ExchangeClient exchange;
    private final PaperClock clock;
    private final JournaledEngine engine;
    private final MarketDataPoller marketData;

    /**
     * Opens a paper exchange. If the journal is unusable, it is ignored: the account starts with the initial balances,
     * and one line is logged.
     *
     * @param exchange used only for prices; not closed with this object
     */
    public PaperExchangeClient(ExchangeClient exchange, PaperSettings settings) {
        this(
                exchange,
                settings,
                PaperClock.system(),
                new Threads(
                        Executors.newCachedThreadPool(daemons("paper-market-data")),
                        Executors.newSingleThreadScheduledExecutor(daemons("paper-poller"))));
    }

    PaperExchangeClient(ExchangeClient exchange, PaperSettings settings, PaperClock clock, Threads threads) {
        this.exchange = exchange;
        this.clock = clock;
        this.engine = new JournaledEngine(settings, clock);
        this.marketData = new MarketDataPoller(exchange, settings, clock, engine, threads);
        if (!openOrders().isEmpty()) {
            marketData.start();
        }
    }

    private static ThreadFactory daemons(String name) {
        AtomicInteger number = new AtomicInteger();
        return task -> {
            Thread thread = new Thread(task, name + "-" + number.incrementAndGet());
            thread.setDaemon(true);
            return thread;
        };
    }

    @Override
    public String name() {
        return exchange.name();
    }

    /**
     * Executes an order with the public data of the real market.
     *
     * @throws OrderException with the reason that the real exchange would give, or with {@link FailureReason#NOT_SENT}
     *     and {@code stale_market_data} if there was no fresh price
     */
    @Override
    public OrderAck place(OrderRequest request) throws OrderException {
        try {
            PaperOrder order = engine.call(each -> each.submit(clock.nanos(), request));
            String problem = awaitExecution(order);
            return engine.call(unused -> answer(order, problem));
        } catch (InterruptedException e) {
            throw interrupted(e);
        }
    }

    /**
     * Waits until an order has ended or is open.
     *
     * @return why there is no market data; empty if there is market data
     */
    private String awaitExecution(PaperOrder order) throws InterruptedException {
        long stamp = engine.call(unused -> order.actsAtNanos()); // the time when the order arrives
        clock.sleepUntil(stamp);
        String problem = "";
        while (isInFlight(order)) {
            problem = marketData.poll(order.request().symbol(), stamp);
            long now = engine.advance();
            if (isInFlight(order)) {
                clock.sleepUntil(now + RETRY.toNanos());
                stamp = clock.nanos();
            }
        }
        return problem;
    }

    private boolean isInFlight(PaperOrder order) {
        return engine.call(
                unused -> !order.status().isEnded() && !order.status().isOpen());
    }

    private OrderAck answer(PaperOrder order, String problem) throws OrderException {
        if (order.isAnswerLost()) {
            throw new OrderException(FailureReason.UNKNOWN, "fault profile: the answer is lost");
        }
        if (order.status() == PaperOrderStatus.REJECTED) {
            FailureReason reason = Objects.requireNonNullElse(order.reason(), FailureReason.REJECTED);
            throw new OrderException(reason, order.message() + (problem.isEmpty() ? "" : "; " + problem));
        }
        if (order.status().isOpen()) {
            marketData.start();
        }
        return new OrderAck(
                order.request().clientOrderId(),
                order.exchangeOrderId(),
                order.status().toOrderStatus(),
                order.filledQuantity(),
                order.averagePrice());
    }

    /**
     * Cancels an open paper order, unless it is filled while the cancellation is in flight.
     *
     * @throws OrderException if there is no such order or it is already filled
     */
    @Override
    public void cancel(String symbol, ClientOrderId id) throws OrderException {
        try {
            PaperOrder order = engine.call(each -> each.cancel(clock.nanos(), id))
                    .orElseThrow(() -> new OrderException(FailureReason.REJECTED, "no open paper order " + id));
            long arrival = engine.call(unused -> order.actsAtNanos());
            clock.sleepUntil(arrival);
            marketData.poll(order.request().symbol(), arrival);
            engine.advance();
            PaperOrderStatus status = engine.call(unused -> order.status());
            if (status != PaperOrderStatus.CANCELLED) {
                throw new OrderException(
                        FailureReason.REJECTED, "paper order " + id + " is not cancelled, but " + status);
            }
        } catch (InterruptedException e) {
            throw interrupted(e);
        }
    }

    private static OrderException interrupted(InterruptedException cause) {
        Thread.currentThread().interrupt();
        return new OrderException(FailureReason.UNKNOWN, "interrupted while waiting for the answer", cause);
    }

    @Override
    public List<ClientOrderId> openOrders(String symbol) {
        return openOrders().stream()
                .filter(order -> order.symbol().equals(symbol))
                .map(OpenOrder::clientOrderId)
                .toList();
    }

    @Override
    public List<OpenOrder> openOrders() {
        return engine.call(each -> each.openOrders().stream()
                .map(PaperOrder::request)
                .map(request -> new OpenOrder(request.clientOrderId(), request.symbol(), false))
                .toList());
    }

    @Override
    public List<OrderFill> fills(String symbol, Instant since) {
        return recentFills(symbol).stream()
                .filter(fill -> fill.timeMs() >= since.toEpochMilli())
                .map(fill -> new OrderFill(
                        fill.clientOrderId(), fill.quantity(), fill.price(), Instant.ofEpochMilli(fill.timeMs())))
                .toList();
    }

    /** {@return true if this is a paper order that is alive or one of the latest ended orders} */
    public boolean knows(ClientOrderId id) {
        return status(id).isPresent();
    }

    /** {@return the status of a paper order; empty if it is unknown or has not arrived} */
    public Optional<OrderStatus> orderStatus(ClientOrderId id) {
        return status(id).filter(status -> status.isOpen() || status.isEnded()).map(PaperOrderStatus::toOrderStatus);
    }

    Optional<PaperOrderStatus> status(ClientOrderId id) {
        return engine.call(each -> each.order(id).map(PaperOrder::status));
    }

    List<Fill> recentFills(String symbol) {
        return engine.call(each -> each.recentFills(symbol));
    }

    /** {@return the balances of the paper account by currency; a currency appears with its first order} */
    Map<String, BigDecimal> balances() {
        return engine.call(PaperEngine::balances);
    }

    /** {@return the number of orders of this run that were rejected because there was no fresh price} */
    public long refusedAsStale() {
        return engine.call(PaperEngine::refusedAsStale);
    }

    @Override
    public Ticker ticker(String symbol) throws OrderException {
        return exchange.ticker(symbol);
    }

    @Override
    public Optional<OrderBook> book(String symbol, int depth) throws OrderException {
        return exchange.book(symbol, depth);
    }

    @Override
    public List<PublicTrade> recentTrades(String symbol) throws OrderException {
        return exchange.recentTrades(symbol);
    }

    /** Stops the threads and closes the journal; the real exchange stays open. */
    @Override
    public void close() {
        marketData.close();
        engine.close();
    }
}
