package io.cryptobot.trading;

/** The status of an order. Its label is the value in the order log. */
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
    /** Sent, but it is unknown if the exchange accepted it; it may be open or filled. */
    UNKNOWN("unknown"),
    /** Denied by the mode gate and not sent. */
    DENIED("blocked");

    private final String label;

    OrderStatus(String label) {
        this.label = label;
    }

    /** {@return true if the exchange has the order and it can still be filled} */
    public boolean isOpen() {
        return this == ACCEPTED || this == PARTIALLY_FILLED;
    }

    /** {@return the value in the order log} */
    public String label() {
        return label;
    }
}
