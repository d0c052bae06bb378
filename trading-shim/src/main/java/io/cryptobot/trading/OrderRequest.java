package io.cryptobot.trading;

import java.math.BigDecimal;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The parameters of a new order. Immutable.
 *
 * @param clientOrderId the bot's own id, never reused
 * @param symbol market in the exchange's own notation, e.g. {@code XRPETH}
 * @param side buy or sell
 * @param type market, limit, or a stop order that becomes one of them
 * @param quantity amount of the base currency, above 0
 * @param limitPrice price in the quote currency, above 0; present exactly when {@link OrderType#hasLimitPrice()}
 * @param stopPrice price in the quote currency, above 0; present exactly when {@link OrderType#hasStopPrice()}
 * @param timeInForce what happens to the part that cannot be filled at once; IOC or FOK if there is no limit price
 */
public record OrderRequest(
        ClientOrderId clientOrderId,
        String symbol,
        Side side,
        OrderType type,
        BigDecimal quantity,
        @Nullable BigDecimal limitPrice,
        @Nullable BigDecimal stopPrice,
        TimeInForce timeInForce) {
    public OrderRequest {
        Objects.requireNonNull(clientOrderId, "clientOrderId is null");
        Objects.requireNonNull(side, "side is null");
        if (symbol.isBlank()) {
            throw new IllegalArgumentException("symbol is blank");
        }
        Decimals.requirePositive("quantity", quantity);
        if (type.hasLimitPrice() != (limitPrice != null)) {
            throw new IllegalArgumentException(
                    "a limit order has a limit price and a market order has none, was " + type + " with " + limitPrice);
        }
        if (type.hasStopPrice() != (stopPrice != null)) {
            throw new IllegalArgumentException(
                    "a stop order has a stop price and other orders have none, was " + type + " with " + stopPrice);
        }
        if (limitPrice != null) {
            Decimals.requirePositive("limit price", limitPrice);
        } else if (timeInForce != TimeInForce.IOC && timeInForce != TimeInForce.FOK) {
            throw new IllegalArgumentException(
                    "an order without a limit price cannot rest: time in force must be IOC or FOK, was " + timeInForce);
        }
        if (stopPrice != null) {
            Decimals.requirePositive("stop price", stopPrice);
        }
    }

    /** {@return a market order} */
    public static OrderRequest market(ClientOrderId id, String symbol, Side side, BigDecimal quantity) {
        return new OrderRequest(id, symbol, side, OrderType.MARKET, quantity, null, null, TimeInForce.IOC);
    }

    /** {@return a limit order that rests until it is filled or cancelled} */
    public static OrderRequest limit(
            ClientOrderId id, String symbol, Side side, BigDecimal quantity, BigDecimal limitPrice) {
        return new OrderRequest(id, symbol, side, OrderType.LIMIT, quantity, limitPrice, null, TimeInForce.GTC);
    }

    /** {@return an order that becomes a market order when the market has reached the stop price} */
    public static OrderRequest stop(
            ClientOrderId id, String symbol, Side side, BigDecimal quantity, BigDecimal stopPrice) {
        return new OrderRequest(id, symbol, side, OrderType.STOP, quantity, null, stopPrice, TimeInForce.IOC);
    }

    /** {@return the same order with another time in force} */
    public OrderRequest with(TimeInForce other) {
        return new OrderRequest(clientOrderId, symbol, side, type, quantity, limitPrice, stopPrice, other);
    }
}
