package io.cryptobot.trading.paper;

import io.cryptobot.trading.OrderStatus;

/** The status of a paper order. */
enum PaperOrderStatus {
    /** Sent, not at the paper exchange yet. */
    IN_FLIGHT,
    /** Arrived; the market data is too old to execute it. */
    WAITING,
    /** Rests, or is an untriggered stop; nothing filled yet. */
    ACCEPTED,
    /** Rests after a part was filled. */
    PARTIALLY_FILLED,
    FILLED,
    /** Ended before it was filled completely; a part may be filled. */
    CANCELLED,
    /** Refused; nothing is filled. */
    REJECTED;

    /** {@return whether it rests or is an untriggered stop} */
    boolean isOpen() {
        return this == ACCEPTED || this == PARTIALLY_FILLED;
    }

    /** {@return the status in the terms of all orders} */
    OrderStatus toOrderStatus() {
        return switch (this) {
            case FILLED -> OrderStatus.FILLED;
            case PARTIALLY_FILLED -> OrderStatus.PARTIALLY_FILLED;
            case CANCELLED -> OrderStatus.CANCELLED;
            case REJECTED -> OrderStatus.REJECTED;
            case ACCEPTED, IN_FLIGHT, WAITING -> OrderStatus.ACCEPTED;
        };
    }

    /** {@return whether this status is final} */
    boolean isEnded() {
        return this == FILLED || this == CANCELLED || this == REJECTED;
    }
}
