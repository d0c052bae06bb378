package io.cryptobot.trading;

import java.math.BigDecimal;
import java.util.List;

/**
 * A snapshot of the order book of one market, limited to the depth that the exchange provides. Immutable.
 *
 * @param symbol market in the exchange's own notation
 * @param bids buyers, best (highest) price first
 * @param asks sellers, best (lowest) price first; all above the bids
 */
public record OrderBook(String symbol, List<Level> bids, List<Level> asks) {
    public OrderBook {
        bids = List.copyOf(bids);
        asks = List.copyOf(asks);
        requireSorted(symbol, Side.SELL, bids);
        requireSorted(symbol, Side.BUY, asks);
        if (!bids.isEmpty()
                && !asks.isEmpty()
                && bids.get(0).price().compareTo(asks.get(0).price()) >= 0) {
            throw new IllegalArgumentException("book of " + symbol + " is crossed: bid "
                    + bids.get(0).price() + ", ask " + asks.get(0).price());
        }
    }

    /** Checks that the best price for the taker comes first. */
    private static void requireSorted(String symbol, Side taker, List<Level> levels) {
        for (int index = 1; index < levels.size(); index++) {
            if (taker.compare(levels.get(index - 1).price(), levels.get(index).price()) >= 0) {
                throw new IllegalArgumentException("book of " + symbol + " is not sorted: "
                        + levels.get(index - 1).price() + " before "
                        + levels.get(index).price());
            }
        }
    }

    /** {@return the levels that an order of this side can trade against, best price first} */
    public List<Level> against(Side taker) {
        return taker == Side.BUY ? asks : bids;
    }

    /**
     * One price level of the order book.
     *
     * @param price in the quote currency, above 0
     * @param quantity amount of the base currency, above 0
     */
    public record Level(BigDecimal price, BigDecimal quantity) {
        public Level {
            Decimals.requirePositive("price of a level", price);
            Decimals.requirePositive("quantity of a level", quantity);
        }
    }
}
