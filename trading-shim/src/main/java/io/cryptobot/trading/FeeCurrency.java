package io.cryptobot.trading;

/** The currency in which an exchange takes its fee. */
public enum FeeCurrency {
    BASE,
    QUOTE,
    /** The currency that the trade gives: the base currency for a buyer, the quote currency for a seller. */
    RECEIVED
}
