package io.cryptobot.trading.paper;

import io.cryptobot.trading.Instrument;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The markets of the paper exchange. A market is created at its first use. Confined to the engine's thread. */
final class PaperMarkets {
    private final PaperSettings settings;
    private final PaperAccount account;
    private final Map<String, PaperMarket> markets = new HashMap<>();

    PaperMarkets(PaperSettings settings, PaperAccount account) {
        this.settings = settings;
        this.account = account;
    }

    /** {@return a market; null if it is not in the settings} */
    @Nullable
    PaperMarket find(String symbol) {
        PaperMarket market = markets.get(symbol);
        if (market == null) {
            Instrument instrument = settings.instrument(symbol);
            if (instrument == null) {
                return null;
            }
            market = new PaperMarket(
                    instrument,
                    new Settlement(
                            instrument, account.balance(instrument.base()), account.balance(instrument.quote())));
            markets.put(symbol, market);
        }
        return market;
    }

    /** {@return a market} Throws an {@link IllegalArgumentException} if it is not in the settings. */
    PaperMarket require(String symbol) {
        PaperMarket market = find(symbol);
        if (market == null) {
            throw new IllegalArgumentException("unknown symbol " + symbol);
        }
        return market;
    }

    /** {@return the market of an accepted order} */
    PaperMarket of(PaperOrder order) {
        return require(order.request().symbol());
    }
}
