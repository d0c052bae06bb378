package io.cryptobot.smoke;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import picocli.CommandLine;

/** One call of the command line in this process, with what it printed. */
public record CommandRun(int exitCode, String out, String err) {
    /** As {@link #of(Map, String...)}, with these words before the options. */
    public static CommandRun of(Map<String, String> environment, List<String> command, String... options) {
        return of(environment, arguments(command, options));
    }

    /** {@return a command and its options as one command line} */
    public static String[] arguments(List<String> command, String... options) {
        return Stream.concat(command.stream(), Stream.of(options)).toArray(String[]::new);
    }

    public static CommandRun of(Map<String, String> environment, String... arguments) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        CommandLine commandLine = SmokeTools.commandLine(environment)
                .setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true))
                .setColorScheme(CommandLine.Help.defaultColorScheme(CommandLine.Help.Ansi.OFF));
        return new CommandRun(commandLine.execute(arguments), out.toString(), err.toString());
    }
}
