package io.cryptobot.exporter;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.cryptobot.exporter.security.Authority;
import io.cryptobot.telemetry.OrderMode;
import io.cryptobot.telemetry.Telemetry;
import io.cryptobot.telemetry.counters.CountersFile;
import io.cryptobot.telemetry.counters.Descriptor;
import io.cryptobot.testing.Await;
import io.cryptobot.testing.PrometheusProcess;
import io.cryptobot.testing.RealEngines;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URLEncoder;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A real Prometheus scrapes one exporter as it is, which is OpenMetrics, and through a proxy that asks for text; and another
 * one with TLS and a password, both configured as docs/exporter.md shows. It is one test, because a Prometheus takes more
 * than five seconds to its first scrape.
 */
@RealEngines
class RealPrometheusIT {
    private static final String ODD = "\"quoted\" back\\new\nnew line żółw 🐢 {a=\"b\",} # EOF";

    private static final ObjectMapper MAPPER = new ObjectMapper();

    @TempDir
    Path temporary;

    @Test
    void readsBothFormatsAndTlsWithAPasswordAsDocumented() throws Exception {
        Matcher yaml = Pattern.compile("```yaml\n(.*?)```", Pattern.DOTALL)
                .matcher(Files.readString(Path.of("..", "docs", "exporter.md")));
        assertThat(yaml.find()).isTrue();
        Path webConfig = Authority.writePrivate(
                temporary.resolve("web.yml"), yaml.group(1).replace("<what htpasswd printed>", Authority.HASH));
        assertThat(yaml.find()).isTrue();
        String scrapeConfigs = yaml.group(1)
                .replace("/etc/prometheus/cryptobot/exporter.crt", "ca.crt")
                .replace("/etc/prometheus/cryptobot/password", "password");
        Authority authority = new Authority("ours");
        authority.issue("exporter").writeTo(temporary, "exporter");
        Files.writeString(temporary.resolve("ca.crt"), authority.certificatePem());
        Files.writeString(temporary.resolve("password"), "fakepassword");
        Path run = temporary.resolve("run");
        try (RunningExporter open = new RunningExporter(run);
                RunningExporter secured = new RunningExporter(run, "https", webConfig.toString());
                Telemetry bot = TestBots.open(run, "bot");
                CountersFile odd = TestBots.file(run, "o".repeat(64))) {
            odd.register(Descriptor.counter("odd_total", ODD, Map.of("text", ODD)))
                    .add(0, 7);
            bot.orders(OrderMode.LIVE).failed().inc(3);
            bot.orders(OrderMode.LIVE)
                    .latency()
                    .recordNanos(Duration.ofMillis(800).toNanos());
            HttpServer proxy = proxy(open);
            Path config = Files.writeString(temporary.resolve("prometheus.yml"), """
                    global: {scrape_interval: 1s, scrape_timeout: 1s}
                    %s
                      - job_name: openmetrics
                        static_configs: [{targets: ["127.0.0.1:%d"]}]
                      - job_name: text
                        static_configs: [{targets: ["127.0.0.1:%d"]}]
                    """.formatted(
                            scrapeConfigs.replace("cryptobot-desktop:9100", "127.0.0.1:" + secured.port()),
                            open.port(),
                            proxy.getAddress().getPort()));
            try (PrometheusProcess prometheus = PrometheusProcess.start(config, temporary.resolve("prometheus"))) {
                for (String job : new String[] {"openmetrics", "text", "cryptobot-desktop"}) {
                    readsEverything(prometheus, job);
                }
                JsonNode metadata =
                        get(prometheus, "/api/v1/targets/metadata?metric=cryptobot_heartbeat_timestamp_seconds");
                assertThat(metadata.findValuesAsText("unit")).contains("seconds");
                assertThat(metadata.findValuesAsText("type")).containsOnly("gauge");
                assertThat(get(prometheus, "/api/v1/label/text/values").path("data"))
                        .as("the same from all jobs")
                        .extracting(JsonNode::asText)
                        .containsExactly(ODD);
                assertThat(get(prometheus, "/api/v1/targets").findValuesAsText("lastError"))
                        .containsOnly("");
                assertThat(value(
                                prometheus,
                                "count(cryptobot_exporter_certificate_not_after_timestamp_seconds > time())"))
                        .as("exporters with a certificate")
                        .isEqualTo(1);
            } finally {
                proxy.stop(0);
            }
            assertThat(bot.degradedReason()).isEmpty();
            assertThat(secured.warnings()).isEmpty();
        }
    }

    private static void readsEverything(PrometheusProcess prometheus, String job) throws Exception {
        String ofJob = "job=\"" + job + "\"";
        await(prometheus, "up{" + ofJob + "}", 1);
        assertThat(value(prometheus, "scrape_samples_scraped{" + ofJob + "}"))
                .as(job)
                .isGreaterThan(100);
        assertThat(value(
                        prometheus,
                        "scrape_samples_scraped{" + ofJob + "} - scrape_samples_post_metric_relabeling{" + ofJob + "}"))
                .isZero();
        await(prometheus, "cryptobot_orders_failed_total{mode=\"live\"," + ofJob + "}", 3);
        await(prometheus, "odd_total{" + ofJob + "}", 7);
        assertThat(value(prometheus, "cryptobot_order_latency_bucket{mode=\"live\",le=\"+Inf\"," + ofJob + "}"))
                .isEqualTo(1);
        assertThat(value(prometheus, "count(cryptobot_order_latency_bucket{mode=\"live\"," + ofJob + "})"))
                .isEqualTo(19);
    }

    private static void await(PrometheusProcess prometheus, String query, double expected) {
        Await.within(Duration.ofSeconds(60))
                .showing(() -> prometheus.get("/api/v1/targets"))
                .until(query + " is " + expected, () -> value(prometheus, query) == expected);
    }

    /** {@return the value of the only series of a query; NaN for none} */
    private static double value(PrometheusProcess prometheus, String query) throws IOException {
        JsonNode result = get(prometheus, "/api/v1/query?query=" + URLEncoder.encode(query, UTF_8))
                .path("data")
                .path("result");
        assertThat(result.size()).as(query).isLessThan(2);
        return result.isEmpty()
                ? Double.NaN
                : Double.parseDouble(result.get(0).get("value").get(1).asText());
    }

    private static JsonNode get(PrometheusProcess prometheus, String path) throws IOException {
        return MAPPER.readTree(prometheus.get(path));
    }

    /** Prometheus before 2.49 cannot be told which format to ask for. */
    private static HttpServer proxy(RunningExporter exporter) throws IOException {
        HttpServer proxy = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        proxy.createContext("/metrics", exchange -> forward(exporter, exchange));
        proxy.start();
        return proxy;
    }

    private static void forward(RunningExporter exporter, HttpExchange exchange) throws IOException {
        try (exchange) {
            HttpRequest request = HttpRequest.newBuilder(exporter.uri("/metrics"))
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
}
