package io.cryptobot.trading;

import java.math.BigDecimal;
import java.util.Objects;

/**
 * The rules of a market. Immutable.
 *
 * @param symbol market in the exchange's own notation
 * @param base currency that is bought and sold
 * @param quote currency in which prices are given
 * @param tickSize every price is a multiple of it; above 0
 * @param lotSize every quantity is a multiple of it; above 0
 * @param minNotional least price times quantity of an order, in the quote currency; 0 for none
 * @param fees what a trade costs
 */
public record Instrument(
        String symbol,
        String base,
        String quote,
        BigDecimal tickSize,
        BigDecimal lotSize,
        BigDecimal minNotional,
        Fees fees) {
    /** Base or quote currency's finest unit at nearly every exchange. */
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
     * {@return a market of which only the name is known} Eight decimals, no least size, 0.1 % fee, and currencies of its
     * own ({@code XRPETH.base}, {@code XRPETH.quote}), since nothing tells where the name of one ends.
     */
    public static Instrument unlisted(String symbol) {
        return new Instrument(
                symbol, symbol + ".base", symbol + ".quote", SATOSHI, SATOSHI, BigDecimal.ZERO, Fees.DEFAULT);
    }

    /**
     * What a trade costs.
     *
     * @param maker share of the trade's value for an order that rested: -0.1 to 0.1, negative for a rebate
     * @param taker share of the trade's value for an order that took: -0.1 to 0.1
     * @param currency in what it is paid
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

        /** {@return the rate for this part in a trade} */
        public BigDecimal rate(Liquidity liquidity) {
            return liquidity == Liquidity.MAKER ? maker : taker;
        }
    }
}
