package io.cryptobot.trading.xchange;

import org.knowm.xchange.currency.CurrencyPair;
import org.knowm.xchange.instrument.Instrument;
import org.knowm.xchange.service.trade.params.CurrencyPairParam;
import org.knowm.xchange.service.trade.params.InstrumentParam;

/** Sets the market in the parameters of a request. XChange has two ways to do this. */
final class MarketParams {
    private MarketParams() {}

    /** {@return true if the parameters have a market} */
    static boolean setMarket(Object params, Instrument market) {
        boolean set = false;
        if (params instanceof InstrumentParam instrument) {
            instrument.setInstrument(market);
            set = true;
        }
        if (params instanceof CurrencyPairParam pair && market instanceof CurrencyPair currencies) {
            pair.setCurrencyPair(currencies);
            set = true;
        }
        return set;
    }
}
