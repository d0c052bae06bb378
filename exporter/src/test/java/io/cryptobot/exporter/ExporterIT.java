package io.cryptobot.exporter;

import static io.cryptobot.exporter.RunningExporter.OPENMETRICS;
import static io.cryptobot.exporter.RunningExporter.header;
import static io.cryptobot.exporter.RunningExporter.value;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import io.cryptobot.telemetry.MetricCatalog;
import io.cryptobot.telemetry.OrderMode;
import io.cryptobot.telemetry.Telemetry;
import java.io.ByteArrayInputStream;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

class ExporterIT {
    private static final String FAILED = "cryptobot_orders_failed_total{bot=\"bot\",mode=\"live\"}";

    @TempDir
    private static Path temporary;

    private static Path run;

    @AutoClose
    private static RunningExporter exporter;

    @BeforeAll
    static void start() throws Exception {
        run = temporary.resolve("run");
        exporter = new RunningExporter(run);
    }

    /** So that the exporter has forgotten the bots of the test before. */
    @AfterEach
    void emptyTheRunDirectory() throws Exception {
        TestBots.deleteAll(run);
        assertThat(exporter.page()).doesNotContain("bot=");
    }

    @Test
    void seesABotThatStartsAfterItFromItsFirstZeroToTheDeletionOfItsFile() throws Exception {
        assertThat(exporter.page()).doesNotContain("bot=");
        try (Telemetry bot = bot()) {
            assertThat(value(exporter.page(), FAILED)).isZero();
            bot.orders(OrderMode.LIVE).submitted().inc(4);
            bot.orders(OrderMode.LIVE).failed().inc(4);
            bot.orders(OrderMode.LIVE)
                    .latency()
                    .recordNanos(Duration.ofMillis(800).toNanos());
            bot.gauge(MetricCatalog.TRADING_MODE, "live").set(1);
            String page = exporter.page();
            assertThat(value(page, FAILED)).isEqualTo(4);
            assertThat(value(page, "cryptobot_order_latency_bucket{bot=\"bot\",mode=\"live\",le=\"750.0\"}"))
                    .isZero();
            assertThat(value(page, "cryptobot_order_latency_bucket{bot=\"bot\",mode=\"live\",le=\"1000.0\"}"))
                    .isEqualTo(1);
            assertThat(value(page, "cryptobot_up{bot=\"bot\"}")).isEqualTo(1);
            assertThat(page).contains("cryptobot_telemetry_degraded{");
        }
        String afterwards = exporter.page();
        assertThat(value(afterwards, FAILED)).isEqualTo(4);
        assertThat(value(afterwards, "cryptobot_up{bot=\"bot\"}")).isZero();
        assertThat(value(afterwards, "cryptobot_clean_exit{bot=\"bot\"}")).isEqualTo(1);
        assertThat(afterwards).doesNotContain("cryptobot_telemetry_degraded");
        assertThat(value(afterwards, "cryptobot_trading_mode{bot=\"bot\",mode=\"live\"}"))
                .as("the mode in which the bot will start again is still true")
                .isEqualTo(1);
        Files.delete(run.resolve("bot.counters"));
        assertThat(exporter.page()).doesNotContain("bot=").contains("cryptobot_exporter_log_errors_total");
    }

    @Test
    void seesABotThatStartedBeforeIt() throws Exception {
        try (Telemetry bot = bot()) {
            bot.orders(OrderMode.LIVE).failed().inc(2);
            try (RunningExporter late = new RunningExporter(run)) {
                String page = late.page();
                assertThat(value(page, FAILED)).isEqualTo(2);
                assertThat(value(page, "cryptobot_up{bot=\"bot\"}")).isEqualTo(1);
            }
        }
    }

    @Test
    void speaksBothFormatsAndSaysHowLongThePageIs() throws Exception {
        try (Telemetry bot = bot()) {
            HttpResponse<String> text = exporter.request("GET", "/metrics", "*/*");
            assertThat(header(text, "Content-Type")).isEqualTo("text/plain; version=0.0.4; charset=utf-8");
            assertThat(header(text, "Cache-Control")).isEqualTo("no-store");
            assertThat(header(text, "X-Content-Type-Options")).isEqualTo("nosniff");
            assertThat(header(text, "Content-Length"))
                    .isEqualTo("" + text.body().getBytes(UTF_8).length);
            assertThat(text.body())
                    .contains("# TYPE cryptobot_orders_failed_total counter\n", FAILED + " 0.0\n")
                    .doesNotContain("# EOF");
            HttpResponse<String> open = exporter.request("GET", "/metrics", OPENMETRICS);
            assertThat(header(open, "Content-Type")).isEqualTo(OPENMETRICS);
            assertThat(open.body())
                    .contains(
                            "# TYPE cryptobot_orders_failed counter\n",
                            "cryptobot_orders_failed_total{bot=\"bot\",mode=\"live\"} 0.0\n")
                    .endsWith("# EOF\n")
                    .containsOnlyOnce("# EOF");
            assertThat(bot.degradedReason()).isEmpty();
        }
    }

