package io.cryptobot.exporter;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.cryptobot.exporter.exposition.PageFormat;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The exporter in a process of its own, with little memory and with created timestamps on its page. Thread-safe. */
final class ExporterProcess implements AutoCloseable {
    private static final Pattern SERVING =
            Pattern.compile("Serving the bots of .* on application port (\\d+), admin port \\d+");
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final HttpClient client = HttpClient.newHttpClient();
    private final Path output;
    private final Process process;
    private final String port;

    /**
     * @param heap as after {@code -Xmx}
     * @param prefix what to start it with, as {@code nice} would be
     */
    ExporterProcess(Path run, Path scratch, String heap, String... prefix) throws IOException {
        output = scratch.resolve("exporter.log");
        try (var packed = ExporterApplication.class.getResourceAsStream("/exporter.yml")) {
            String configuration = new String(packed.readAllBytes(), UTF_8);
            Files.writeString(
                    scratch.resolve("exporter.yml"),
                    configuration
                            .replace("createdTimestamps: false", "createdTimestamps: true")
                            // the client's idle connection, which nobody closes, would hold up every stop
                            .replace("shutdownGracePeriod: 2s", "shutdownGracePeriod: 0s"));
        }
        List<String> command = new ArrayList<>(List.of(prefix));
        command.addAll(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-Xmx" + heap,
                "-cp",
                System.getProperty("java.class.path"),
                ExporterApplication.class.getName(),
                "server",
                scratch.resolve("exporter.yml").toString()));
        ProcessBuilder builder = new ProcessBuilder(command);
        builder.environment().put("CRYPTOBOT_EXPORTER_HOST", "127.0.0.1");
        builder.environment().put("CRYPTOBOT_EXPORTER_PORT", "0");
        builder.environment().put("CRYPTOBOT_EXPORTER_ADMIN_PORT", "0");
        builder.environment().put("CRYPTOBOT_RUN_DIR", run.toString());
        process = builder.redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        try {
            port = awaitPort(process, output);
        } catch (IOException | AssertionError e) {
            process.destroyForcibly();
            throw e;
        }
    }

    /** {@return the port of the metrics, once the exporter has written it to its log} */
    static String awaitPort(Process process, Path output) throws IOException {
        long start = System.nanoTime();
        Matcher serving = SERVING.matcher("");
        while (!serving.find()) {
            String log = Files.readString(output, UTF_8);
            assertThat(process.isAlive()).as(log).isTrue();
            assertThat(Duration.ofNanos(System.nanoTime() - start)).as(log).isLessThan(PATIENCE);
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(20));
            serving = SERVING.matcher(Files.readString(output, UTF_8));
        }
        return serving.group(1);
    }

    String page(PageFormat format) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/metrics"))
                .header("Accept", format.contentType())
                .build();
        HttpResponse<String> response = client.send(request, BodyHandlers.ofString(UTF_8));
        assertThat(response.statusCode()).as("%s%n%s", response.body(), log()).isEqualTo(200);
        return response.body();
    }

    String log() throws IOException {
        return Files.readString(output, UTF_8);
    }

    /** {@return the counters files that are open, by the names that the kernel knows them by} */
    List<String> openCountersFiles() throws IOException {
        List<String> open = new ArrayList<>();
        try (var descriptors = Files.newDirectoryStream(Path.of("/proc", "" + process.pid(), "fd"))) {
            for (Path descriptor : descriptors) {
                String target = Files.readSymbolicLink(descriptor).toString();
                if (target.contains(".counters")) {
                    open.add(target);
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
        process.destroy();
        try {
            if (!process.waitFor(30, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
