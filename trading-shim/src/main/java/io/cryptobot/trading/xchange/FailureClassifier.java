package io.cryptobot.trading.xchange;

import io.cryptobot.trading.FailureReason;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;

/**
 * Finds the reason of any exception: asks the bot's own classifier first, then Binance's, then the general table.
 * Immutable.
 */
final class FailureClassifier {
    private final List<OutcomeClassifier> classifiers;

    /** @param sentAtMostOnce see {@link FailureTable} */
    FailureClassifier(OutcomeClassifier own, boolean sentAtMostOnce) {
        classifiers = List.of(own, new BinanceErrors(), new FailureTable(sentAtMostOnce));
    }

    /** {@return why a call failed; unknown also if a classifier throws} */
    FailureReason of(Throwable failure) {
        Throwable unwrapped = failure;
        while ((unwrapped instanceof CompletionException || unwrapped instanceof ExecutionException)
                && unwrapped.getCause() != null) {
            unwrapped = unwrapped.getCause();
        }
        for (OutcomeClassifier classifier : classifiers) {
            try {
                Optional<FailureReason> reason = classifier.classify(unwrapped);
                if (reason.isPresent()) {
                    return reason.get();
                }
            } catch (RuntimeException e) {
                return FailureReason.UNKNOWN;
            }
        }
        return FailureReason.UNKNOWN;
    }
}
