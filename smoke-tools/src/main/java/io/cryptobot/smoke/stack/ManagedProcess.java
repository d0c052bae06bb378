package io.cryptobot.smoke.stack;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A program that this process started and will end. Thread-safe. */
public final class ManagedProcess implements AutoCloseable {
    private static final long TERMINATE_TIMEOUT_SECONDS = 5;
    private static final int LOG_TAIL_LINES = 5;
    private static final File NOTHING = new File("/dev/null");

    private final String name;
    private final Process process;
    private final Path log;

    private ManagedProcess(String name, Process process, Path log) {
        this.name = name;
        this.process = process;
        this.log = log;
    }

    /**
     * Starts a program; its output goes to {@code log}. All variables about Sentry and other bots are removed from its
     * environment, so that it cannot reach the operator's own services.
     *
     * @throws IOException when it cannot be started
     */
    static ManagedProcess start(StackPart part, Lifetime lifetime, Path log) throws IOException {
        List<String> command = new ArrayList<>(lifetime.prefix());
        command.addAll(part.command());
        ProcessBuilder builder = new ProcessBuilder(command)
                .redirectInput(NOTHING)
                .redirectErrorStream(true)
                .redirectOutput(log.toFile());
        builder.environment()
                .keySet()
                .removeIf(variable -> variable.startsWith("SENTRY_") || variable.startsWith("CRYPTOBOT_"));
        builder.environment().putAll(part.environment());
        return new ManagedProcess(part.name(), builder.start(), log);
    }

    /** {@return its name} */
    public String name() {
        return name;
    }

    /** {@return its process id} */
    public long pid() {
        return process.pid();
    }

    /** {@return whether it runs} */
    public boolean isAlive() {
        return process.isAlive();
    }

    /** {@return the file with its output} */
    public Path log() {
        return log;
    }

    /** {@return why it failed, from its exit code and the end of its output} */
    public String diagnosis() {
        String state = process.isAlive() ? "runs" : "ended with exit code " + process.exitValue();
        return name + " " + state + "; end of its output: " + tail();
    }

    private String tail() {
        try {
            List<String> lines = Files.readAllLines(log, StandardCharsets.UTF_8);
            return String.join(" | ", lines.subList(Math.max(0, lines.size() - LOG_TAIL_LINES), lines.size()));
        } catch (IOException e) {
            return "(cannot be read: " + e + ")";
        }
    }

    /** Asks the program to end. */
    public void terminate() {
        process.destroy();
    }

    /** Kills the program as a crash would: {@code SIGKILL}. */
    public void kill() {
        process.destroyForcibly();
    }

    /** Ends the program, by force when it does not end within five seconds, and waits until it is gone. */
    @Override
    public void close() {
        process.destroy();
        try {
            if (!process.waitFor(TERMINATE_TIMEOUT_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly().waitFor();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
