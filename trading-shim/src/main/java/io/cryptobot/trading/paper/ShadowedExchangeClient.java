package io.cryptobot.trading.paper;

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

/** A live client whose orders a {@link Shadow} hears of. What it answers and throws is the client's own. Thread-safe if that is. */
public final class ShadowedExchangeClient implements ExchangeClient {
    private final ExchangeClient exchange;
    private final Shadow shadow;

    /** @param shadow closed with this */
    public ShadowedExchangeClient(ExchangeClient exchange, Shadow shadow) {
        this.exchange = exchange;
        this.shadow = shadow;
    }

    @Override
    public String name() {
        return exchange.name();
    }

    @Override
    public OrderAck place(OrderRequest request) throws OrderException {
        Shadow.Order order = shadow.sent(request);
        OrderAck ack;
        try {
            ack = exchange.place(request);
        } catch (Throwable e) {
            order.threw(e);
            throw e;
        }
        order.answered(ack);
        return ack;
    }

    @Override
    public void cancel(String symbol, ClientOrderId id) throws OrderException {
        exchange.cancel(symbol, id);
    }

    @Override
    public List<ClientOrderId> openOrders(String symbol) throws OrderException {
        return exchange.openOrders(symbol);
    }

    @Override
    public List<OpenOrder> openOrders() throws OrderException {
        return exchange.openOrders();
    }

    @Override
    public List<OrderFill> fills(String symbol, Instant since) throws OrderException {
        return exchange.fills(symbol, since);
    }

    @Override
    public void ping() throws OrderException {
        exchange.ping();
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

    @Override
    public void close() {
        shadow.close();
        exchange.close();
    }
}
