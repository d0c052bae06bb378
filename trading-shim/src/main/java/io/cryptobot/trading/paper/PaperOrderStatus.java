package io.cryptobot.trading.paper;

/** How far a paper order has come. */
public enum PaperOrderStatus {
    /** Under way to the paper exchange. */
    IN_FLIGHT,
    /** Arrived; the market data is too old to execute it. */
    WAITING,
    /** Rests, or is a stop that sleeps; nothing filled yet. */
    ACCEPTED,
    /** Rests after a part was filled. */
    PARTIALLY_FILLED,
    FILLED,
    /** Ended before it was filled completely; a part may be filled. */
    CANCELLED,
    /** Refused; nothing is filled. */
    REJECTED;

    /** {@return whether it rests or sleeps at the paper exchange} */
    public boolean isOpen() {
        return this == ACCEPTED || this == PARTIALLY_FILLED;
    }

    /** {@return whether nothing more will happen to it} */
    public boolean isEnded() {
        return this == FILLED || this == CANCELLED || this == REJECTED;
    }
}
