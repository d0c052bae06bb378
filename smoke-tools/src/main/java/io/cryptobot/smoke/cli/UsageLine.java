package io.cryptobot.smoke.cli;

import io.cryptobot.telemetry.Redactor;
import java.io.PrintWriter;
import picocli.CommandLine;
import picocli.CommandLine.IParameterExceptionHandler;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/** Prints the mistake in the options, redacted because it quotes them, and the option that was probably meant. */
public final class UsageLine implements IParameterExceptionHandler {
    @Override
    public int handleParseException(ParameterException exception, String[] arguments) {
        CommandLine command = exception.getCommandLine();
        PrintWriter err = command.getErr();
        err.println(command.getColorScheme().errorText(Redactor.redact(String.valueOf(exception.getMessage()))));
        UnmatchedArgumentException.printSuggestions(exception, err);
        err.println("See: " + command.getCommandSpec().qualifiedName() + " --help");
        err.flush();
        return ExitCode.USAGE.code();
    }
}
