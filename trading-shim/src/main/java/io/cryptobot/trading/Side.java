package io.cryptobot.trading;

import java.math.BigDecimal;
import java.util.Locale;

/** Direction of an order, from the bot's point of view. */
public enum Side {
    BUY,
    SELL;

    /** Cached, because it is read for each order. */
    private final String label = name().toLowerCase(Locale.ROOT);

    /** {@return the value in the order log} */
    public String label() {
        return label;
    }

    /** {@return the other side} */
    public Side opposite() {
        return this == BUY ? SELL : BUY;
    }

    /** {@return true if an order of this side with this limit may trade at this price} */
    public boolean accepts(BigDecimal limit, BigDecimal price) {
        return compare(price, limit) <= 0;
    }

    /**
     * Compares two prices for this side. The result is negative if {@code first} is better: lower for a buyer, higher
     * for a seller.
     */
    public int compare(BigDecimal first, BigDecimal second) {
        return this == BUY ? first.compareTo(second) : second.compareTo(first);
    }
}
