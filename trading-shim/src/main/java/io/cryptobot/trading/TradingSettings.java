package io.cryptobot.trading;

import java.time.Duration;

/**
 * Settings that depend on the exchange or the bot. Immutable.
 *
 * @param receiveWindow the time after the call in which the exchange may still accept an order, with a margin. An
 *     unknown order is reconciled as absent only after this time
 * @param reconcileInterval the interval between two queries for the open orders
 * @param shadow true to simulate every live order also on paper and to compare the fills. It needs a second client and
 *     one query of the order book for each order
 */
public record TradingSettings(Duration receiveWindow, Duration reconcileInterval, boolean shadow) {
    /** A receive window of 65 s, because Binance's maximum is 60 s; a query every 5 s; no shadow. */
    public static final TradingSettings DEFAULT = new TradingSettings(Duration.ofSeconds(65), Duration.ofSeconds(5));

    public TradingSettings {
        if (receiveWindow.isNegative() || reconcileInterval.toMillis() < 1) {
            throw new IllegalArgumentException("the receive window must be >= 0 and the interval >= 1 ms, were "
                    + receiveWindow + " and " + reconcileInterval);
        }
    }

    /** Makes settings without a shadow. */
    public TradingSettings(Duration receiveWindow, Duration reconcileInterval) {
        this(receiveWindow, reconcileInterval, false);
    }

    /** {@return the same settings with a shadow} */
    public TradingSettings withShadow() {
        return new TradingSettings(receiveWindow, reconcileInterval, true);
    }
}
