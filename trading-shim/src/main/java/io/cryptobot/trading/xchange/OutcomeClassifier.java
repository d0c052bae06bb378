package io.cryptobot.trading.xchange;

import io.cryptobot.trading.FailureReason;
import java.util.Optional;

/**
 * Says what an exception of an exchange means for the order, where XChange's own classes do not tell. Asked before the general
 * table. Thread-safe.
 */
@FunctionalInterface
public interface OutcomeClassifier {
    /** Never decides: the general table does. */
    OutcomeClassifier NONE = failure -> Optional.empty();

    /**
     * {@return why the call failed; empty to let others decide} Any reason but {@link FailureReason#UNKNOWN} says that the
     * order does not exist; {@link FailureReason#UNKNOWN} is right whenever it may.
     */
    Optional<FailureReason> classify(Throwable failure);
}
