package io.cryptobot.trading;

/** The currency in which an exchange takes its fee. */
public enum FeeCurrency {
    BASE,
    QUOTE,
    /** What the trade brings in: the base currency for a buyer, the quote currency for a seller. */
    RECEIVED
}
