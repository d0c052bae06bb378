package io.cryptobot.trading.paper;

import io.cryptobot.trading.ClientOrderId;
import io.cryptobot.trading.ExchangeClient;
import io.cryptobot.trading.OrderAck;
import io.cryptobot.trading.OrderBook;
import io.cryptobot.trading.OrderException;
import io.cryptobot.trading.OrderRequest;
import io.cryptobot.trading.OrderStatus;
import io.cryptobot.trading.PublicTrade;
import io.cryptobot.trading.Ticker;
import java.math.BigDecimal;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** An exchange whose market and answers a test sets; at first it has a last price of 2 and no book, and an order fails the test. */
final class ScriptedExchange implements ExchangeClient {
    /** What {@link #place} returns or throws. */
    volatile Object answer = new AssertionError("a live order");

    volatile @Nullable OrderBook book;
    volatile List<PublicTrade> trades = List.of();
    volatile long tickerMs;
    volatile @Nullable OrderException marketFailure;
    volatile Runnable whenAsked = () -> {};
    volatile int requests;

    /** Fills the orders that follow. */
    void fills(String quantity, String price) {
        answers(OrderStatus.FILLED, quantity, new BigDecimal(price));
    }

    void answers(OrderStatus status, String filled, @Nullable BigDecimal price) {
        answer = new OrderAck(new ClientOrderId("x"), "1", status, new BigDecimal(filled), price);
    }

    @Override
    public String name() {
        return "scripted";
    }

    @Override
    public OrderAck place(OrderRequest request) throws OrderException {
        if (answer instanceof OrderException e) {
            throw e;
        } else if (answer instanceof RuntimeException e) {
            throw e;
        } else if (answer instanceof Error e) {
            throw e;
        }
        return (OrderAck) answer;
    }

    @Override
    public void cancel(String symbol, ClientOrderId id) {
        throw new AssertionError("a live cancellation");
    }

    @Override
    public List<ClientOrderId> openOrders(String symbol) {
        return List.of();
    }

    @Override
    public Ticker ticker(String symbol) throws OrderException {
        ask();
        return new Ticker(symbol, BigDecimal.valueOf(2), tickerMs);
    }

    @Override
    public Optional<OrderBook> book(String symbol, int depth) throws OrderException {
        ask();
        return Optional.ofNullable(book);
    }

    @Override
    public List<PublicTrade> recentTrades(String symbol) {
        return trades;
    }

    private void ask() throws OrderException {
        requests++;
        whenAsked.run();
        if (marketFailure != null) {
            throw marketFailure;
        }
    }
}
