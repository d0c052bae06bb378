package io.cryptobot.exporter;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.OutputStream;

/** Prometheus' own judge of a metrics page. Stateless. */
record Promtool(int exitCode, String output) {
    /** {@return what {@code promtool check metrics} says about a page in text format} */
    static Promtool check(String page) throws IOException, InterruptedException {
        Process process;
        try {
            process = new ProcessBuilder("promtool", "check", "metrics")
                    .redirectErrorStream(true)
                    .start();
        } catch (IOException e) {
            throw new AssertionError(
                    "promtool is not on the PATH: install Prometheus (Debian: apt-get install prometheus)", e);
        }
        try (OutputStream input = process.getOutputStream()) {
            input.write(page.getBytes(UTF_8));
        }
        String output = new String(process.getInputStream().readAllBytes(), UTF_8);
        return new Promtool(process.waitFor(), output);
    }
}
