package io.cryptobot.trading;

import java.util.Locale;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;

/** Why an order failed. It is also the value of the label {@code reason} of the metrics. */
public enum FailureReason {
    /** Too many requests; the exchange did not process the order. */
    RATE_LIMITED,
    /** The request arrived after its receive window. */
    EXPIRED_WINDOW,
    INSUFFICIENT_FUNDS,
    /** Size, price or market is not valid. */
    INVALID,
    /** Key, signature or nonce was rejected. */
    AUTH,
    MARKET_CLOSED,
    /** The exchange or its adapter cannot do this. */
    UNSUPPORTED,
    /** The order certainly did not leave this machine. */
    NOT_SENT,
    /** Rejected by the exchange for another stated reason. */
    REJECTED,
    /**
     * Timeout, connection reset or server error: the order may have been accepted. Do not send it again before it is
     * reconciled by its client order id.
     */
    UNKNOWN;

    /**
     * {@return the reason of an exception} Wrapper exceptions of futures are unwrapped. The reason is {@link #UNKNOWN}
     * for every exception except {@link OrderException}, because the order may have reached the exchange.
     */
    public static FailureReason of(Throwable failure) {
        Throwable unwrapped = failure;
        while ((unwrapped instanceof CompletionException || unwrapped instanceof ExecutionException)
                && unwrapped.getCause() != null) {
            unwrapped = unwrapped.getCause();
        }
        return unwrapped instanceof OrderException e ? e.reason() : UNKNOWN;
    }

    /** {@return true if the order may exist at the exchange} */
    public boolean isUnknown() {
        return this == UNKNOWN;
    }

    /** {@return the label value} */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
