package io.cryptobot.trading;

/** Direction of an order, from the bot's point of view. */
public enum Side {
    BUY,
    SELL
}
