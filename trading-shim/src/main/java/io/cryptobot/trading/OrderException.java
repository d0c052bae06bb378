package io.cryptobot.trading;

import org.jspecify.annotations.Nullable;

/** An order was not accepted, or its outcome is unknown. */
public final class OrderException extends Exception {
    private final FailureReason reason;

    public OrderException(FailureReason reason, String message) {
        this(reason, message, null);
    }

    public OrderException(FailureReason reason, String message, @Nullable Throwable cause) {
        super(message, cause);
        this.reason = reason;
    }

    /** {@return the reason; {@link FailureReason#UNKNOWN} means that the order may exist at the exchange} */
    public FailureReason reason() {
        return reason;
    }
}
