package io.cryptobot.trading;

import java.util.Objects;

/**
 * An open order at the exchange. Immutable.
 *
 * @param clientOrderId the bot's own id
 * @param symbol market in the exchange's own notation
 * @param reduceOnly true if the order can only reduce a position, for example a stop order. {@code
 *     --open-orders=cancel-entries} does not cancel such orders. Use false if the adapter cannot know this
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
