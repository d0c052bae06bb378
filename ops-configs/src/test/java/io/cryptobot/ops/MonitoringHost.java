package io.cryptobot.ops;

import static java.util.stream.Collectors.joining;
import static java.util.stream.Collectors.mapping;
import static java.util.stream.Collectors.partitioningBy;
import static org.assertj.core.api.Assertions.assertThat;

import io.cryptobot.testing.ChildProcess;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.lang.reflect.Method;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** A directory to install into, with two secrets and the setting that names them, and the commands on it. */
final class MonitoringHost {

    private final Path root;
    private final Path secrets;

    MonitoringHost(Path home) throws IOException {
        // the real path: Prometheus reports the path that it was started with
        root = Files.createDirectories(home).toRealPath().resolve("host");
        secrets = Files.createDirectories(root.resolveSibling("secrets"));
        for (String name : new String[] {"slack_api_url", "pagerduty_routing_key"}) {
            Path secret = Files.writeString(secrets.resolve(name), "http://127.0.0.1:9/" + name);
            Files.setPosixFilePermissions(secret, PosixFilePermissions.fromString("rw-r-----"));
        }
        set();
    }

    /** What a command printed, and how it ended. */
    record Result(int exitCode, String out, String err) {

        /** Of a process, whose two streams come as one. */
        static Result of(ChildProcess.Result process) {
            Map<Boolean, String> lines = process.output()
                    .lines()
                    .collect(partitioningBy(
                            line -> line.startsWith("√") || line.startsWith("‼"),
                            mapping(line -> line + "\n", joining())));
            return new Result(process.exitCode(), lines.get(true), lines.get(false));
        }

        Result succeeds() {
            assertThat(exitCode).as(out + err).isZero();
            return this;
        }

        /** {@return the one line on standard error} */
        String failure(ExitCode expected) {
            assertThat(exitCode).as(out + err).isEqualTo(expected.number());
            assertThat(out.lines()).allMatch(line -> line.startsWith("√") || line.startsWith("‼"));
            assertThat(err.lines()).as("one line with reason and file").hasSize(1);
            return err.stripTrailing();
        }
    }

    Path root() {
        return root;
    }

    Path current() {
        return root.resolve("current");
    }

    Path secret() {
        return secrets.resolve("slack_api_url");
    }

    /** Replaces the settings by these and the directory of the secrets. */
    void set(String... lines) throws IOException {
        List<String> settings = new ArrayList<>(List.of(lines));
        settings.add("secrets.directory=" + secrets);
        local("settings.properties", String.join("\n", settings) + "\n");
    }

    /** Writes a file of the host. */
    Path local(String path, String text) throws IOException {
        Path file = root.resolve("local").resolve(path);
        Files.createDirectories(file.getParent());
        return Files.writeString(file, text);
    }

    /** Runs a command of the classes under test, without promtool and amtool. */
    Result run(String command, String... options) {
        List<String> line = new ArrayList<>(List.of(command, "--to", root.toString(), "--without-tools"));
        line.addAll(List.of(options));
        return runProgram(line.toArray(String[]::new));
    }

    /** Runs the program of the classes under test. */
    static Result runProgram(String... arguments) {
        return run((out, err) -> OpsConfigs.run(out, err, arguments));
    }

    /** Runs a command of a jar in this JVM, by a class loader that sees only the jar. */
    Result run(Path jar, String command, Object... options) {
        String[] line = line(command, options).toArray(String[]::new);
        return run((out, err) -> {
            try (URLClassLoader loader =
                    new URLClassLoader(new URL[] {jar.toUri().toURL()}, ClassLoader.getPlatformClassLoader())) {
                Method run = loader.loadClass(OpsConfigs.class.getName())
                        .getDeclaredMethod("run", PrintStream.class, PrintStream.class, String[].class);
                run.setAccessible(true);
                return (int) run.invoke(null, out, err, line);
            }
        });
    }

    /** {@return the command line on this host} */
    List<String> line(String command, Object... options) {
        List<String> line = new ArrayList<>(List.of(command, "--to", root.toString()));
        for (Object option : options) {
            line.add(option.toString());
        }
        return line;
    }

    private interface Command {
        int run(PrintStream out, PrintStream err) throws Exception;
    }

    private static Result run(Command command) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        try {
            int exitCode = command.run(
                    new PrintStream(out, true, StandardCharsets.UTF_8),
                    new PrintStream(err, true, StandardCharsets.UTF_8));
            return new Result(exitCode, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }
}
