package io.cryptobot.trading;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** The minimum exchange interface that the platform needs. Implementations must be thread-safe. */
public interface ExchangeClient extends AutoCloseable {
    /** {@return the exchange's name in lower case, e.g. {@code binance}; the value of the label {@code exchange}} */
    String name();

    /**
     * Sends an order once. It must not retry an order with an unknown outcome.
     *
     * @throws OrderException if the order was not accepted, or its outcome is {@link FailureReason#UNKNOWN}
     */
    OrderAck place(OrderRequest request) throws OrderException;

    /**
     * Cancels an open order.
     *
     * @throws OrderException if the exchange did not confirm the cancellation
     */
    void cancel(String symbol, ClientOrderId id) throws OrderException;

    /**
     * {@return the client order ids of the open orders of a market}
     *
     * @throws OrderException if the query fails
     */
    List<ClientOrderId> openOrders(String symbol) throws OrderException;

    /**
     * {@return the open orders of the account in all markets}
     *
     * @throws OrderException if the query fails; the default implementation always throws
     */
    default List<OpenOrder> openOrders() throws OrderException {
        throw new OrderException(FailureReason.UNSUPPORTED, name() + ": this client cannot list all open orders");
    }

    /**
     * {@return all fills of the bot's own orders in a market since {@code since}, in any sequence} If the list may be
     * incomplete, this method must throw, because the platform treats an order without fills that is not open as
     * absent.
     *
     * @throws OrderException if the complete list is not available; the default implementation always throws
     */
    default List<OrderFill> fills(String symbol, Instant since) throws OrderException {
        throw new OrderException(FailureReason.UNSUPPORTED, name() + ": this client cannot list fills");
    }

    /**
     * Checks connection and credentials. Called on a new client before it replaces an old client. Does nothing by
     * default.
     *
     * @throws OrderException if the client could not send orders
     */
    default void ping() throws OrderException {}

    /**
     * {@return the last price of a market}
     *
     * @throws OrderException if the query fails
     */
    Ticker ticker(String symbol) throws OrderException;

    /**
     * {@return the best {@code depth} prices of each side of the order book; empty if this client has no order book, as
     * by default}
     *
     * @throws OrderException if the query fails
     */
    default Optional<OrderBook> book(String symbol, int depth) throws OrderException {
        return Optional.empty();
    }

    /**
     * {@return the latest public trades of a market, oldest first; empty if this client has none, as by default}
     *
     * @throws OrderException if the query fails
     */
    default List<PublicTrade> recentTrades(String symbol) throws OrderException {
        return List.of();
    }

    /** Closes connections and stops threads. */
    @Override
    default void close() {}
}
