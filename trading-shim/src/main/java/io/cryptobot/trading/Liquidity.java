package io.cryptobot.trading;

/** Maker or taker: the role of an order in a trade. The fee depends on it. */
public enum Liquidity {
    /** The order was in the order book before the trade. */
    MAKER,
    /** The order was executed against orders in the order book. */
    TAKER
}
