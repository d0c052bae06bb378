package io.cryptobot.smoke.cli;

import io.cryptobot.telemetry.Redactor;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.function.BooleanSupplier;
import picocli.CommandLine;
import picocli.CommandLine.IExecutionExceptionHandler;
import picocli.CommandLine.ParseResult;

/** Prints the failure of a command as one redacted line; the stack trace, redacted too, only with {@code --verbose}. */
public final class FailureLine implements IExecutionExceptionHandler {
    private final BooleanSupplier verbose;

    /** @param verbose whether the stack trace is wanted, asked when a command has failed */
    public FailureLine(BooleanSupplier verbose) {
        this.verbose = verbose;
    }

    @Override
    public int handleExecutionException(Exception exception, CommandLine command, ParseResult parsed) {
        boolean expected = exception instanceof CommandFailure;
        String message = expected ? exception.getMessage() : exception.toString();
        PrintWriter err = command.getErr();
        err.println(command.getColorScheme().errorText(PrintableLine.of(Redactor.redact(String.valueOf(message)))));
        if (verbose.getAsBoolean()) {
            StringWriter trace = new StringWriter();
            exception.printStackTrace(new PrintWriter(trace, true));
            err.print(Redactor.redact(trace.toString()));
        }
        err.flush();
        return exception instanceof CommandFailure failure ? failure.exitCode().code() : ExitCode.INTERNAL.code();
    }
}
