package io.cryptobot.trading;

/** What becomes of the part of an order that cannot be filled at once. */
public enum TimeInForce {
    /** It rests until it is filled or cancelled. */
    GTC,
    /** It is cancelled. */
    IOC,
    /** All or nothing: unless the whole order can be filled at once, all of it is cancelled. */
    FOK,
    /** The order never takes: if a part of it could be filled at once, all of it is cancelled. */
    POST_ONLY
}
