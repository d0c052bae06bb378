package io.cryptobot.trading.order;

import io.cryptobot.trading.ClientOrderId;
import io.cryptobot.trading.ExchangeClient;
import io.cryptobot.trading.OpenOrder;
import io.cryptobot.trading.OrderAck;
import io.cryptobot.trading.OrderBook;
import io.cryptobot.trading.OrderException;
import io.cryptobot.trading.OrderFill;
import io.cryptobot.trading.OrderRequest;
import io.cryptobot.trading.PublicTrade;
import io.cryptobot.trading.Ticker;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * An exchange client that passes all calls to another client, the delegate. All calls go through {@link #forward}. A
 * subclass overrides {@link #forward} to change all calls, or one method to change one call. Thread-safe if the
 * delegate is thread-safe.
 */
abstract class ForwardingExchangeClient implements ExchangeClient {
    /** The kind of a call. */
    enum Operation {
        PLACE,
        CANCEL,
        OPEN_ORDERS,
        FILLS,
        PING,
        TICKER,
        BOOK,
        RECENT_TRADES
    }

    /** One call to the exchange. */
    @FunctionalInterface
    interface Call<T> {
        T on(ExchangeClient client) throws OrderException;
    }

    /** {@return the client that receives the calls now} */
    abstract ExchangeClient delegate();

    /** {@return the result of the call to the delegate} */
    <T> T forward(Operation operation, Call<T> call) throws OrderException {
        return call.on(delegate());
    }

    @Override
    public String name() {
        return delegate().name();
    }

    @Override
    public OrderAck place(OrderRequest request) throws OrderException {
        return forward(Operation.PLACE, client -> client.place(request));
    }

    @Override
    public void cancel(String symbol, ClientOrderId id) throws OrderException {
        var unused = forward(Operation.CANCEL, client -> {
            client.cancel(symbol, id);
            return id;
        });
    }

    @Override
    public List<ClientOrderId> openOrders(String symbol) throws OrderException {
        return forward(Operation.OPEN_ORDERS, client -> client.openOrders(symbol));
    }

    @Override
    public List<OpenOrder> openOrders() throws OrderException {
        return forward(Operation.OPEN_ORDERS, ExchangeClient::openOrders);
    }

    @Override
    public List<OrderFill> fills(String symbol, Instant since) throws OrderException {
        return forward(Operation.FILLS, client -> client.fills(symbol, since));
    }

    @Override
    public void ping() throws OrderException {
        var unused = forward(Operation.PING, client -> {
            client.ping();
            return client;
        });
    }

    @Override
    public Ticker ticker(String symbol) throws OrderException {
        return forward(Operation.TICKER, client -> client.ticker(symbol));
    }

    @Override
    public Optional<OrderBook> book(String symbol, int depth) throws OrderException {
        return forward(Operation.BOOK, client -> client.book(symbol, depth));
    }

    @Override
    public List<PublicTrade> recentTrades(String symbol) throws OrderException {
        return forward(Operation.RECENT_TRADES, client -> client.recentTrades(symbol));
    }

    @Override
    public void close() {
        delegate().close();
    }
}
