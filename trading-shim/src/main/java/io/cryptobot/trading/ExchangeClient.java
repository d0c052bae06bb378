package io.cryptobot.trading;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** The least that the platform asks of an exchange. Implementations are thread-safe. */
public interface ExchangeClient extends AutoCloseable {
    /** {@return the exchange's name as the label {@code exchange}: lower case, e.g. {@code binance}} */
    String name();

    /**
     * Sends an order once; never retries one whose outcome is unknown.
     *
     * @throws OrderException when it was not accepted, or the outcome is {@link FailureReason#UNKNOWN}
     */
    OrderAck place(OrderRequest request) throws OrderException;

    /**
     * Cancels an open order.
     *
     * @throws OrderException when the exchange did not confirm the cancellation
     */
    void cancel(String symbol, ClientOrderId id) throws OrderException;

    /**
     * {@return the client order ids of the open orders of a market}
     *
     * @throws OrderException when the exchange cannot be asked
     */
    List<ClientOrderId> openOrders(String symbol) throws OrderException;

    /**
     * {@return every open order of the account, with all markets}
     *
     * @throws OrderException when the exchange cannot be asked; by default, since the client cannot do it
     */
    default List<OpenOrder> openOrders() throws OrderException {
        throw new OrderException(FailureReason.UNSUPPORTED, name() + ": this client cannot list all open orders");
    }

    /**
     * {@return all fills of the bot's own orders in a market since {@code since}}, in any order. An answer that may lack some
     * of them is not an answer: an order that is missing here may be taken for one that never was.
     *
     * @throws OrderException when they cannot be had completely; by default, since the client cannot do it
     */
    default List<OrderFill> fills(String symbol, Instant since) throws OrderException {
        throw new OrderException(FailureReason.UNSUPPORTED, name() + ": this client cannot list fills");
    }

    /**
     * Asks for a sign of life that proves connection and credentials, before a new client takes the place of an old one.
     * Does nothing by default.
     *
     * @throws OrderException when orders would not get through
     */
    default void ping() throws OrderException {}

    /**
     * {@return the last price of a market}
     *
     * @throws OrderException when the exchange cannot be asked
     */
    Ticker ticker(String symbol) throws OrderException;

    /**
     * {@return what rests in a market, the best {@code depth} prices of each side; empty if this client has no order book,
     * as by default}
     *
     * @throws OrderException when the exchange cannot be asked
     */
    default Optional<OrderBook> book(String symbol, int depth) throws OrderException {
        return Optional.empty();
    }

    /**
     * {@return the latest public trades of a market, oldest first; empty if this client has none, as by default}
     *
     * @throws OrderException when the exchange cannot be asked
     */
    default List<PublicTrade> recentTrades(String symbol) throws OrderException {
        return List.of();
    }

    /** Ends connections and threads. */
    @Override
    default void close() {}
}
