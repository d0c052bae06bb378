package io.cryptobot.trading;

import java.math.BigDecimal;

/** What every price and quantity must be. */
final class Decimals {
    /** More digits than any exchange has, and few enough that no sum or product of them can exhaust memory. */
    private static final int MAX_DIGITS = 18;

    private Decimals() {}

    /** Refuses zero, the negative, and what is absurdly large or fine, such as 1E+999999999: gigabytes when printed. */
    static BigDecimal requirePositive(String name, BigDecimal value) {
        requireBounded(name, value);
        if (value.signum() <= 0) {
            throw new IllegalArgumentException(name + " must be > 0, was " + value);
        }
        return value;
    }

    /** Refuses the negative, and what is absurdly large or fine. */
    static BigDecimal requireNotNegative(String name, BigDecimal value) {
        requireBounded(name, value);
        if (value.signum() < 0) {
            throw new IllegalArgumentException(name + " must be >= 0, was " + value);
        }
        return value;
    }

    private static void requireBounded(String name, BigDecimal value) {
        // as longs: the scale of 1E+2147483647 overflows an int difference
        if (value.scale() > MAX_DIGITS || (long) value.precision() - value.scale() > MAX_DIGITS) {
            throw new IllegalArgumentException(
                    name + " must have at most 18 digits on either side of the point, was " + value);
        }
    }
}
