package io.cryptobot.trading;

import org.jspecify.annotations.Nullable;

/** An order ended without acceptance, or with an unknown outcome. */
public final class OrderException extends Exception {
    private final FailureReason reason;

    public OrderException(FailureReason reason, String message) {
        this(reason, message, null);
    }

    public OrderException(FailureReason reason, String message, @Nullable Throwable cause) {
        super(message, cause);
        this.reason = reason;
    }

    /** {@return why; {@link FailureReason#UNKNOWN} means that the order may exist} */
    public FailureReason reason() {
        return reason;
    }
}