    @Test
    void readsSeveralAcceptHeadersAsOne() throws Exception {
        HttpRequest request = HttpRequest.newBuilder(exporter.uri("/metrics"))
                .header("Accept", "text/plain;q=0.1")
                .header("Accept", "application/openmetrics-text;version=1.0.0;q=0.2")
                .build();
        assertThat(header(exporter.send(request), "Content-Type")).isEqualTo(OPENMETRICS);
    }

    @Test
    void compressesForThoseWhoAskForIt() throws Exception {
        try (Telemetry bot = bot()) {
            HttpRequest request = HttpRequest.newBuilder(exporter.uri("/metrics"))
                    .header("Accept-Encoding", "gzip")
                    .build();
            HttpResponse<byte[]> compressed = exporter.sendForBytes(request);
            assertThat(compressed.headers().firstValue("Content-Encoding")).contains("gzip");
            assertThat(compressed.headers().firstValue("Vary")).contains("Accept-Encoding");
            String page =
                    new String(new GZIPInputStream(new ByteArrayInputStream(compressed.body())).readAllBytes(), UTF_8);
            assertThat(value(page, FAILED)).isZero();
            assertThat(compressed.body().length).isLessThan(page.length() / 3);
            assertThat(bot.degradedReason()).isEmpty();
        }
    }

    @Test
    void showsTheNamesThatAreAskedForAndRefusesTooMany() throws Exception {
        try (Telemetry bot = bot()) {
            HttpResponse<String> two = exporter.request(
                    "GET", "/metrics?name%5B%5D=cryptobot_up&name%5B%5D=cryptobot_orders_failed_total", "text/plain");
            assertThat(two.body().lines())
                    .filteredOn(line -> !line.startsWith("#"))
                    .containsExactlyInAnyOrder(
                            "cryptobot_up{bot=\"bot\"} 1.0", FAILED + " 0.0", FAILED.replace("live", "paper") + " 0.0");
            HttpResponse<String> none = exporter.request(
                    "GET", "/metrics?name%5B%5D=nothing_has_this_name", "application/openmetrics-text");
            assertThat(none.body()).isEqualTo("# EOF\n");
            HttpResponse<String> many =
                    exporter.request("GET", "/metrics?" + "name%5B%5D=a&".repeat(101), "text/plain");
            assertThat(many.statusCode()).isEqualTo(400);
            assertThat(many.body()).isEqualTo("name[] can be given at most 100 times, was given 101 times\n");
            assertThat(bot.degradedReason()).isEmpty();
        }
    }

    @Test
    void refusesAQueryThatCannotBeDecoded() throws Exception {
        assertThat(RawHttp.exchange(exporter.port(), "GET /metrics?name[]=%zz HTTP/1.0\r\n\r\n"))
                .startsWith("HTTP/1.1 400 ")
                .endsWith("the query cannot be decoded\n");
    }

    @Test
    void tellsOnTheAdminConnectorHowTheLastPageWent() throws Exception {
        try (RunningExporter fresh = new RunningExporter(run)) {
            assertThat(fresh.admin("/healthcheck").body()).contains("not scraped yet");
            fresh.page();
            assertThat(fresh.admin("/healthcheck").body()).containsPattern("last scrape \\d+ s ago, took ");
        }
    }

    @Test
    void promtoolFindsNothingToSay() throws Exception {
        try (Telemetry bot = bot()) {
            for (MetricCatalog metric : MetricCatalog.values()) {
                if (metric.source() != MetricCatalog.Source.EXPORTER) {
                    String[] labels = metric.labels().toArray(String[]::new);
                    switch (metric.type()) {
                        case COUNTER -> bot.counter(metric, labels).inc();
                        case GAUGE -> bot.gauge(metric, labels).set(1);
                        case HISTOGRAM -> bot.histogram(metric, labels).update(1);
                        case SUMMARY -> throw new AssertionError("the catalogue has no summaries: " + metric);
                    }
                }
            }
            bot.tradingLoopBeat();
            bot.registry().meter("signals").mark();
            bot.registry().timer("strategy.run").update(Duration.ofMillis(1));
            Files.createFile(run.resolve("broken.counters"));
            // what the bot registered itself comes once a second
            String page = exporter.pageOnce(text -> text.contains("# TYPE strategy_run_seconds summary"));
            assertThat(page).contains("# TYPE signals_total counter", "# TYPE jvm_cpu_seconds gauge");
            for (MetricCatalog metric : MetricCatalog.values()) {
                assertThat(page)
                        .contains("# TYPE " + metric.prometheusName() + " "
                                + metric.type().prometheusName());
            }
            // cryptobot_order_latency lacks a unit in its name and is not in seconds; promtool only objects to a wrong
            // unit that is named, so the one deviation from the naming rules does not show here.
            assertThat(Promtool.check(page)).isEqualTo(Promtool.NO_FAULT);
        }
    }

