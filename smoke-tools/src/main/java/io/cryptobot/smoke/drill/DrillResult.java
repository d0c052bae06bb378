package io.cryptobot.smoke.drill;

import io.cryptobot.smoke.cli.CheckReport;
import io.cryptobot.smoke.cli.CheckResult;
import io.cryptobot.smoke.cli.CheckResult.Status;
import io.cryptobot.smoke.cli.ExitCode;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * One drill that has ended. Immutable.
 *
 * @param bot the drill bot's name
 * @param timeout the timeout of each stage
 * @param proof how the last delivery was verified
 * @param results checks and stages in the order in which they ran, to the first that did not pass
 */
public record DrillResult(String bot, Instant startedAt, Duration timeout, Proof proof, List<CheckResult> results) {
    /** How the delivery to Slack was verified. */
    public enum Proof {
        /** A local receiver has the message. */
        MESSAGE,
        /** Slack has accepted the message, by Alertmanager's own counter. */
        ACCEPTED
    }

    public DrillResult {
        results = List.copyOf(results);
    }

    /** {@return from the last failed order to Slack; empty when that was not reached} */
    public Optional<Duration> detection() {
        return results.stream()
                .filter(result -> result.id().equals("slack") && result.status() == Status.PASS)
                .map(CheckResult::duration)
                .findFirst();
    }

    /** {@return 0 for a message that was seen, 5 for one that was only accepted, else the first failure's code} */
    public ExitCode exitCode() {
        ExitCode code = new CheckReport("drill", results).exitCode();
        return code == ExitCode.PASS && proof == Proof.ACCEPTED ? ExitCode.NOT_VERIFIABLE : code;
    }
}
