package io.cryptobot.trading;

import java.time.Duration;

/**
 * What differs between exchanges and bots. Immutable.
 *
 * @param receiveWindow how long after the call the exchange may still accept an order whose outcome is unknown, with a margin:
 *     before that, an order that is not found is not taken for absent
 * @param reconcileInterval how often the exchange is asked what became of the orders that rest there
 * @param shadow whether a paper engine executes every live order too, to compare the fills; it takes a second client and one
 *     call for the book with each order
 */
public record TradingSettings(Duration receiveWindow, Duration reconcileInterval, boolean shadow) {
    /** 65 s, since Binance's largest receive window is 60 s; every 5 s; no shadow. */
    public static final TradingSettings DEFAULT = new TradingSettings(Duration.ofSeconds(65), Duration.ofSeconds(5));

    public TradingSettings {
        if (receiveWindow.isNegative() || reconcileInterval.toMillis() < 1) {
            throw new IllegalArgumentException("the receive window must be >= 0 and the interval >= 1 ms, were "
                    + receiveWindow + " and " + reconcileInterval);
        }
    }

    /** Settings without a shadow. */
    public TradingSettings(Duration receiveWindow, Duration reconcileInterval) {
        this(receiveWindow, reconcileInterval, false);
    }

    /** {@return the same settings with a shadow} */
    public TradingSettings withShadow() {
        return new TradingSettings(receiveWindow, reconcileInterval, true);
    }
}
