package io.cryptobot.exporter;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.cryptobot.telemetry.InstanceName;
import io.cryptobot.telemetry.OrderMode;
import io.cryptobot.telemetry.RunDirectory;
import io.cryptobot.telemetry.Telemetry;
import io.cryptobot.telemetry.TelemetrySettings;
import java.io.IOException;
import java.io.OutputStream;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
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
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A real Prometheus scrapes the exporter: as it is, which is OpenMetrics, and through a proxy that asks for text. */
class RealPrometheusIT {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final ObjectMapper MAPPER = new ObjectMapper();

    @TempDir
    Path temporary;

    private final HttpClient client = HttpClient.newHttpClient();
    private int port;

    @Test
    void readsBothFormats() throws Exception {
        Path run = temporary.resolve("run");
        try (RunningExporter exporter = new RunningExporter(run);
                Telemetry bot = Telemetry.open(new TelemetrySettings(new InstanceName("bot"), new RunDirectory(run)))) {
            bot.orders(OrderMode.LIVE).failed().inc(3);
            bot.orders(OrderMode.LIVE)
                    .latency()
                    .recordNanos(Duration.ofMillis(800).toNanos());
            HttpServer proxy = proxy(exporter);
            Process prometheus = prometheus(exporter.port(), proxy.getAddress().getPort());
            try {
                for (String format : new String[] {"openmetrics", "text"}) {
                    String job = "{job=\"" + format + "\"}";
                    await(prometheus, "up" + job, 1);
                    assertThat(query("scrape_samples_scraped" + job)).as(format).isGreaterThan(100);
                    assertThat(query("scrape_samples_scraped" + job + " - scrape_samples_post_metric_relabeling" + job))
                            .isZero();
                    await(prometheus, "cryptobot_orders_failed_total{mode=\"live\",job=\"" + format + "\"}", 3);
                    assertThat(query(
                                    "cryptobot_order_latency_bucket{mode=\"live\",le=\"+Inf\",job=\"" + format + "\"}"))
                            .isEqualTo(1);
                    assertThat(query("count(cryptobot_order_latency_bucket{mode=\"live\",job=\"" + format + "\"})"))
                            .isEqualTo(19);
                }
                JsonNode metadata = get("/api/v1/targets/metadata?metric=cryptobot_heartbeat_timestamp_seconds");
                assertThat(metadata.findValuesAsText("unit")).contains("seconds");
                assertThat(metadata.findValuesAsText("type")).containsOnly("gauge");
                assertThat(get("/api/v1/targets").findValuesAsText("lastError")).containsOnly("");
                assertThat(bot.degradedReason()).isEmpty();
            } finally {
                prometheus.destroy();
                assertThat(prometheus.waitFor(30, TimeUnit.SECONDS)).isTrue();
                proxy.stop(0);
            }
        }
    }

    /** Prometheus before 2.49 cannot be told which format to ask for. */
    private HttpServer proxy(RunningExporter exporter) throws IOException {
        HttpServer proxy = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        proxy.createContext("/metrics", exchange -> forward(exporter, exchange));
        proxy.start();
        return proxy;
    }

    private void forward(RunningExporter exporter, HttpExchange exchange) throws IOException {
        try (exchange) {
            HttpRequest request = exporter.to("/metrics")
                    .header("Accept", "text/plain;version=0.0.4")
                    .build();
            HttpResponse<byte[]> page = exporter.sendForBytes(request);
            String type = page.headers().firstValue("Content-Type").orElse("");
            exchange.getResponseHeaders().set("Content-Type", type);
            exchange.sendResponseHeaders(type.startsWith("text/plain") ? 200 : 500, page.body().length);
            try (OutputStream body = exchange.getResponseBody()) {
                body.write(page.body());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private Process prometheus(int exporter, int proxy) throws IOException {
        port = freePort();
        Path configuration = Files.writeString(temporary.resolve("prometheus.yml"), """
                global: {scrape_interval: 1s, scrape_timeout: 1s}
                scrape_configs:
                  - job_name: openmetrics
                    static_configs: [{targets: ["127.0.0.1:%d"]}]
                  - job_name: text
                    static_configs: [{targets: ["127.0.0.1:%d"]}]
                """.formatted(exporter, proxy));
        String program = Objects.requireNonNullElse(System.getenv("CRYPTOBOT_PROMETHEUS"), "prometheus");
        try {
            return new ProcessBuilder(
                            program,
                            "--config.file=" + configuration,
                            "--storage.tsdb.path=" + temporary.resolve("tsdb"),
                            "--web.listen-address=127.0.0.1:" + port)
                    .redirectErrorStream(true)
                    .redirectOutput(temporary.resolve("prometheus.log").toFile())
                    .start();
        } catch (IOException e) {
            throw new AssertionError("prometheus is not on the PATH (Debian: apt-get install prometheus)", e);
        }
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    private void await(Process prometheus, String query, double expected) throws Exception {
        long start = System.nanoTime();
        while (true) {
            try {
                double value = query(query);
                if (value == expected) {
                    return;
                }
                assertThat(System.nanoTime() - start)
                        .as("%s is %f: %s", query, value, get("/api/v1/targets"))
                        .isLessThan(PATIENCE.toNanos());
            } catch (ConnectException e) {
                assertThat(prometheus.isAlive())
                        .as(Files.readString(temporary.resolve("prometheus.log"), UTF_8))
                        .isTrue();
            }
            LockSupport.parkNanos(Duration.ofMillis(50).toNanos());
        }
    }

    /** {@return the value of the only series; NaN for none} */
    private double query(String query) throws Exception {
        JsonNode result = get("/api/v1/query?query=" + URLEncoder.encode(query, UTF_8))
                .path("data")
                .path("result");
        assertThat(result.size()).as(query).isLessThan(2);
        return result.isEmpty()
                ? Double.NaN
                : Double.parseDouble(result.get(0).get("value").get(1).asText());
    }

    private JsonNode get(String path) throws Exception {
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                .build();
        HttpResponse<String> answer = client.send(request, BodyHandlers.ofString(UTF_8));
        if (answer.statusCode() == 503) {
            throw new ConnectException("Prometheus listens and is not ready yet");
        }
        return MAPPER.readTree(answer.body());
    }
}
