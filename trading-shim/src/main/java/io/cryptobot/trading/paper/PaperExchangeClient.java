package io.cryptobot.trading.paper;

import io.cryptobot.trading.ClientOrderId;
import io.cryptobot.trading.ExchangeClient;
import io.cryptobot.trading.FailureReason;
import io.cryptobot.trading.OrderAck;
import io.cryptobot.trading.OrderException;
import io.cryptobot.trading.OrderRequest;
import io.cryptobot.trading.OrderStatus;
import io.cryptobot.trading.Side;
import io.cryptobot.trading.Ticker;
import java.math.BigDecimal;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Fills every market order, and every limit order that the market has reached, completely at the last price of the real
 * market; refuses other limit orders, because nothing rests here. It knows no depth, fees, latency or balances, so its
 * fills are kinder than the market's. Thread-safe if the market data source is.
 */
public final class PaperExchangeClient implements ExchangeClient {
    private final ExchangeClient marketData;
    private final AtomicLong sequence = new AtomicLong();

    /** @param marketData asked for prices only; no order ever goes there */
    public PaperExchangeClient(ExchangeClient marketData) {
        this.marketData = marketData;
    }

    @Override
    public String name() {
        return marketData.name();
    }

    @Override
    public OrderAck place(OrderRequest request) throws OrderException {
        BigDecimal price = ticker(request.symbol()).lastPrice();
        BigDecimal limit = request.limitPrice();
        if (limit != null && !isReached(request.side(), limit, price)) {
            throw new OrderException(
                    FailureReason.UNSUPPORTED,
                    "paper orders do not rest: limit " + limit.toPlainString() + ", last price "
                            + price.toPlainString());
        }
        return new OrderAck(
                request.clientOrderId(),
                "P-" + sequence.incrementAndGet(),
                OrderStatus.FILLED,
                request.quantity(),
                price);
    }

    private static boolean isReached(Side side, BigDecimal limit, BigDecimal price) {
        int above = price.compareTo(limit);
        return side == Side.BUY ? above <= 0 : above >= 0;
    }

    /** Refuses: a paper order is filled or refused at once, so none is open. */
    @Override
    public void cancel(String symbol, ClientOrderId id) throws OrderException {
        throw new OrderException(FailureReason.REJECTED, "no open paper order " + id);
    }

    @Override
    public List<ClientOrderId> openOrders(String symbol) {
        return List.of();
    }

    @Override
    public Ticker ticker(String symbol) throws OrderException {
        try {
            return marketData.ticker(symbol);
        } catch (OrderException e) {
            throw new OrderException(
                    FailureReason.NOT_SENT, "no market price for " + symbol + ": " + e.getMessage(), e);
        }
    }
}
