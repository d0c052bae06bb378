package io.cryptobot.smoke.cli;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;

/** The exit codes of all commands, for the scripts that call them. */
public enum ExitCode {
    PASS(0, "everything asked for is true"),
    FAILED(1, "a check failed, or nothing was done; its line says why and what to do"),
    USAGE(2, "wrong options or arguments"),
    CONFIGURATION(3, "configuration is missing or invalid"),
    TIMEOUT(4, "no answer within the timeout"),
    NOT_VERIFIABLE(5, "accepted, but its effect cannot be verified from here"),
    INTERNAL(70, "a fault in this tool; --verbose shows where"),

    /** Of {@code mode-switch} only: the bot obeys, but live orders were still being sent at the timeout. */
    ORDERS_IN_FLIGHT(3),
    /** Of {@code mode-switch} only: the bot obeys, but the mode is not on the disk. */
    NOT_STORED(6),
    /** Of {@code stack} only: there is no stack. */
    NO_STACK(3);

    private final int code;
    private final String meaning;

    /** A code that any command may return. */
    ExitCode(int code, String meaning) {
        this.code = code;
        this.meaning = meaning;
    }

    /** A code of a single command; its usage text explains it. */
    ExitCode(int code) {
        this(code, "");
    }

    public int code() {
        return code;
    }

    /**
     * {@return the lines of a command's usage text, by code}
     *
     * @param own the command's own texts for its codes; empty for the general texts
     */
    public static Map<String, String> usage(Map<String, String> own) {
        Map<Integer, String> lines = new TreeMap<>();
        for (ExitCode each : values()) {
            boolean always = each == USAGE || each == INTERNAL;
            if (!each.meaning.isEmpty() && (own.isEmpty() || always)) {
                lines.put(each.code, each.meaning);
            }
        }
        own.forEach((code, meaning) -> lines.put(Integer.valueOf(code), meaning));
        Map<String, String> texts = new LinkedHashMap<>();
        lines.forEach((code, meaning) -> texts.put(code.toString(), meaning));
        return Collections.unmodifiableMap(texts);
    }
}
