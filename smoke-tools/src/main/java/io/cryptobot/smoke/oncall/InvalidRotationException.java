package io.cryptobot.smoke.oncall;

import java.util.List;

/** A rotation that must not be used. */
public final class InvalidRotationException extends Exception {
    private final List<String> problems;

    InvalidRotationException(List<String> problems) {
        super(problems.get(0) + (problems.size() > 1 ? " (and " + (problems.size() - 1) + " more)" : ""));
        this.problems = List.copyOf(problems);
    }

    /** {@return each with file and line in front} */
    public List<String> problems() {
        return problems;
    }
}
