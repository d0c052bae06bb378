package io.cryptobot.trading;

import java.util.Locale;

/** How the price of an order is found. */
public enum OrderType {
    /** At the best prices at hand; has no limit price. */
    MARKET,
    /** At the limit price or better. */
    LIMIT,
    /** Sleeps until the market has reached the stop price, then a market order: its price comes from the market. */
    STOP,
    /** Sleeps until the market has reached the stop price, then a limit order. */
    STOP_LIMIT;

    /** Made once: each order asks for it. */
    private final String label = name().toLowerCase(Locale.ROOT);

    /** {@return the word in the order log} */
    public String label() {
        return label;
    }

    /** {@return whether an order of this type names a limit price} */
    public boolean hasLimitPrice() {
        return this == LIMIT || this == STOP_LIMIT;
    }

    /** {@return whether an order of this type names a stop price} */
    public boolean hasStopPrice() {
        return this == STOP || this == STOP_LIMIT;
    }
}
