package io.cryptobot.trading;

/** What happens to the part of an order that cannot be filled at once. */
public enum TimeInForce {
    /** It stays open until it is filled or cancelled. */
    GTC,
    /** It is cancelled. */
    IOC,
    /** All or nothing: if the whole order cannot be filled at once, the whole order is cancelled. */
    FOK,
    /** Maker only: if a part could be filled at once, the whole order is cancelled. */
    POST_ONLY
}
