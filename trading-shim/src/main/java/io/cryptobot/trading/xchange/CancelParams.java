package io.cryptobot.trading.xchange;

import org.jspecify.annotations.Nullable;
import org.knowm.xchange.currency.CurrencyPair;
import org.knowm.xchange.dto.Order.OrderType;
import org.knowm.xchange.instrument.Instrument;
import org.knowm.xchange.service.trade.params.CancelOrderByCurrencyPair;
import org.knowm.xchange.service.trade.params.CancelOrderByIdParams;
import org.knowm.xchange.service.trade.params.CancelOrderByInstrument;
import org.knowm.xchange.service.trade.params.CancelOrderByOrderTypeParams;
import org.knowm.xchange.service.trade.params.CancelOrderByUserReferenceParams;

/**
 * The known data of an order to cancel. It implements all these interfaces, because each module of XChange casts to the
 * interfaces that it needs, also if it does not declare them ({@code BinanceTradeService} casts to three at once).
 * Immutable.
 */
record CancelParams(
        Instrument market,
        String exchangeId,
        @Nullable String reference,
        @Nullable OrderType type)
        implements CancelOrderByIdParams,
                CancelOrderByInstrument,
                CancelOrderByCurrencyPair,
                CancelOrderByUserReferenceParams,
                CancelOrderByOrderTypeParams {
    @Override
    public String getOrderId() {
        return exchangeId;
    }

    @Override
    public Instrument getInstrument() {
        return market;
    }

    @Override
    public @Nullable CurrencyPair getCurrencyPair() {
        return market instanceof CurrencyPair pair ? pair : null;
    }

    @Override
    public @Nullable String getUserReference() {
        return reference;
    }

    @Override
    public @Nullable OrderType getOrderType() {
        return type;
    }
}
