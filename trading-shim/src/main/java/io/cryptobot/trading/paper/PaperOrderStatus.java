package io.cryptobot.trading.paper;

import io.cryptobot.trading.OrderStatus;

/** The status of a paper order. */
enum PaperOrderStatus {
    /** Sent, but not at the paper exchange yet. */
    IN_FLIGHT,
    /** Arrived; the market data is too old to execute it. */
    WAITING,
    /** Resting, or an untriggered stop order; nothing is filled yet. */
    ACCEPTED,
    /** Resting, and a part is filled. */
    PARTIALLY_FILLED,
    FILLED,
    /** Ended before it was filled completely; a part may be filled. */
    CANCELLED,
    /** Rejected; nothing is filled. */
    REJECTED;

    /** {@return true for resting orders and untriggered stop orders} */
    boolean isOpen() {
        return this == ACCEPTED || this == PARTIALLY_FILLED;
    }

    /** {@return the corresponding {@link OrderStatus}} */
    OrderStatus toOrderStatus() {
        return switch (this) {
            case FILLED -> OrderStatus.FILLED;
            case PARTIALLY_FILLED -> OrderStatus.PARTIALLY_FILLED;
            case CANCELLED -> OrderStatus.CANCELLED;
            case REJECTED -> OrderStatus.REJECTED;
            case ACCEPTED, IN_FLIGHT, WAITING -> OrderStatus.ACCEPTED;
        };
    }

    /** {@return true if this status is final} */
    boolean isEnded() {
        return this == FILLED || this == CANCELLED || this == REJECTED;
    }
}
