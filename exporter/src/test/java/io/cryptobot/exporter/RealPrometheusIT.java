package io.cryptobot.exporter;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.cryptobot.exporter.security.Authority;
import io.cryptobot.telemetry.OrderMode;
import io.cryptobot.telemetry.Telemetry;
import io.cryptobot.telemetry.TelemetrySettings;
import io.cryptobot.telemetry.counters.CountersFile;
import io.cryptobot.telemetry.counters.CountersFileLayout.Geometry;
import io.cryptobot.telemetry.counters.Descriptor;
import io.cryptobot.telemetry.files.InstanceName;
import io.cryptobot.telemetry.files.RunDirectory;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
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
class RealPrometheusIT {
    /** Of "fakepassword". */
    private static final String HASH = "$2y$10$QOauhQNbBCuQDKes6eFzPeMqBSjb7Mr5DUmpZ/VcEd00UAV/LDeSi";

    private static final String ODD = "\"quoted\" back\\new\nnew line żółw 🐢 {a=\"b\",} # EOF";

    @TempDir
    Path temporary;

    @Test
    void readsBothFormatsAndTlsWithAPasswordAsDocumented() throws Exception {
        Matcher yaml = Pattern.compile("```yaml\n(.*?)```", Pattern.DOTALL)
                .matcher(Files.readString(Path.of("..", "docs", "exporter.md")));
        assertThat(yaml.find()).isTrue();
        Path webConfig = Authority.writePrivate(
                temporary.resolve("web.yml"), yaml.group(1).replace("<what htpasswd printed>", HASH));
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
                Telemetry bot = Telemetry.open(new TelemetrySettings(new InstanceName("bot"), new RunDirectory(run)));
                CountersFile odd = CountersFile.open(
                        new RunDirectory(run),
                        new InstanceName("o".repeat(64)),
                        Geometry.DEFAULT,
                        System::currentTimeMillis,
                        new KeptFile())) {
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
            try (RunningPrometheus prometheus = new RunningPrometheus(config, temporary)) {
                for (String job : new String[] {"openmetrics", "text", "cryptobot-desktop"}) {
                    readsEverything(prometheus, job);
                }
                JsonNode metadata =
                        prometheus.get("/api/v1/targets/metadata?metric=cryptobot_heartbeat_timestamp_seconds");
                assertThat(metadata.findValuesAsText("unit")).contains("seconds");
                assertThat(metadata.findValuesAsText("type")).containsOnly("gauge");
                assertThat(prometheus.get("/api/v1/label/text/values").path("data"))
                        .as("the same from all jobs")
                        .extracting(JsonNode::asText)
                        .containsExactly(ODD);
                assertThat(prometheus.get("/api/v1/targets").findValuesAsText("lastError"))
                        .containsOnly("");
                assertThat(prometheus.value(
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

    private static void readsEverything(RunningPrometheus prometheus, String job) throws Exception {
        String ofJob = "job=\"" + job + "\"";
        prometheus.await("up{" + ofJob + "}", 1);
        assertThat(prometheus.value("scrape_samples_scraped{" + ofJob + "}"))
                .as(job)
                .isGreaterThan(100);
        assertThat(prometheus.value(
                        "scrape_samples_scraped{" + ofJob + "} - scrape_samples_post_metric_relabeling{" + ofJob + "}"))
                .isZero();
        prometheus.await("cryptobot_orders_failed_total{mode=\"live\"," + ofJob + "}", 3);
        prometheus.await("odd_total{" + ofJob + "}", 7);
        assertThat(prometheus.value("cryptobot_order_latency_bucket{mode=\"live\",le=\"+Inf\"," + ofJob + "}"))
                .isEqualTo(1);
        assertThat(prometheus.value("count(cryptobot_order_latency_bucket{mode=\"live\"," + ofJob + "})"))
                .isEqualTo(19);
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
}
