package io.cryptobot.trading;

import java.math.BigDecimal;
import java.time.Instant;
import java.util.Objects;

/**
 * One execution of an order, as the exchange lists it. Immutable.
 *
 * @param clientOrderId the order's id
 * @param quantity amount of the base currency, above 0
 * @param price in the quote currency, above 0
 * @param time the time of the fill by the exchange's clock
 */
public record OrderFill(ClientOrderId clientOrderId, BigDecimal quantity, BigDecimal price, Instant time) {
    public OrderFill {
        Objects.requireNonNull(clientOrderId, "clientOrderId is null");
        Objects.requireNonNull(time, "time is null");
        if (quantity.signum() <= 0 || price.signum() <= 0) {
            throw new IllegalArgumentException(
                    "quantity and price of a fill must be > 0, were " + quantity + " and " + price);
        }
    }
}
