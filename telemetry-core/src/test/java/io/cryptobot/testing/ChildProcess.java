package io.cryptobot.testing;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A program, or a JVM with a main class of the tests, as a child process; {@link #close} kills it. Unless the builder says
 * otherwise, standard output and standard error go into one temporary file, which {@link #output} reads. Thread-safe.
 */
public final class ChildProcess implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final Process process;
    private final @Nullable Path output;
    private final boolean temporary;

    private ChildProcess(Process process, @Nullable Path output, boolean temporary) {
        this.process = process;
        this.output = output;
        this.temporary = temporary;
    }

    /** How a process ended, and what it printed. */
    public record Result(int exitCode, String output) {}

    /** {@return a builder for a JVM like this one, with the class path of the tests} */
    public static Builder java(Class<?> main, Object... arguments) {
        return new Builder(List.of(javaCommand()), main).arguments(arguments);
    }

    /** {@return a builder for a program} */
    public static Builder program(Object... command) {
        return new Builder(List.of(), null).arguments(command);
    }

    /** {@return the {@code java} of this JVM} */
    public static String javaCommand() {
        return Path.of(System.getProperty("java.home"), "bin", "java").toString();
    }

    /** {@return the class path of the tests} */
    public static String classPath() {
        return System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
    }

    /** The defaults: this process' environment and directory, output in a temporary file. Not thread-safe. */
    public static final class Builder {
        private final List<String> prefix = new ArrayList<>();
        private final List<String> executable;
        private final @Nullable Class<?> main;
        private final List<String> options = new ArrayList<>();
        private final List<String> arguments = new ArrayList<>();
        private final ProcessBuilder builder = new ProcessBuilder();
        private String classPath = classPath();
        private @Nullable String debianPackage;
        private @Nullable String input;
        private @Nullable Path output;
        private boolean piped;

        private Builder(List<String> executable, @Nullable Class<?> main) {
            this.executable = executable;
            this.main = main;
            builder.redirectErrorStream(true);
        }

        /** Puts this before the command, as {@code nice} or {@code sh -c 'ulimit ...; exec "$@"' sh} would be. */
        public Builder prefix(String... command) {
            prefix.addAll(List.of(command));
            return this;
        }

        /** Adds options of the JVM. */
        public Builder options(String... jvmOptions) {
            options.addAll(List.of(jvmOptions));
            return this;
        }

        /** Adds the options with which a small JVM starts fastest. */
        public Builder fastStart() {
            return options("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xshare:auto", "-XX:-UsePerfData");
        }

        /** Takes all entries with this text from the class path. */
        public Builder withoutOnClassPath(String text) {
            classPath = Arrays.stream(classPath.split(File.pathSeparator))
                    .filter(entry -> !entry.contains(text))
                    .collect(Collectors.joining(File.pathSeparator));
            return this;
        }

        /** Takes logback away, which makes a JVM start faster; what the program logs is lost. */
        public Builder withoutLogging() {
            return options("-Dslf4j.internal.verbosity=ERROR").withoutOnClassPath("logback");
        }

        public Builder arguments(Object... more) {
            Arrays.stream(more).map(Object::toString).forEach(arguments::add);
            return this;
        }

        public Builder environment(String name, String value) {
            return environment(Map.of(name, value));
        }

        public Builder environment(Map<String, String> variables) {
            builder.environment().putAll(variables);
            return this;
        }

        /** Takes variables, or all that begin as {@code SENTRY_*} says, from the environment. */
        public Builder withoutEnvironment(String... names) {
            for (String name : names) {
                builder.environment()
                        .keySet()
                        .removeIf(variable -> name.endsWith("*")
                                ? variable.startsWith(name.substring(0, name.length() - 1))
                                : variable.equals(name));
            }
            return this;
        }

        public Builder directory(Path directory) {
            builder.directory(directory.toFile());
            return this;
        }

        /** Writes this to the program's standard input and closes it. */
        public Builder input(String text) {
            input = text;
            return this;
        }

        /** Appends standard output, and standard error unless {@link #errors} is called, to this file. */
        public Builder output(Path file) {
            output = file;
            return this;
        }

        /** Writes standard error to a file of its own. */
        public Builder errors(Path file) {
            builder.redirectErrorStream(false).redirectError(file.toFile());
            return this;
        }

        /** Standard error goes where the tests' own goes, or nowhere: {@code INHERIT} or {@code DISCARD}. */
        public Builder errors(Redirect redirect) {
            builder.redirectErrorStream(false).redirectError(redirect);
            return this;
        }

        /** Lets the test read standard output from {@link #process}; without {@link #errors} standard error is inherited. */
        public Builder piped() {
            piped = true;
            return builder.redirectErrorStream() ? errors(Redirect.INHERIT) : this;
        }

        /** Lets the test read standard output and standard error, merged, from {@link #process}. */
        public Builder pipedWithErrors() {
            piped = true;
            builder.redirectErrorStream(true);
            return this;
        }

        /** Names Debian's package with the program, for the message when the program is missing. */
        public Builder debianPackage(String name) {
            debianPackage = name;
            return this;
        }

        /** {@return the whole command line} */
        public List<String> command() {
            List<String> command = new ArrayList<>(prefix);
            command.addAll(executable);
            if (main != null) {
                command.addAll(options);
                command.addAll(List.of("-cp", classPath, main.getName()));
            }
            command.addAll(arguments);
            return command;
        }

        /** Starts the process. */
        public ChildProcess start() {
            try {
                boolean temporary = output == null && !piped;
                Path file = temporary ? Files.createTempFile("child-process", ".log") : output;
                if (file != null) {
                    builder.redirectOutput(Redirect.appendTo(file.toFile()));
                }
                Process process = startProcess();
                if (input != null) {
                    try (OutputStream stream = process.getOutputStream()) {
                        stream.write(input.getBytes(UTF_8));
                    }
                }
                return new ChildProcess(process, file, temporary);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        private Process startProcess() {
            List<String> command = command();
            try {
                return builder.command(command).start();
            } catch (IOException e) {
                String remedy = debianPackage == null ? "" : ": install Debian's package " + debianPackage;
                throw new AssertionError(command.get(0) + " cannot be started" + remedy, e);
            }
        }

        /** Starts the process and waits up to 60 s for its end. */
        public Result run() {
            try (ChildProcess child = start()) {
                int exitCode = child.awaitExit(PATIENCE);
                return new Result(exitCode, child.output());
            }
        }
    }

    /** {@return the process itself} */
    public Process process() {
        return process;
    }

    public long pid() {
        return process.pid();
    }

    public boolean isAlive() {
        return process.isAlive();
    }

    /** {@return what the process has printed so far; empty when the output is piped} */
    public String output() {
        try {
            return output == null ? "" : Files.readString(output, UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Waits up to 60 s until the output contains this text; fails when the process ends without it. */
    public void awaitOutput(String text) {
        Await.within(PATIENCE)
                .failingWhen(() -> !isAlive())
                .showing(this::output)
                .until("'" + text + "' is printed", () -> output().contains(text));
    }

    /** {@return the exit code; fails when the process does not end in time} */
    public int awaitExit(Duration bound) {
        try {
            if (!process.waitFor(bound.toNanos(), TimeUnit.NANOSECONDS)) {
                throw new AssertionError(
                        "process " + pid() + " still runs after " + bound.toMillis() + " ms:\n" + output());
            }
            return process.exitValue();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted", e);
        }
    }

    /** Ends the process as a crash does (SIGKILL) and waits for its end. */
    public void kill() {
        process.destroyForcibly();
        awaitExit(PATIENCE);
    }

    /** Asks the process to end (SIGTERM) and does not wait. */
    public void terminate() {
        process.destroy();
    }

    @Override
    public void close() {
        kill();
        if (temporary && output != null) {
            try {
                Files.deleteIfExists(output);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
