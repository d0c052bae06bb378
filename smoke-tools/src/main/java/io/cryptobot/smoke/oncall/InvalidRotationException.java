package io.cryptobot.smoke.oncall;

import io.cryptobot.telemetry.Redactor;
import java.util.List;

/** A rotation that must not be used. */
final class InvalidRotationException extends Exception {
    private final List<String> problems;

    InvalidRotationException(List<String> problems) {
        super(Redactor.redact(problems.get(0))
                + (problems.size() > 1 ? " (and " + (problems.size() - 1) + " more)" : ""));
        this.problems = problems.stream().map(Redactor::redact).toList(); // they quote a file, which may be any file
    }

    /** {@return the problems, each with file and line} */
    List<String> problems() {
        return problems;
    }
}
