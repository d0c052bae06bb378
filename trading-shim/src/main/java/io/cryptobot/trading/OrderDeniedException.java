package io.cryptobot.trading;

/**
 * The mode gate has denied an order: it was not sent anywhere. Unchecked, because a strategy cannot mend it; it is not a
 * failure of the order and is not counted as one.
 */
public final class OrderDeniedException extends RuntimeException {
    private final TradingMode mode;

    public OrderDeniedException(ClientOrderId id, TradingMode mode) {
        super("order " + id + " was not sent: trading mode is " + mode.label());
        this.mode = mode;
    }

    /** {@return the mode that denied it} */
    public TradingMode mode() {
        return mode;
    }
}
