package io.cryptobot.smoke.cli;

import io.cryptobot.smoke.cli.CheckResult.Status;
import java.time.Duration;
import java.util.Map;

/**
 * One check, without its result. Immutable.
 *
 * @param id short and stable, for scripts
 * @param title what is true when the check passes
 */
public record Check(String id, String title) {
    public CheckResult pass() {
        return CheckResult.pass(id, title);
    }

    public CheckResult warning(String cause, String nextStep) {
        return CheckResult.warning(id, title, cause, nextStep);
    }

    public CheckResult skip(String cause, String nextStep) {
        return CheckResult.skip(id, title, cause, nextStep);
    }

    public CheckResult fail(String cause, String nextStep) {
        return CheckResult.fail(id, title, cause, nextStep);
    }

    /** {@return a failure that may pass soon} */
    public CheckResult timeout(String cause, String nextStep) {
        return new CheckResult(id, title, Status.TIMEOUT, Duration.ZERO, cause, nextStep, Map.of());
    }
}
