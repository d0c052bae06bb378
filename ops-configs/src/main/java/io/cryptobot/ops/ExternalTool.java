package io.cryptobot.ops;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The checkers of Prometheus and Alertmanager, found on the PATH. */
enum ExternalTool {
    PROMTOOL("promtool"),
    AMTOOL("amtool");

    private final String command;

    ExternalTool(String command) {
        this.command = command;
    }

    /**
     * {@return the output of the tool, if its check passed}
     *
     * @throws InstallException if the tool is not on the PATH or its check failed; the message has the first line with the reason
     */
    String check(String... arguments) throws IOException, InstallException {
        List<String> line =
                Stream.concat(Stream.of(command), Stream.of(arguments)).toList();
        Process process;
        try {
            process = new ProcessBuilder(line).redirectErrorStream(true).start();
        } catch (IOException e) {
            throw InstallException.refused(
                    command + " is not on the PATH: install it, or skip its checks with --without-tools");
        }
        try {
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (process.waitFor() != 0) {
                throw InstallException.refused(command + ": " + reason(output));
            }
            return output;
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while " + command + " was running", e);
        }
    }

    /** Both print "FAILED:" before the reason, which may need several lines. */
    private static String reason(String output) {
        List<String> lines = output.lines()
                .map(String::strip)
                .filter(line -> !line.isEmpty())
                .toList();
        int failed = 0;
        while (failed < lines.size() && !lines.get(failed).contains("FAILED")) {
            failed++;
        }
        if (failed == lines.size()) {
            return lines.isEmpty() ? "failed without output" : lines.get(lines.size() - 1);
        }
        return lines.stream()
                .skip(lines.get(failed).equals("FAILED:") ? failed + 1 : failed)
                .takeWhile(line -> !line.startsWith("SUCCESS")
                        && !line.startsWith("amtool: error")
                        && (line.contains("FAILED") || !line.startsWith("Checking")))
                .limit(2)
                .collect(Collectors.joining(" "));
    }
}
