package io.cryptobot.trading;

import java.math.BigDecimal;
import java.util.Objects;

/**
 * A trade of any trader, published by the exchange. Immutable.
 *
 * @param id the exchange's number of the trade, ascending within a market
 * @param symbol market in the exchange's own notation
 * @param price in the quote currency, above 0
 * @param quantity amount of the base currency, above 0
 * @param aggressor the side of the taker
 * @param timeMs Unix time in ms, by the exchange
 */
public record PublicTrade(long id, String symbol, BigDecimal price, BigDecimal quantity, Side aggressor, long timeMs) {
    public PublicTrade {
        Objects.requireNonNull(symbol, "symbol is null");
        Objects.requireNonNull(aggressor, "aggressor is null");
        Decimals.requirePositive("price of a trade", price);
        Decimals.requirePositive("quantity of a trade", quantity);
    }
}
