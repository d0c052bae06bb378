package io.cryptobot.trading.paper;

import io.cryptobot.trading.FeeCurrency;
import io.cryptobot.trading.Instrument;
import io.cryptobot.trading.Liquidity;
import io.cryptobot.trading.OrderType;
import io.cryptobot.trading.Side;
import io.cryptobot.trading.paper.PaperAccount.Balance;
import java.math.BigDecimal;

/** Reserves amounts for orders and settles fills in one market. It never rounds. Confined to the engine's thread. */
final class Settlement {
    private final Instrument instrument;
    private final Balance base;
    private final Balance quote;

    /** The amount to reserve per unit with the fee, for an order that pays in the currency of the fee. */
    private final BigDecimal withFee;

    Settlement(Instrument instrument, Balance base, Balance quote) {
        this.instrument = instrument;
        this.base = base;
        this.quote = quote;
        Instrument.Fees fees = instrument.fees();
        this.withFee = BigDecimal.ONE.add(fees.taker().max(fees.maker()).max(BigDecimal.ZERO));
    }

    Instrument instrument() {
        return instrument;
    }

    /** {@return the balance that an order of this side pays from} */
    Balance payer(Side side) {
        return side == Side.BUY ? quote : base;
    }

    /**
     * {@return the amount to reserve for the rest of an open order: at its limit price, or at its stop price if it has
     * no limit price}
     */
    BigDecimal needed(PaperOrder order) {
        BigDecimal price = order.request().type() == OrderType.STOP ? order.stop() : order.limit();
        return needed(order.side(), order.remaining(), price.multiply(order.remaining()));
    }

    /** {@return the amount to reserve for a quantity of this value, with the higher of both fees} */
    BigDecimal needed(Side side, BigDecimal quantity, BigDecimal value) {
        BigDecimal paid = side == Side.BUY ? value : quantity;
        return feeCurrency(side) == payer(side) ? paid.multiply(withFee) : paid;
    }

    /** Replaces the reserved amount of an order. */
    void reserve(PaperOrder order, BigDecimal amount) {
        payer(order.side()).reserve(amount.subtract(order.reserved()));
        order.setReserved(amount);
    }

    /** Releases the reserved amount of an order. */
    void release(PaperOrder order) {
        reserve(order, BigDecimal.ZERO);
    }

    /**
     * Settles a trade.
     *
     * @return its fee
     */
    BigDecimal settle(Side side, BigDecimal quantity, BigDecimal value, Liquidity liquidity) {
        Balance feeBalance = feeCurrency(side);
        BigDecimal fee = (feeBalance == quote ? value : quantity)
                .multiply(instrument.fees().rate(liquidity));
        boolean buys = side == Side.BUY;
        base.add(buys ? quantity : quantity.negate());
        quote.add(buys ? value.negate() : value);
        feeBalance.add(fee.negate());
        return fee;
    }

    /** {@return the balance that pays the fee of a trade} */
    Balance feeCurrency(Side side) {
        FeeCurrency currency = instrument.fees().currency();
        if (currency == FeeCurrency.RECEIVED) {
            return side == Side.BUY ? base : quote;
        }
        return currency == FeeCurrency.BASE ? base : quote;
    }
}
