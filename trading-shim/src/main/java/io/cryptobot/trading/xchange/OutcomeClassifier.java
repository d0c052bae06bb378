package io.cryptobot.trading.xchange;

import io.cryptobot.trading.FailureReason;
import java.util.Optional;

/**
 * Classifies an exception of an exchange that XChange's own classes do not distinguish. It is asked before the general
 * table. Thread-safe.
 */
@FunctionalInterface
public interface OutcomeClassifier {
    /** Classifies nothing: the general table decides. */
    OutcomeClassifier NONE = failure -> Optional.empty();

    /**
     * {@return why the call failed; empty to let the next classifier decide} Any reason except {@link
     * FailureReason#UNKNOWN} means that the order does not exist; return {@link FailureReason#UNKNOWN} if the order may
     * exist.
     */
    Optional<FailureReason> classify(Throwable failure);
}
