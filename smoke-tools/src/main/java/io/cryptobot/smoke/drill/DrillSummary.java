package io.cryptobot.smoke.drill;

import io.cryptobot.smoke.cli.ExitCode;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Several drills together. Immutable. */
public record DrillSummary(List<DrillResult> drills) {
    public DrillSummary {
        drills = List.copyOf(drills);
    }

    /** The time from the last failed order to Slack, for the drills that reached Slack. */
    public record Detection(int count, Duration min, Duration median, Duration max) {
        @Override
        public String toString() {
            return String.format(
                    Locale.ROOT,
                    "min %.2f s, median %.2f s, max %.2f s",
                    min.toMillis() / 1000.0,
                    median.toMillis() / 1000.0,
                    max.toMillis() / 1000.0);
        }
    }

    /** {@return the times; empty if no drill reached Slack} */
    public Optional<Detection> detection() {
        List<Duration> sorted = drills.stream()
                .flatMap(drill -> drill.detection().stream())
                .sorted()
                .toList();
        int count = sorted.size();
        if (count == 0) {
            return Optional.empty();
        }
        Duration median =
                sorted.get((count - 1) / 2).plus(sorted.get(count / 2)).dividedBy(2);
        return Optional.of(new Detection(count, sorted.get(0), median, sorted.get(count - 1)));
    }

    /** {@return the code of the first drill that failed; 5 if none failed but no delivery could be verified} */
    public ExitCode exitCode() {
        ExitCode code = ExitCode.PASS;
        for (DrillResult drill : drills) {
            if (drill.exitCode() == ExitCode.NOT_VERIFIABLE) {
                code = ExitCode.NOT_VERIFIABLE;
            } else if (drill.exitCode() != ExitCode.PASS) {
                return drill.exitCode();
            }
        }
        return code;
    }
}
