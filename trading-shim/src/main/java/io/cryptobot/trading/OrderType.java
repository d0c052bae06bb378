package io.cryptobot.trading;

/** How the price of an order is found. */
public enum OrderType {
    /** At the best price at hand; has no limit price. */
    MARKET,
    /** At the limit price or better. */
    LIMIT
}
