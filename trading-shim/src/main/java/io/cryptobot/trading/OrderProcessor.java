package io.cryptobot.trading;

/** A strategy gives its orders to this. Implementations are thread-safe. */
@FunctionalInterface
public interface OrderProcessor {
    /**
     * Executes an order, live or on paper as the trading mode says.
     *
     * @return the acceptance
     * @throws OrderException when the order was not accepted, or its outcome is unknown
     * @throws OrderDeniedException when the trading mode allows no order
     */
    OrderAck process(OrderRequest request) throws OrderException;
}
