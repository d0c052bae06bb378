package io.cryptobot.trading;

/** How far an order has come: a closed set that is also the word in the order log. */
public enum OrderStatus {
    /** Accepted, nothing filled yet. */
    ACCEPTED("accepted"),
    /** Filled in part; the rest is open. */
    PARTIALLY_FILLED("partially_filled"),
    /** Filled completely. */
    FILLED("filled"),
    /** Ended before it was filled completely, by the bot, by its time in force or by the exchange; a part may be filled. */
    CANCELLED("cancelled"),
    /** Ended without acceptance, for a stated reason. */
    REJECTED("rejected"),
    /** Sent, and it is not known whether it was accepted; it may be open or filled. */
    UNKNOWN("unknown"),
    /** Denied by the mode gate and sent nowhere. */
    DENIED("blocked");

    private final String label;

    OrderStatus(String label) {
        this.label = label;
    }

    /** {@return whether the exchange has it and it can still be filled} */
    public boolean isOpen() {
        return this == ACCEPTED || this == PARTIALLY_FILLED;
    }

    /** {@return the word in the order log} */
    public String label() {
        return label;
    }
}
