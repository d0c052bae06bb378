package io.cryptobot.trading;

import java.util.regex.Pattern;

/**
 * The bot's own name of an order: made before the order is sent, so that an order whose answer was lost can be looked up.
 * Immutable.
 *
 * @param value 1 to 36 of {@code A-Z a-z 0-9 - _}, what the large exchanges accept
 */
public record ClientOrderId(String value) {
    private static final Pattern VALID = Pattern.compile("[A-Za-z0-9_-]{1,36}");

    public ClientOrderId {
        if (!VALID.matcher(value).matches()) {
            throw new IllegalArgumentException(
                    "client order id must be 1 to 36 of A-Z a-z 0-9 - _, was '" + value + "'");
        }
    }

    @Override
    public String toString() {
        return value;
    }
}
