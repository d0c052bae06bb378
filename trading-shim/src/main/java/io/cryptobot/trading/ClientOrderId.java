package io.cryptobot.trading;

import java.util.regex.Pattern;

/**
 * The id that the bot gives to an order before it sends the order. With it the bot can reconcile an order whose
 * response was lost. Immutable.
 *
 * @param value 1 to 36 of {@code A-Z a-z 0-9 - _}, which the large exchanges accept
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
