package io.cryptobot.trading;

import java.util.Locale;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;

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

    /**
     * {@return why an order call threw} What is not an {@link OrderException}, itself or as the cause of a future's
     * wrapper, is unknown: nobody can say how far the order had come.
     */
    public static FailureReason of(Throwable failure) {
        Throwable unwrapped = failure;
        while ((unwrapped instanceof CompletionException || unwrapped instanceof ExecutionException)
                && unwrapped.getCause() != null) {
            unwrapped = unwrapped.getCause();
        }
        return unwrapped instanceof OrderException e ? e.reason() : UNKNOWN;
    }

    /** {@return whether the order may exist at the exchange nevertheless} */
    public boolean isUnknown() {
        return this == UNKNOWN;
    }

    /** {@return the label value} */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
