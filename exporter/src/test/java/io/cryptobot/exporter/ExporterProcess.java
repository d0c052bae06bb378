package io.cryptobot.exporter;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.cryptobot.exporter.exposition.ExpositionFormat;
import io.cryptobot.testing.Await;
import io.cryptobot.testing.ChildProcess;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The exporter in a process of its own, with little memory and with created timestamps on its page. Thread-safe. */
final class ExporterProcess implements AutoCloseable {
    private static final Pattern SERVING =
            Pattern.compile("Serving the bots of .* on application port (\\d+), admin port \\d+");

    private final HttpClient client = HttpClient.newHttpClient();
    private final ChildProcess process;
    private final String port;

    /**
     * @param heap as after {@code -Xmx}
     * @param prefix what to start it with, as {@code nice} would be
     */
    ExporterProcess(Path run, Path scratch, String heap, String... prefix) throws IOException {
        Path configuration = Files.writeString(
                scratch.resolve("exporter.yml"),
                packedConfiguration()
                        .replace("createdTimestamps: false", "createdTimestamps: true")
                        // The client's idle connection would delay every stop.
                        .replace("shutdownGracePeriod: 2s", "shutdownGracePeriod: 0s"));
        process = ChildProcess.java(ExporterApplication.class, "server", configuration)
                .prefix(prefix)
                .options("-XX:TieredStopAtLevel=1", "-Xmx" + heap)
                .environment(freePorts(run))
                .output(scratch.resolve("exporter.log"))
                .start();
        try {
            port = awaitPort(process);
        } catch (AssertionError e) {
            process.close();
            throw e;
        }
    }

    /** {@return the text of the configuration file in the jar} */
    static String packedConfiguration() throws IOException {
        try (var packed = ExporterApplication.class.getResourceAsStream("/exporter.yml")) {
            return new String(packed.readAllBytes(), UTF_8);
        }
    }

    /** {@return the environment for free loopback ports and this run directory} */
    static Map<String, String> freePorts(Path run) {
        return Map.of(
                "CRYPTOBOT_EXPORTER_HOST", "127.0.0.1",
                "CRYPTOBOT_EXPORTER_PORT", "0",
                "CRYPTOBOT_EXPORTER_ADMIN_PORT", "0",
                "CRYPTOBOT_RUN_DIR", run.toString());
    }

    /** {@return the port of the metrics, once the exporter has written it to its log} */
    static String awaitPort(ChildProcess process) {
        Matcher serving = Await.within(Duration.ofMinutes(2))
                .failingWhen(() -> !process.isAlive())
                .showing(process::output)
                .untilValue("the exporter serves", () -> SERVING.matcher(process.output()), Matcher::find);
        return serving.group(1);
    }

    String page(ExpositionFormat format) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/metrics"))
                .header("Accept", format.contentType())
                .build();
        HttpResponse<String> response = client.send(request, BodyHandlers.ofString(UTF_8));
        assertThat(response.statusCode()).as("%s%n%s", response.body(), log()).isEqualTo(200);
        return response.body();
    }

    String log() {
        return process.output();
    }

    /**
     * {@return the counters files that are open, by the names that the kernel knows them by} A descriptor that is closed
     * while they are listed, as that of a connection or of the directory, is not one of them.
     */
    List<String> openCountersFiles() throws IOException {
        List<String> open = new ArrayList<>();
        try (var descriptors = Files.newDirectoryStream(Path.of("/proc", "" + process.pid(), "fd"))) {
            for (Path descriptor : descriptors) {
                try {
                    String target = Files.readSymbolicLink(descriptor).toString();
                    if (target.contains(".counters")) {
                        open.add(target);
                    }
                } catch (NoSuchFileException closed) {
                    // Not open any more.
                }
            }
        }
        return open;
    }

    /** {@return how many mappings of counters files there are, those of deleted files among them} */
    long mappedCountersFiles() throws IOException {
        return Files.readAllLines(Path.of("/proc", "" + process.pid(), "maps"), UTF_8).stream()
                .filter(line -> line.contains(".counters"))
                .count();
    }

    @Override
    public void close() {
        process.close();
    }
}
