package io.cryptobot.trading;

import java.math.BigDecimal;
import java.util.Locale;

/** Direction of an order, from the bot's point of view. */
public enum Side {
    BUY,
    SELL;

    /** Made once: each order asks for it. */
    private final String label = name().toLowerCase(Locale.ROOT);

    /** {@return the word in the order log} */
    public String label() {
        return label;
    }

    /** {@return the other one} */
    public Side opposite() {
        return this == BUY ? SELL : BUY;
    }

    /** {@return whether an order of this side with this limit may trade at this price} */
    public boolean accepts(BigDecimal limit, BigDecimal price) {
        return compare(price, limit) <= 0;
    }

    /**
     * Orders prices by what they are worth to this side: negative when {@code first} is better, that is lower for a buyer
     * and higher for a seller.
     */
    public int compare(BigDecimal first, BigDecimal second) {
        return this == BUY ? first.compareTo(second) : second.compareTo(first);
    }
}
