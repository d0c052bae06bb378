package io.cryptobot.trading;

/** Which part an order had in a trade; the fee depends on it. */
public enum Liquidity {
    /** It rested in the book. */
    MAKER,
    /** It took what rested there. */
    TAKER
}
