package io.cryptobot.trading.order;

import io.cryptobot.trading.ClientOrderId;
import io.cryptobot.trading.ExchangeClient;
import io.cryptobot.trading.OpenOrder;
import io.cryptobot.trading.OrderAck;
import io.cryptobot.trading.OrderBook;
import io.cryptobot.trading.OrderException;
import io.cryptobot.trading.OrderFill;
import io.cryptobot.trading.OrderProcessor;
import io.cryptobot.trading.OrderRequest;
import io.cryptobot.trading.PublicTrade;
import io.cryptobot.trading.Ticker;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * The exchange as a strategy may hold it: there is no way round the gate for a new order, while everything that brings
 * orders to an end goes on in every mode, for live ones and for paper ones. Thread-safe if the exchange is.
 */
public final class GatedExchangeClient implements ExchangeClient {
    private final OrderProcessor gated;
    private final ExchangeClient exchange;
    private final ExchangeClient paper;
    private final Predicate<ClientOrderId> isPaperOrder;

    /** @param isPaperOrder tells an order that the paper exchange knows, open or ended, from a live one */
    public GatedExchangeClient(
            OrderProcessor gated,
            ExchangeClient exchange,
            ExchangeClient paper,
            Predicate<ClientOrderId> isPaperOrder) {
        this.gated = gated;
        this.exchange = exchange;
        this.paper = paper;
        this.isPaperOrder = isPaperOrder;
    }

    @Override
    public String name() {
        return exchange.name();
    }

    @Override
    public OrderAck place(OrderRequest request) throws OrderException {
        return gated.process(request);
    }

    @Override
    public void cancel(String symbol, ClientOrderId id) throws OrderException {
        (isPaperOrder.test(id) ? paper : exchange).cancel(symbol, id);
    }

    /** {@return live and paper orders; a client order id is of one kind only} */
    @Override
    public List<ClientOrderId> openOrders(String symbol) throws OrderException {
        List<ClientOrderId> open = new ArrayList<>(exchange.openOrders(symbol));
        open.addAll(paper.openOrders(symbol));
        return open;
    }

    /** {@return live orders only} */
    @Override
    public List<OpenOrder> openOrders() throws OrderException {
        return exchange.openOrders();
    }

    /** {@return fills of live orders only} */
    @Override
    public List<OrderFill> fills(String symbol, Instant since) throws OrderException {
        return exchange.fills(symbol, since);
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
    public void ping() throws OrderException {
        exchange.ping();
    }

    @Override
    public void close() {
        exchange.close();
    }
}
