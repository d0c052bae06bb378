package io.cryptobot.trading;

/**
 * The mode gate has denied an order, so the order was not sent. The exception is unchecked, because a strategy cannot
 * handle it. A denied order does not count as a failed order.
 */
public final class OrderDeniedException extends RuntimeException {
    private final TradingMode mode;

    public OrderDeniedException(ClientOrderId id, TradingMode mode) {
        super("order " + id + " was not sent: trading mode is " + mode.label());
        this.mode = mode;
    }

    /** {@return the mode that denied the order} */
    public TradingMode mode() {
        return mode;
    }
}
