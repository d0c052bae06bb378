package io.cryptobot.trading;

import java.math.BigDecimal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** An exchange that accepts everything and fills it at 2, or does as its fields say. It has no order book at first. */
public final class ScriptedExchange implements ExchangeClient {
    public final List<OrderRequest> placed = new CopyOnWriteArrayList<>();
    public final List<ClientOrderId> open = new CopyOnWriteArrayList<>();
    public final List<OrderFill> filled = new CopyOnWriteArrayList<>();
    public final List<ClientOrderId> cancelled = new CopyOnWriteArrayList<>();
    public final AtomicInteger bookQueries = new AtomicInteger();
    /** Thrown by orders and tickers. */
    public volatile @Nullable Throwable failure;
    /** Thrown by cancellations and lists. */
    public volatile @Nullable Throwable queryFailure;

    public volatile @Nullable Throwable bookFailure;
    public volatile OrderStatus status = OrderStatus.FILLED;
    public volatile Function<OrderRequest, @Nullable OrderAck> answer = this::filledAtTwo;
    public volatile Consumer<ClientOrderId> whileCancelling = id -> {};
    public volatile Runnable whileListing = () -> {};
    public volatile Runnable whileAskedForBook = () -> {};
    public volatile BigDecimal price = BigDecimal.valueOf(2);
    public volatile @Nullable OrderBook book;
    public volatile boolean closed;

    @Override
    public String name() {
        return "fake";
    }

    @Override
    public OrderAck place(OrderRequest request) throws OrderException {
        placed.add(request);
        raise(failure);
        if (status.isOpen()) {
            open.add(request.clientOrderId());
        }
        return answer.apply(request);
    }

    private OrderAck filledAtTwo(OrderRequest request) {
        return new OrderAck(request.clientOrderId(), "E-1", status, request.quantity(), BigDecimal.valueOf(2));
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
        return new Ticker(symbol, price, System.currentTimeMillis());
    }

    @Override
    public Optional<OrderBook> book(String symbol, int depth) throws OrderException {
        bookQueries.incrementAndGet();
        whileAskedForBook.run();
        raise(bookFailure);
        return Optional.ofNullable(book);
    }

    @Override
    public void close() {
        closed = true;
    }

    /** Throws anything, checked exceptions that are not declared included. */
    @SuppressWarnings("unchecked")
    private static <E extends Throwable> void raise(@Nullable Throwable thrown) throws E {
        if (thrown != null) {
            throw (E) thrown;
        }
    }
}
