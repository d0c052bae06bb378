package io.cryptobot.smoke.cli;

import static java.util.Objects.requireNonNull;

import org.jspecify.annotations.Nullable;

/** Ends a command with one line for the person who called it. The message names the cause and the next step. */
public final class CommandFailure extends RuntimeException {
    private final ExitCode exitCode;

    public CommandFailure(ExitCode exitCode, String message) {
        this(exitCode, message, null);
    }

    public CommandFailure(ExitCode exitCode, String message, @Nullable Throwable cause) {
        super(requireNonNull(message, "message is null"), cause);
        this.exitCode = requireNonNull(exitCode, "exitCode is null");
    }

    public ExitCode exitCode() {
        return exitCode;
    }
}
