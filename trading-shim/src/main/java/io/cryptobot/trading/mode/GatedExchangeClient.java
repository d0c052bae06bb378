package io.cryptobot.trading.mode;

import io.cryptobot.trading.ClientOrderId;
import io.cryptobot.trading.ExchangeClient;
import io.cryptobot.trading.OrderAck;
import io.cryptobot.trading.OrderException;
import io.cryptobot.trading.OrderProcessor;
import io.cryptobot.trading.OrderRequest;
import io.cryptobot.trading.Ticker;
import java.util.List;

/**
 * The exchange as a strategy may hold it: there is no way round the gate for a new order, while everything that brings
 * live orders to an end goes on in every mode. Thread-safe if the exchange is.
 */
public final class GatedExchangeClient implements ExchangeClient {
    private final OrderProcessor gated;
    private final ExchangeClient exchange;

    public GatedExchangeClient(OrderProcessor gated, ExchangeClient exchange) {
        this.gated = gated;
        this.exchange = exchange;
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
        exchange.cancel(symbol, id);
    }

    @Override
    public List<ClientOrderId> openOrders(String symbol) throws OrderException {
        return exchange.openOrders(symbol);
    }

    @Override
    public Ticker ticker(String symbol) throws OrderException {
        return exchange.ticker(symbol);
    }

    @Override
    public void close() {
        exchange.close();
    }
}
