package io.cryptobot.trading;

import java.math.BigDecimal;

/** Checks prices and quantities. */
final class Decimals {
    /** More digits than any exchange uses, and few enough that sums and products cannot exhaust the memory. */
    private static final int MAX_DIGITS = 18;

    private Decimals() {}

    /**
     * Rejects zero, negative numbers, and numbers with too many digits. For example 1E+999999999 has gigabytes of
     * digits when it is printed.
     */
    static BigDecimal requirePositive(String name, BigDecimal value) {
        requireBounded(name, value);
        if (value.signum() <= 0) {
            throw new IllegalArgumentException(name + " must be > 0, was " + value);
        }
        return value;
    }

    /** Rejects negative numbers and numbers with too many digits. */
    static BigDecimal requireNotNegative(String name, BigDecimal value) {
        requireBounded(name, value);
        if (value.signum() < 0) {
            throw new IllegalArgumentException(name + " must be >= 0, was " + value);
        }
        return value;
    }

    private static void requireBounded(String name, BigDecimal value) {
        // long, because the scale of 1E+2147483647 would overflow an int
        if (value.scale() > MAX_DIGITS || (long) value.precision() - value.scale() > MAX_DIGITS) {
            throw new IllegalArgumentException(
                    name + " must have at most 18 digits on either side of the point, was " + value);
        }
    }
}
