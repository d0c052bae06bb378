package io.cryptobot.trading;

import java.util.Locale;

/** How far an order has come: a closed set that is also the word in the order log. */
public enum OrderStatus {
    /** Accepted, nothing filled yet. */
    ACCEPTED,
    /** Filled in part; the rest is open. */
    PARTIALLY_FILLED,
    /** Filled completely. */
    FILLED,
    /** Ended before it was filled completely, by the bot, by its time in force or by the exchange; a part may be filled. */
    CANCELLED,
    /** Ended without acceptance, for a stated reason. */
    REJECTED,
    /** Sent, and nobody knows whether it was accepted; it may be open or filled. */
    UNKNOWN,
    /** Refused by the mode gate and sent nowhere. */
    BLOCKED;

    /** Made once: each order asks for it. */
    private final String label = name().toLowerCase(Locale.ROOT);

    /** {@return whether the exchange has it and it can still be filled} */
    public boolean isOpen() {
        return this == ACCEPTED || this == PARTIALLY_FILLED;
    }

    /** {@return the word in the order log} */
    public String label() {
        return label;
    }
}
