package io.cryptobot.trading;

import java.math.BigDecimal;

/**
 * One trade of an order of the bot. Immutable.
 *
 * @param clientOrderId the bot's id of the order
 * @param exchangeOrderId the exchange's id of the order
 * @param symbol market in the exchange's own notation
 * @param side direction of the order
 * @param price in the quote currency, above 0
 * @param quantity amount of the base currency, above 0
 * @param fee amount of the fee currency; negative for a rebate
 * @param feeCurrency the currency's name, e.g. {@code ETH}
 * @param liquidity maker or taker
 * @param timeMs Unix time in ms
 */
public record Fill(
        ClientOrderId clientOrderId,
        String exchangeOrderId,
        String symbol,
        Side side,
        BigDecimal price,
        BigDecimal quantity,
        BigDecimal fee,
        String feeCurrency,
        Liquidity liquidity,
        long timeMs) {
    public Fill {
        Decimals.requirePositive("price of a fill", price);
        Decimals.requirePositive("quantity of a fill", quantity);
    }

    /** {@return price times quantity, in the quote currency} */
    public BigDecimal value() {
        return price.multiply(quantity);
    }
}
