package io.cryptobot.trading;

import java.util.Objects;

/**
 * An order that rests at the exchange. Immutable.
 *
 * @param clientOrderId the bot's own id
 * @param symbol market in the exchange's own notation
 * @param reduceOnly whether it can only reduce a position: a stop or a reduce-only order. {@code
 *     --open-orders=cancel-entries} leaves these; an adapter that cannot tell says false
 */
public record OpenOrder(ClientOrderId clientOrderId, String symbol, boolean reduceOnly) {
    public OpenOrder {
        Objects.requireNonNull(clientOrderId, "clientOrderId is null");
        Objects.requireNonNull(symbol, "symbol is null");
    }

    @Override
    public String toString() {
        return clientOrderId + " " + symbol;
    }
}
