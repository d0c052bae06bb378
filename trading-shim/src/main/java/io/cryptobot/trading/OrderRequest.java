package io.cryptobot.trading;

import java.math.BigDecimal;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * An order to be placed. Immutable.
 *
 * @param clientOrderId the bot's own id, never reused
 * @param symbol market in the exchange's own notation, e.g. {@code XRPETH}
 * @param side buy or sell
 * @param type market or limit
 * @param quantity amount of the base currency, above 0
 * @param limitPrice price in the quote currency, above 0; present exactly when the type is {@link OrderType#LIMIT}
 */
public record OrderRequest(
        ClientOrderId clientOrderId,
        String symbol,
        Side side,
        OrderType type,
        BigDecimal quantity,
        @Nullable BigDecimal limitPrice) {
    public OrderRequest {
        Objects.requireNonNull(clientOrderId, "clientOrderId is null");
        Objects.requireNonNull(side, "side is null");
        if (symbol.isBlank()) {
            throw new IllegalArgumentException("symbol is blank");
        }
        if (quantity.signum() <= 0) {
            throw new IllegalArgumentException("quantity must be > 0, was " + quantity);
        }
        if ((type == OrderType.LIMIT) != (limitPrice != null)) {
            throw new IllegalArgumentException(
                    "a limit order has a limit price and a market order has none, was " + type + " with " + limitPrice);
        }
        if (limitPrice != null && limitPrice.signum() <= 0) {
            throw new IllegalArgumentException("limit price must be > 0, was " + limitPrice);
        }
    }

    /** {@return a market order} */
    public static OrderRequest market(ClientOrderId id, String symbol, Side side, BigDecimal quantity) {
        return new OrderRequest(id, symbol, side, OrderType.MARKET, quantity, null);
    }

    /** {@return a limit order} */
    public static OrderRequest limit(
            ClientOrderId id, String symbol, Side side, BigDecimal quantity, BigDecimal limitPrice) {
        return new OrderRequest(id, symbol, side, OrderType.LIMIT, quantity, limitPrice);
    }
}
