package io.cryptobot.trading;

/** How far an accepted order has come. */
public enum OrderStatus {
    /** Accepted, nothing filled yet. */
    ACCEPTED,
    /** Filled in part; the rest is open. */
    PARTIALLY_FILLED,
    /** Filled completely. */
    FILLED
}
