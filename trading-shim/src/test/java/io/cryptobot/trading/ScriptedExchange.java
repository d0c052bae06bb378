package io.cryptobot.trading;

import java.math.BigDecimal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * An exchange that accepts every order and fills it at 2, unless its fields set another answer. At the start it has a
 * last price of 2 and no book.
 */
public final class ScriptedExchange implements ExchangeClient {
    public static final Object NOTHING = new Object();

    public final List<OrderRequest> placed = new CopyOnWriteArrayList<>();
    public final List<ClientOrderId> open = new CopyOnWriteArrayList<>();
    public final List<OrderFill> filled = new CopyOnWriteArrayList<>();
    public final List<ClientOrderId> cancelled = new CopyOnWriteArrayList<>();
    /** Requests for a price or a book. */
    public final AtomicInteger marketRequests = new AtomicInteger();

    /** The answer to an order: an acknowledgement, {@link #NOTHING}, or an exception; null for a fill at 2. */
    public volatile @Nullable Object answer;

    /** Thrown by orders and tickers. */
    public volatile @Nullable Throwable failure;
    /** Thrown by cancellations and lists. */
    public volatile @Nullable Throwable queryFailure;

    /** Thrown by tickers and books. */
    public volatile @Nullable Throwable marketFailure;

    public volatile OrderStatus status = OrderStatus.FILLED;
    public volatile Consumer<ClientOrderId> whileCancelling = id -> {};
    public volatile Runnable whileListing = () -> {};
    public volatile Runnable whileAskedForMarket = () -> {};
    public volatile BigDecimal price = BigDecimal.valueOf(2);
    /** Time of the last price; below 0 for now. */
    public volatile long tickerMs = -1;

    public volatile @Nullable OrderBook book;
    public volatile List<PublicTrade> trades = List.of();
    public volatile boolean closed;

    /** {@return an exchange for market data only: an order or a cancellation fails the test} */
    public static ScriptedExchange forMarketData() {
        ScriptedExchange exchange = new ScriptedExchange();
        exchange.answer = new AssertionError("a live order");
        exchange.whileCancelling = id -> {
            throw new AssertionError("a live cancellation");
        };
        exchange.tickerMs = 0;
        return exchange;
    }

    /** Fills later orders. */
    public void fills(String quantity, String fillPrice) {
        answers(OrderStatus.FILLED, quantity, new BigDecimal(fillPrice));
    }

    /** Sets the answer to later orders. */
    public void answers(OrderStatus ackStatus, String filledQuantity, @Nullable BigDecimal averagePrice) {
        answer = new OrderAck(new ClientOrderId("x"), "1", ackStatus, new BigDecimal(filledQuantity), averagePrice);
    }

    @Override
    public String name() {
        return "scripted";
    }

    @Override
    public OrderAck place(OrderRequest request) throws OrderException {
        placed.add(request);
        raise(failure);
        if (status.isOpen()) {
            open.add(request.clientOrderId());
        }
        if (answer == null) {
            return new OrderAck(request.clientOrderId(), "E-1", status, request.quantity(), BigDecimal.valueOf(2));
        }
        raise(answer instanceof Throwable thrown ? thrown : null);
        return answer == NOTHING ? null : (OrderAck) answer;
    }

    /** An order of ten is filled, in two parts. */
    public void fill(ClientOrderId id) {
        fillPart(id);
        filled.add(new OrderFill(id, new BigDecimal("6"), BigDecimal.valueOf(2), Instant.now()));
    }

    /** Four of an order are filled, and the exchange cancels the rest. */
    public void fillPart(ClientOrderId id) {
        filled.add(new OrderFill(id, new BigDecimal("4"), BigDecimal.valueOf(2), Instant.now()));
        open.remove(id);
    }

    @Override
    public void cancel(String symbol, ClientOrderId id) throws OrderException {
        raise(queryFailure);
        whileCancelling.accept(id);
        if (!open.remove(id)) {
            throw new OrderException(FailureReason.REJECTED, "no open order " + id);
        }
        cancelled.add(id);
    }

    @Override
    public List<ClientOrderId> openOrders(String symbol) throws OrderException {
        raise(queryFailure);
        return List.copyOf(open);
    }

    @Override
    public List<OpenOrder> openOrders() throws OrderException {
        raise(queryFailure);
        whileListing.run();
        List<OpenOrder> all = new ArrayList<>();
        open.forEach(id -> all.add(new OpenOrder(id, "XRPETH", id.value().startsWith("stop"))));
        return all;
    }

    @Override
    public List<OrderFill> fills(String symbol, Instant since) throws OrderException {
        raise(queryFailure);
        return filled.stream().filter(fill -> !fill.time().isBefore(since)).toList();
    }

    @Override
    public void ping() throws OrderException {
        raise(queryFailure);
    }

    @Override
    public Ticker ticker(String symbol) throws OrderException {
        raise(failure);
        askForMarket();
        return new Ticker(symbol, price, tickerMs < 0 ? System.currentTimeMillis() : tickerMs);
    }

    @Override
    public Optional<OrderBook> book(String symbol, int depth) throws OrderException {
        askForMarket();
        return Optional.ofNullable(book);
    }

    @Override
    public List<PublicTrade> recentTrades(String symbol) {
        return trades;
    }

    private void askForMarket() throws OrderException {
        marketRequests.incrementAndGet();
        whileAskedForMarket.run();
        raise(marketFailure);
    }

    @Override
    public void close() {
        closed = true;
    }

    /** Throws any exception, also an undeclared checked exception. */
    @SuppressWarnings("unchecked")
    private static <E extends Throwable> void raise(@Nullable Throwable thrown) throws E {
        if (thrown != null) {
            throw (E) thrown;
        }
    }
}
