package io.cryptobot.exporter;

import static io.cryptobot.exporter.RunningExporter.OPENMETRICS;
import static org.assertj.core.api.Assertions.assertThat;

import com.codahale.metrics.Gauge;
import io.cryptobot.exporter.exposition.ExpositionFormat;
import io.cryptobot.telemetry.MetricType;
import io.cryptobot.telemetry.OrderMode;
import io.cryptobot.telemetry.Telemetry;
import io.cryptobot.telemetry.counters.CountersFile;
import io.cryptobot.telemetry.counters.Descriptor;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The page as readers that we did not write understand it. */
class OtherReadersIT {
    private static final String ODD = "\"quoted\" back\\slash\nnew line\r\ttab żółw 🐢 {a=\"b\",} # EOF";
    private static final Descriptor ODD_COUNTER = Descriptor.counter(
            "odd_total", "Help with \"quotes\", \\ and\nlines, żółw 🐢.", Map.of("text", ODD, "z", ""));
    /** As long as a bot's name may be. */
    private static final String DEAD = "d".repeat(64);

    private static final Descriptor LOW = gauge("low");
    private static final Descriptor HIGH = gauge("high");
    private static final Descriptor TINY = gauge("tiny");
    private static final Descriptor EMPTY =
            new Descriptor("sizes", MetricType.HISTOGRAM, "", new TreeMap<>(), 1, List.of(0.00001, 1.0, 1e7));
    private static final Descriptor SUMMARY =
            Descriptor.summary("run_seconds", "Seconds.", Map.of(), List.of(0.5, 0.95, 0.99));

    @TempDir
    Path temporary;

    private Path run;

    @AutoClose
    private RunningExporter exporter;

    @BeforeEach
    void start() throws Exception {
        run = temporary.resolve("run");
        exporter = new RunningExporter(run);
    }

    @Test
    void theyAllReadTheSameAndWhatTheBotsWrote() throws Exception {
        try (Telemetry ordinary = TestBots.open(run, "ordinary");
                CountersFile odd = TestBots.file(run, "odd")) {
            ordinary.orders(OrderMode.LIVE).failed().inc(3);
            ordinary.orders(OrderMode.LIVE)
                    .latency()
                    .recordNanos(Duration.ofMillis(800).toNanos());
            Gauge<Double> nan = () -> Double.NaN;
            ordinary.registry().register("nan", nan);
            odd.register(ODD_COUNTER).add(0, Long.MAX_VALUE);
            TestBots.set(odd.register(LOW), Double.NEGATIVE_INFINITY);
            TestBots.set(odd.register(HIGH), Double.POSITIVE_INFINITY);
            TestBots.set(odd.register(TINY), Double.MIN_VALUE);
            odd.register(EMPTY);
            TestBots.set(odd.register(SUMMARY), Double.NaN, 0.25, Double.POSITIVE_INFINITY);
            killedCopy(DEAD);
            Files.createFile(run.resolve("bad \" name.counters"));

            exporter.pageOnce(page -> page.contains("cryptobot_up{bot=\"" + DEAD + "\"} 0.0"));
            odd.beat();
            PythonReader text = read(ExpositionFormat.TEXT, "text/plain");
            odd.beat();
            PythonReader open = read(ExpositionFormat.OPENMETRICS, "application/openmetrics-text;version=1.0.0");

            for (PythonReader page : List.of(text, open)) {
                assertThat(page.value("odd_total", Map.of("bot", "odd", "text", ODD, "z", "")))
                        .isEqualTo((double) Long.MAX_VALUE);
                assertThat(page.value("low", Map.of("bot", "odd"))).isEqualTo(Double.NEGATIVE_INFINITY);
                assertThat(page.value("high", Map.of("bot", "odd"))).isEqualTo(Double.POSITIVE_INFINITY);
                assertThat(page.value("tiny", Map.of("bot", "odd"))).isEqualTo(Double.MIN_VALUE);
                assertThat(page.value("sizes_bucket", Map.of("bot", "odd", "le", "1e-05")))
                        .isZero();
                assertThat(page.value("sizes_bucket", Map.of("bot", "odd", "le", "1e+07")))
                        .isZero();
                assertThat(page.value("sizes_count", Map.of("bot", "odd"))).isZero();
                assertThat(page.value("sizes_sum", Map.of("bot", "odd"))).isZero();
                assertThat(page.value("run_seconds", Map.of("bot", "odd", "quantile", "0.95")))
                        .isEqualTo(0.25);
                assertThat(page.samples())
                        .doesNotContainKey(
                                new PythonReader.Key("run_seconds", Map.of("bot", "odd", "quantile", "0.5")));
                assertThat(page.value("cryptobot_orders_failed_total", Map.of("bot", "ordinary", "mode", "live")))
                        .isEqualTo(3);
                assertThat(page.value(
                                "cryptobot_order_latency_bucket",
                                Map.of("bot", "ordinary", "mode", "live", "le", "750.0")))
                        .isZero();
                assertThat(page.value(
                                "cryptobot_order_latency_bucket",
                                Map.of("bot", "ordinary", "mode", "live", "le", "+Inf")))
                        .isEqualTo(1);
                assertThat(page.value("cryptobot_up", Map.of("bot", DEAD))).isZero();
                assertThat(page.value("cryptobot_orders_failed_total", Map.of("bot", DEAD, "mode", "live")))
                        .isEqualTo(7);
                assertThat(page.samples())
                        .doesNotContainKey(new PythonReader.Key("cryptobot_telemetry_degraded", Map.of("bot", DEAD)));
                assertThat(page.value(
                                "cryptobot_exporter_unreadable_files",
                                Map.of("bot", "bad \" name", "reason", "foreign")))
                        .isEqualTo(1);
            }
            assertThat(open.families().get("odd"))
                    .isEqualTo(new PythonReader.Family("counter", ODD_COUNTER.help(), ""));
            assertThat(open.families().get("run_seconds").unit()).isEqualTo("seconds");
            assertThat(open.families().get("cryptobot_order_latency").type()).isEqualTo("histogram");
            assertThat(text.families().get("cryptobot_order_latency").type()).isEqualTo("histogram");
        }
    }

    private PythonReader read(ExpositionFormat format, String accept) throws Exception {
        var response = exporter.request("GET", "/metrics", accept);
        assertThat(response.headers().firstValue("Content-Type"))
                .contains(format == ExpositionFormat.TEXT ? "text/plain; version=0.0.4; charset=utf-8" : OPENMETRICS);
        if (format == ExpositionFormat.TEXT) {
            assertThat(Promtool.check(response.body()).output()).doesNotContain("error while linting", "parsing");
        }
        return PythonReader.read(format, response.body());
    }

    /** A bot whose file ends as if it had been killed. */
    private void killedCopy(String name) throws Exception {
        Path copy = temporary.resolve("killed");
        try (Telemetry bot = TestBots.open(run, name)) {
            bot.orders(OrderMode.LIVE).failed().inc(7);
            Files.copy(run.resolve(name + ".counters"), copy);
        }
        Files.move(copy, run.resolve(name + ".counters"), StandardCopyOption.REPLACE_EXISTING);
    }

    private static Descriptor gauge(String name) {
        return Descriptor.gauge(name, "Gauge.", Map.of());
    }
}
