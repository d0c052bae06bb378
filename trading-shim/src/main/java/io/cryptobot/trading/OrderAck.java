package io.cryptobot.trading;

import java.math.BigDecimal;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The answer of the exchange to an accepted order. Immutable.
 *
 * @param clientOrderId the id of the request
 * @param exchangeOrderId the exchange's id
 * @param status the status of the order at the time of the answer
 * @param filledQuantity amount of the base currency that is filled, 0 or more
 * @param averagePrice average price of the fills; null if nothing is filled
 */
public record OrderAck(
        ClientOrderId clientOrderId,
        String exchangeOrderId,
        OrderStatus status,
        BigDecimal filledQuantity,
        @Nullable BigDecimal averagePrice) {
    public OrderAck {
        Objects.requireNonNull(clientOrderId, "clientOrderId is null");
        Objects.requireNonNull(exchangeOrderId, "exchangeOrderId is null");
        Objects.requireNonNull(status, "status is null");
        if (filledQuantity.signum() < 0) {
            throw new IllegalArgumentException("filled quantity must be >= 0, was " + filledQuantity);
        }
    }
}
