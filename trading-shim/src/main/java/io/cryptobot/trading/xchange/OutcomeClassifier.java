package io.cryptobot.trading.xchange;

import io.cryptobot.trading.FailureReason;
import java.util.Optional;

/**
 * What an exchange means by what it throws, where XChange's own classes do not tell. Asked before the general table.
 * Thread-safe.
 */
@FunctionalInterface
public interface OutcomeClassifier {
    /** Knows nothing: the general table decides. */
    OutcomeClassifier NONE = failure -> Optional.empty();

    /**
     * {@return why the call failed; empty to let others decide} Any reason but {@link FailureReason#UNKNOWN} says that the
     * order does not exist; {@link FailureReason#UNKNOWN} is right whenever it may.
     */
    Optional<FailureReason> classify(Throwable failure);
}
