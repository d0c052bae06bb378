package io.cryptobot.trading;

import java.math.BigDecimal;
import java.util.Objects;

/**
 * The rules of a market. Immutable.
 *
 * @param symbol market in the exchange's own notation
 * @param base currency that is bought and sold
 * @param quote currency in which prices are given
 * @param tickSize every price is a multiple of the tick size; above 0
 * @param lotSize every quantity is a multiple of the lot size; above 0
 * @param minNotional minimum value (price times quantity) of an order, in the quote currency; 0 for no minimum
 * @param fees the fee rates
 */
public record Instrument(
        String symbol,
        String base,
        String quote,
        BigDecimal tickSize,
        BigDecimal lotSize,
        BigDecimal minNotional,
        Fees fees) {
    /** The smallest unit of a currency at nearly every exchange. */
    private static final BigDecimal SATOSHI = new BigDecimal("0.00000001");

    public Instrument {
        Objects.requireNonNull(symbol, "symbol is null");
        Objects.requireNonNull(fees, "fees is null");
        if (base.equals(quote)) {
            throw new IllegalArgumentException("base and quote of " + symbol + " must differ, were " + base);
        }
        Decimals.requirePositive("tick size of " + symbol, tickSize);
        Decimals.requirePositive("lot size of " + symbol, lotSize);
        Decimals.requireNotNegative("minimum notional of " + symbol, minNotional);
    }

    /**
     * {@return an instrument with default rules for a market of which only the symbol is known} It has eight decimals,
     * no minimum size and a fee of 0.1 %. Its currencies have made-up names ({@code XRPETH.base}, {@code
     * XRPETH.quote}), because the symbol does not show where the base currency ends.
     */
    public static Instrument unlisted(String symbol) {
        return new Instrument(
                symbol, symbol + ".base", symbol + ".quote", SATOSHI, SATOSHI, BigDecimal.ZERO, Fees.DEFAULT);
    }

    /**
     * The fee rates of a market.
     *
     * @param maker rate for a maker order, as a fraction of the trade's value: -0.1 to 0.1, negative for a rebate
     * @param taker rate for a taker order, as a fraction of the trade's value: -0.1 to 0.1
     * @param currency the currency of the fee
     */
    public record Fees(BigDecimal maker, BigDecimal taker, FeeCurrency currency) {
        private static final BigDecimal MAX = new BigDecimal("0.1");

        /** 0.1 % in the quote currency: the list price of the largest exchange. */
        public static final Fees DEFAULT =
                new Fees(new BigDecimal("0.001"), new BigDecimal("0.001"), FeeCurrency.QUOTE);

        public Fees {
            Objects.requireNonNull(currency, "currency is null");
            requireShare("maker", maker);
            requireShare("taker", taker);
        }

        private static void requireShare(String name, BigDecimal share) {
            if (share.abs().compareTo(MAX) > 0 || share.scale() > 8) {
                throw new IllegalArgumentException(
                        name + " fee must be -0.1 to 0.1 with at most 8 decimals, was " + share);
            }
        }

        /** {@return the fee rate for maker or taker} */
        public BigDecimal rate(Liquidity liquidity) {
            return liquidity == Liquidity.MAKER ? maker : taker;
        }
    }
}
