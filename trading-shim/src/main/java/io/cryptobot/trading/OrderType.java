package io.cryptobot.trading;

import java.util.Locale;

/** The type of an order. */
public enum OrderType {
    /** Executed at the best available prices; has no limit price. */
    MARKET,
    /** Executed at the limit price or better. */
    LIMIT,
    /** Untriggered until the market reaches the stop price; then it is a market order. */
    STOP,
    /** Untriggered until the market reaches the stop price; then it is a limit order. */
    STOP_LIMIT;

    /** Cached, because it is read for each order. */
    private final String label = name().toLowerCase(Locale.ROOT);

    /** {@return the value in the order log} */
    public String label() {
        return label;
    }

    /** {@return true if an order of this type has a limit price} */
    public boolean hasLimitPrice() {
        return this == LIMIT || this == STOP_LIMIT;
    }

    /** {@return true if an order of this type has a stop price} */
    public boolean hasStopPrice() {
        return this == STOP || this == STOP_LIMIT;
    }
}
