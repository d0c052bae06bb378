package io.cryptobot.trading;

import java.time.Duration;

/**
 * What differs between exchanges. Immutable.
 *
 * @param acceptWindow how long after the call the exchange may still accept an order whose outcome is unknown, with a margin:
 *     before that, an order that is not found is not taken for absent
 * @param reconcileInterval how often the exchange is asked what became of the orders that rest there
 */
public record TradingSettings(Duration acceptWindow, Duration reconcileInterval) {
    /** 65 s, since Binance's largest receive window is 60 s; every 5 s. */
    public static final TradingSettings DEFAULT = new TradingSettings(Duration.ofSeconds(65), Duration.ofSeconds(5));

    public TradingSettings {
        if (acceptWindow.isNegative() || reconcileInterval.toMillis() < 1) {
            throw new IllegalArgumentException("the accept window must be >= 0 and the interval >= 1 ms, were "
                    + acceptWindow + " and " + reconcileInterval);
        }
    }
}
