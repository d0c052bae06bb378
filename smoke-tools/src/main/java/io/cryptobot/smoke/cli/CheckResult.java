package io.cryptobot.smoke.cli;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The result of one check or one stage of a chain. Immutable.
 *
 * @param id short and stable, for scripts
 * @param title what is true when the check passes
 * @param cause why it does not pass, empty when it does
 * @param nextStep the command or the edit that helps, empty when none is needed
 * @param evidence what was observed, such as an event id; no secrets
 */
public record CheckResult(
        String id,
        String title,
        Status status,
        Duration duration,
        String cause,
        String nextStep,
        Map<String, String> evidence) {
    /** How serious the result is; only {@link #FAIL} and {@link #TIMEOUT} fail the command. */
    public enum Status {
        PASS('√'),
        WARNING('‼'),
        /** There is nothing to check, which is no failure. */
        SKIP('-'),
        FAIL('×'),
        TIMEOUT('×');

        private final char sign;

        Status(char sign) {
            this.sign = sign;
        }

        char sign() {
            return sign;
        }
    }

    public CheckResult {
        requireNonNull(status, "status is null");
        evidence = Collections.unmodifiableMap(new LinkedHashMap<>(evidence));
    }

    public static CheckResult pass(String id, String title) {
        return new CheckResult(id, title, Status.PASS, Duration.ZERO, "", "", Map.of());
    }

    public static CheckResult warning(String id, String title, String cause, String nextStep) {
        return new CheckResult(id, title, Status.WARNING, Duration.ZERO, cause, nextStep, Map.of());
    }

    public static CheckResult skip(String id, String title, String cause, String nextStep) {
        return new CheckResult(id, title, Status.SKIP, Duration.ZERO, cause, nextStep, Map.of());
    }

    public static CheckResult fail(String id, String title, String cause, String nextStep) {
        return new CheckResult(id, title, Status.FAIL, Duration.ZERO, cause, nextStep, Map.of());
    }

    /** {@return the same result with the time it took} */
    public CheckResult took(Duration time) {
        return new CheckResult(id, title, status, time, cause, nextStep, evidence);
    }

    /** {@return the same result with something observed} */
    public CheckResult withEvidence(String name, String value) {
        Map<String, String> more = new LinkedHashMap<>(evidence);
        more.put(name, value);
        return new CheckResult(id, title, status, duration, cause, nextStep, more);
    }
}
