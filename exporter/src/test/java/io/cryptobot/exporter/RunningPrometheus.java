package io.cryptobot.exporter;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** A real Prometheus on a free loopback port. */
final class RunningPrometheus implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final ObjectMapper MAPPER = new ObjectMapper();

    private final HttpClient client = HttpClient.newHttpClient();
    private final int port;
    private final Path log;
    private final Process process;

    /** @param directory where its configuration is, and what it writes */
    RunningPrometheus(Path config, Path directory) throws IOException {
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = free.getLocalPort();
        }
        log = directory.resolve("prometheus.log");
        try {
            process = new ProcessBuilder(
                            System.getenv().getOrDefault("CRYPTOBOT_PROMETHEUS", "prometheus"),
                            "--config.file=" + config,
                            "--storage.tsdb.path=" + directory.resolve("tsdb"),
                            "--web.listen-address=127.0.0.1:" + port)
                    .redirectErrorStream(true)
                    .redirectOutput(log.toFile())
                    .start();
        } catch (IOException e) {
            throw new AssertionError("prometheus is not on the PATH (Debian: apt-get install prometheus)", e);
        }
    }

    /** Waits until the only series of a query has a value, and until Prometheus has started before. */
    void await(String query, double expected) throws IOException, InterruptedException {
        long start = System.nanoTime();
        while (true) {
            String seen;
            try {
                double value = value(query);
                if (value == expected) {
                    return;
                }
                seen = query + " is " + value + ": " + get("/api/v1/targets");
            } catch (ConnectException e) {
                seen = Files.readString(log, UTF_8);
                assertThat(process.isAlive()).as(seen).isTrue();
            }
            assertThat(Duration.ofNanos(System.nanoTime() - start)).as(seen).isLessThan(PATIENCE);
            LockSupport.parkNanos(Duration.ofMillis(50).toNanos());
        }
    }

    /** {@return the value of the only series of a query; NaN for none} */
    double value(String query) throws IOException, InterruptedException {
        JsonNode result = get("/api/v1/query?query=" + URLEncoder.encode(query, UTF_8))
                .path("data")
                .path("result");
        assertThat(result.size()).as(query).isLessThan(2);
        return result.isEmpty()
                ? Double.NaN
                : Double.parseDouble(result.get(0).get("value").get(1).asText());
    }

    /** {@return an answer of its API} */
    JsonNode get(String path) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                .build();
        HttpResponse<String> answer = client.send(request, BodyHandlers.ofString(UTF_8));
        if (answer.statusCode() == 503) {
            throw new ConnectException("Prometheus listens and is not ready yet");
        }
        return MAPPER.readTree(answer.body());
    }

    @Override
    public void close() throws InterruptedException {
        process.destroy();
        assertThat(process.waitFor(30, TimeUnit.SECONDS)).as("ended").isTrue();
    }
}
