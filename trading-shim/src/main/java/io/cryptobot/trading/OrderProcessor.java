package io.cryptobot.trading;

/** The entry point for the orders of a strategy. Implementations are thread-safe. */
@FunctionalInterface
public interface OrderProcessor {
    /**
     * Executes an order, live or on paper, depending on the trading mode.
     *
     * @return the answer of the exchange to the accepted order
     * @throws OrderException if the order was not accepted, or its outcome is unknown
     * @throws OrderDeniedException if the trading mode denies the order
     */
    OrderAck process(OrderRequest request) throws OrderException;
}
