package io.cryptobot.trading;

import java.util.Locale;

/** Why an order failed: a closed set that is also the label {@code reason} of the metrics. */
public enum FailureReason {
    /** Too many requests; the exchange did not look at the order. */
    RATE_LIMITED,
    /** The request arrived after its own time window. */
    EXPIRED_WINDOW,
    INSUFFICIENT_FUNDS,
    /** Size, price or market are not valid. */
    INVALID,
    /** Key, signature or nonce were refused. */
    AUTH,
    MARKET_CLOSED,
    /** The exchange or its adapter cannot do this. */
    UNSUPPORTED,
    /** Known not to have left this machine. */
    NOT_SENT,
    /** Refused by the exchange for another stated reason. */
    REJECTED,
    /**
     * Timeout, reset, server error: the order may have been accepted. Never to be sent again before it was looked up by
     * its client order id.
     */
    UNKNOWN;

    /** {@return the label value} */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
