package io.cryptobot.smoke.drill;

import static org.assertj.core.api.Assertions.assertThat;

import io.cryptobot.testing.ChildProcess;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** The launcher {@code telemetry-smoke --alert-demo} as a person runs it, to be ended by a signal. */
final class LaunchedDrill implements AutoCloseable {
    private final Path errors;
    private final ChildProcess process;
    private final BufferedReader lines;

    /** @param work for its standard error */
    LaunchedDrill(Path work, Map<String, String> environment, List<String> options) {
        errors = work.resolve("err");
        process = ChildProcess.program(
                        // a build in the background of a shell ignores SIGINT, and so would its children
                        "env",
                        "--default-signal=INT",
                        Path.of("bin", "telemetry-smoke").toAbsolutePath(),
                        "--alert-demo")
                .arguments(options.toArray())
                .environment(environment)
                .errors(errors)
                .piped()
                .start();
        lines = process.process().inputReader(StandardCharsets.UTF_8);
    }

    /** Reads its output up to a line with this text. */
    void awaitLine(String text) throws IOException {
        String line = lines.readLine();
        while (line != null && !line.contains(text)) {
            line = lines.readLine();
        }
        assertThat(line).as("the line with '%s'; %s", text, err()).isNotNull();
    }

    /** {@return what it still prints after the signal, which is no failure} */
    List<String> endsWith(String signal, int exitCode) throws IOException {
        ChildProcess.program("kill", "-" + signal, process.pid()).run();
        assertThat(process.awaitExit(Duration.ofSeconds(60))).isEqualTo(exitCode);
        assertThat(err()).startsWith("interrupted").hasLineCount(1);
        List<String> rest = lines.lines().toList();
        assertThat(rest).noneMatch(each -> each.startsWith("×"));
        return rest;
    }

    boolean isAlive() {
        return process.isAlive();
    }

    /** {@return its process id, which is in the names of its drill bots} */
    long pid() {
        return process.pid();
    }

    String err() throws IOException {
        return Files.readString(errors);
    }

    @Override
    public void close() {
        process.close();
    }
}
