package io.cryptobot.trading;

import java.math.BigDecimal;

/**
 * The last traded price of a market. Immutable.
 *
 * @param symbol market in the exchange's own notation
 * @param lastPrice price of the last trade in the quote currency, above 0
 * @param timeMs Unix time in ms of that trade, by the exchange's clock; 0 if unknown
 */
public record Ticker(String symbol, BigDecimal lastPrice, long timeMs) {
    public Ticker {
        if (lastPrice.signum() <= 0) {
            throw new IllegalArgumentException("last price of " + symbol + " must be > 0, was " + lastPrice);
        }
    }
}
