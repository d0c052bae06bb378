package io.cryptobot.smoke.cli;

/** What every command tells the script that called it. */
public enum ExitCode {
    PASS(0, "everything asked for is true"),
    HOP_FAILED(1, "a check or a hop failed; its line says why and what to do"),
    USAGE(2, "wrong options or arguments"),
    CONFIGURATION(3, "configuration is missing or invalid"),
    TIMEOUT(4, "no answer within the timeout"),
    NOT_VERIFIABLE(5, "accepted, but its effect cannot be verified from here"),
    INTERNAL(70, "a fault in this tool; --verbose shows where");

    private final int code;
    private final String meaning;

    ExitCode(int code, String meaning) {
        this.code = code;
        this.meaning = meaning;
    }

    public int code() {
        return code;
    }

    /** {@return when a command ends with it, for the usage text} */
    public String meaning() {
        return meaning;
    }
}
