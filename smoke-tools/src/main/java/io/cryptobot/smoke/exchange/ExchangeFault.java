package io.cryptobot.smoke.exchange;

/** A fault of a simulated exchange, for orders only. Prices stay available. */
public enum ExchangeFault {
    /** Works: fills at the last price after 2 to 20 ms. */
    NONE,
    /** Refuses each order for lack of funds. */
    REJECT,
    /** Answers 503, so that it is unknown whether the order was accepted. */
    UNAVAILABLE,
    /** Fills, but only after 1.2 s. */
    SLOW,
    /** Closes the connection without an answer. */
    RESET
}
