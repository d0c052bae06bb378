package io.cryptobot.trading;

import java.util.List;

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
     * {@return the last price of a market}
     *
     * @throws OrderException when the exchange cannot be asked
     */
    Ticker ticker(String symbol) throws OrderException;

    /** Ends connections and threads. */
    @Override
    default void close() {}
}
