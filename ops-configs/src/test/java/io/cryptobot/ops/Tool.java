package io.cryptobot.ops;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A program on the PATH. A missing one fails the test: a check that is skipped proves nothing. */
enum Tool {
    PROMTOOL("promtool", "prometheus"),
    AMTOOL("amtool", "prometheus-alertmanager"),
    SHELL("sh", "dash"),
    JAVA(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "openjdk-17-jre-headless");

    private final String command;
    private final String debianPackage;

    Tool(String command, String debianPackage) {
        this.command = command;
        this.debianPackage = debianPackage;
    }

    /** What a run printed, standard error included, and how it ended. */
    record Result(int exitCode, String output) {}

    Result run(Object... arguments) {
        List<String> line = new ArrayList<>(List.of(command));
        for (Object argument : arguments) {
            line.add(argument.toString());
        }
        Process process;
        try {
            ProcessBuilder builder = new ProcessBuilder(line).redirectErrorStream(true);
            // promtool's tests are short and many: a quarter of their time is the collection of garbage
            builder.environment().putIfAbsent("GOGC", "400");
            process = builder.start();
        } catch (IOException e) {
            throw new AssertionError(command + " is not on the PATH: install Debian's package " + debianPackage, e);
        }
        try {
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            return new Result(process.waitFor(), output);
        } catch (IOException e) {
            throw new AssertionError(e);
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }
}