    @Test
    void anUnreadableFileShowsOnThePageAndInTheHealthCheckAndCostsNothingElse() throws Exception {
        assertThat(exporter.admin("/healthcheck").statusCode()).isEqualTo(200);
        try (Telemetry bot = bot()) {
            Files.writeString(run.resolve("bad.counters"), "rubbish");
            String page = exporter.page();
            assertThat(value(page, "cryptobot_exporter_unreadable_files{bot=\"bad\",reason=\"truncated\"}"))
                    .isEqualTo(1);
            assertThat(value(page, FAILED)).isZero();
            assertThat(exporter.admin("/healthcheck").statusCode()).isEqualTo(500);
            assertThat(exporter.admin("/healthcheck").body()).contains("bad.counters has only 7 bytes");
            assertThat(exporter.request("GET", "/", "*/*").body())
                    .contains("<b>bad.counters</b> is shorter than it says", "<h2 data-text=\"bot\">bot</h2>");
            assertThat(bot.degradedReason()).isEmpty();
        }
    }

    @Test
    void namesAThousandUnreadableFilesAndCountsTheOthers() throws Exception {
        Logger logger = (Logger) LoggerFactory.getLogger("io.cryptobot.exporter.bots");
        logger.setLevel(Level.OFF); // a thousand lines would bury those of the build
        Files.createDirectories(run);
        for (int file = 0; file < 1_002; file++) {
            Files.createFile(run.resolve("bad-" + file + ".counters"));
        }
        assertThat(exporter.page().lines())
                .filteredOn(line -> line.startsWith("cryptobot_exporter_unreadable_files{"))
                .hasSize(1_001)
                .contains("cryptobot_exporter_unreadable_files{reason=\"more_files\"} 2.0");
        assertThat(exporter.admin("/healthcheck").body()).contains("; 2 more counters files cannot be read");
        assertThat(exporter.request("GET", "/", "*/*").body()).contains("1,002 files unreadable", ">and 2 more files<");
    }

    @Test
    void answersHeadAndRefusesWhatItDoesNotServe() throws Exception {
        HttpResponse<String> head = exporter.request("HEAD", "/metrics", "*/*");
        assertThat(head.statusCode()).isEqualTo(200);
        assertThat(head.body()).isEmpty();
        assertThat(Integer.parseInt(header(head, "Content-Length"))).isPositive();
        for (String method : new String[] {"POST", "PUT", "DELETE", "OPTIONS"}) {
            HttpResponse<String> refused = exporter.request(method, "/metrics", "*/*");
            assertThat(refused.statusCode()).as(method).isEqualTo(405);
            assertThat(header(refused, "Allow")).isEqualTo("GET, HEAD");
        }
        for (String path :
                new String[] {"/metric", "/metrics/", "/index.html", "/-/quit", "/metrics;a=b", "/%6detrics"}) {
            HttpResponse<String> unknown = exporter.request("GET", path, "*/*");
            assertThat(unknown.statusCode()).as(path).isEqualTo(404);
            assertThat(unknown.body()).isEqualTo("not found\n");
        }
        // Dropwizard's own filter is faster here.
        HttpResponse<String> trace = exporter.request("TRACE", "/metrics", "*/*");
        assertThat(trace.statusCode()).isEqualTo(405);
        assertThat(trace.body()).isEmpty();
        HttpResponse<String> malformed = exporter.request("GET", "/..%2fmetrics", "*/*");
        assertThat(malformed.statusCode()).isEqualTo(400);
        assertThat(malformed.body()).isEqualTo("bad request\n");
    }

    @Test
    void tellsHealthAndReadinessApart() throws Exception {
        assertThat(exporter.request("GET", "/-/healthy", "*/*").body()).isEqualTo("healthy\n");
        assertThat(exporter.request("GET", "/-/ready", "*/*").body()).isEqualTo("ready\n");
        Files.deleteIfExists(run);
        Files.writeString(run, "a file where the run directory should be");
        assertThat(exporter.request("GET", "/-/healthy", "*/*").statusCode()).isEqualTo(200);
        assertThat(exporter.request("GET", "/-/ready", "*/*").statusCode()).isEqualTo(503);
        assertThat(exporter.page()).doesNotContain("bot=");
    }

    private Telemetry bot() {
        return TestBots.open(run, "bot");
    }
}
