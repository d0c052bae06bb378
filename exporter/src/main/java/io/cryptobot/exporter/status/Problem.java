package io.cryptobot.exporter.status;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.cryptobot.exporter.Labelled;
import org.jspecify.annotations.Nullable;

/**
 * A problem of a bot. Immutable.
 *
 * @param kind the kind of the problem
 * @param severity the severity of the problem
 * @param text the problem as a sentence
 */
record Problem(Kind kind, Severity severity, String text) {
    /** The kinds of problems, the most important first. */
    enum Kind implements Labelled {
        CRASHED("down", "CryptobotDown"),
        STOPPED("stopped", "CryptobotDown"),
        STALLED("stalled", "CryptobotTradingLoopStale"),
        FAILING("failing orders", "CryptobotOrderFailureRateHigh"),
        STUCK_ORDERS("with stuck orders", "CryptobotOrdersInFlightStuck"),
        UNKNOWN_ORDERS("with unknown orders", "CryptobotOrdersUnknown"),
        NEARLY_FAILING("with failed orders", "CryptobotOrderFailureRateHigh"),
        SLOW("slow", "CryptobotOrderLatencySloBreached"),
        DEGRADED("without complete telemetry", null),
        HALTED("halted", null);

        private final String displayName;
        private final @Nullable String runbook;

        Kind(String displayName, @Nullable String runbook) {
            this.displayName = displayName;
            this.runbook = runbook;
        }

        /** {@return the text after a number of bots, as in "2 bots slow"} */
        String displayName() {
            return displayName;
        }
    }

    /** {@return the runbook's name in {@code ops/runbooks/}, without the suffix; null if there is none} */
    @JsonProperty
    @Nullable
    String runbook() {
        return kind.runbook;
    }
}
