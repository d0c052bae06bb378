package io.cryptobot.smoke.cli;

import static java.util.Objects.requireNonNull;

import io.cryptobot.telemetry.files.CryptobotHome;
import java.io.PrintWriter;
import java.util.Map;
import java.util.function.Function;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IFactory;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/**
 * The environment and the streams of a command, and the command line for another environment. A command declares it as a mixin;
 * the {@linkplain #factory factory} of its command line makes one for each command. Confined to the command's thread, but for
 * the environment.
 */
@Command // a mixin without options must be one
public final class Session {
    private final Map<String, String> environment;
    private final Function<Map<String, String>, CommandLine> commandLines;

    @Spec(Spec.Target.MIXEE)
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    private Session(Map<String, String> environment, Function<Map<String, String>, CommandLine> commandLines) {
        this.environment = environment;
        this.commandLines = commandLines;
    }

    /**
     * {@return a factory for the objects of a command line; every session gets this environment}
     *
     * @param commandLines makes a command line for an environment
     */
    public static IFactory factory(
            Map<String, String> environment, Function<Map<String, String>, CommandLine> commandLines) {
        Map<String, String> copy = Map.copyOf(environment);
        requireNonNull(commandLines, "commandLines is null");
        IFactory others = CommandLine.defaultFactory();
        return new IFactory() {
            @Override
            public <K> K create(Class<K> type) throws Exception {
                return type == Session.class ? type.cast(new Session(copy, commandLines)) : others.create(type);
            }
        };
    }

    /** {@return the environment that a command reads, instead of the process's own} */
    public Map<String, String> environment() {
        return environment;
    }

    public CryptobotHome home() {
        return CryptobotHome.from(environment);
    }

    /** {@return where results go; each printed line is flushed} */
    public PrintWriter out() {
        return command().getOut();
    }

    /** {@return where progress and failures go; each printed line is flushed} */
    public PrintWriter err() {
        return command().getErr();
    }

    /** Prints a line about something that does not stop the command. */
    public void warn(String line) {
        err().println("‼ " + line);
    }

    /** {@return the command itself} */
    public CommandLine command() {
        return spec.commandLine();
    }

    /** {@return all commands, for a process with another environment} */
    public CommandLine commandLine(Map<String, String> otherEnvironment) {
        return commandLines.apply(otherEnvironment);
    }

    /** {@return a failure that ends the command with {@link ExitCode#USAGE}} */
    public ParameterException wrongUsage(String message) {
        return new ParameterException(command(), message);
    }

    /** As {@link #wrongUsage(String)}, for a value that could not be read. */
    public ParameterException wrongUsage(String message, Exception cause) {
        return new ParameterException(command(), message, cause);
    }
}
