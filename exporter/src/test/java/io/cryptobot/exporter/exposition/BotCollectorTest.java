package io.cryptobot.exporter.exposition;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.codahale.metrics.Clock;
import com.codahale.metrics.Gauge;
import com.codahale.metrics.MetricRegistry;
import io.cryptobot.exporter.TestBots;
import io.cryptobot.telemetry.MetricCatalog;
import io.cryptobot.telemetry.MetricType;
import io.cryptobot.telemetry.OrderMode;
import io.cryptobot.telemetry.Telemetry;
import io.cryptobot.telemetry.counters.CountersFile;
import io.cryptobot.telemetry.counters.CountersFileLayout.Geometry;
import io.cryptobot.telemetry.counters.Descriptor;
import io.cryptobot.telemetry.dropwizard.RegistryMetrics;
import java.nio.file.Files;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** The series of good counters files. */
class BotCollectorTest extends ExpositionFixture {
    @Test
    void anEmptyDirectoryIsAPageWithoutBots() {
        assertThat(lines()).last().isEqualTo("cryptobot_exporter_forgotten_bots 0.0");
        assertThat(text()).doesNotContain("bot=");
        assertThat(openMetrics(page)).endsWith("\ncryptobot_exporter_forgotten_bots 0.0\n# EOF\n");
    }

    @Test
    void showsZerosBeforeTheFirstOrder() {
        try (Telemetry bot = TestBots.open(run, "a")) {
            assertThat(lines())
                    .contains(
                            "# TYPE cryptobot_orders_failed_total counter",
                            "cryptobot_orders_failed_total{bot=\"a\",mode=\"live\"} 0.0",
                            "cryptobot_orders_failed_total{bot=\"a\",mode=\"paper\"} 0.0",
                            "# TYPE cryptobot_order_latency histogram",
                            "cryptobot_order_latency_bucket{bot=\"a\",mode=\"live\",le=\"750.0\"} 0.0",
                            "cryptobot_order_latency_bucket{bot=\"a\",mode=\"live\",le=\"+Inf\"} 0.0",
                            "cryptobot_order_latency_count{bot=\"a\",mode=\"live\"} 0.0",
                            "cryptobot_order_latency_sum{bot=\"a\",mode=\"live\"} 0.0",
                            "cryptobot_up{bot=\"a\"} 1.0",
                            "cryptobot_clean_exit{bot=\"a\"} 0.0",
                            "cryptobot_restarts_total{bot=\"a\"} 0.0",
                            bad("a", BadRecord.DAMAGED, 0));
            assertThat(bot.degradedReason()).isEmpty();
        }
    }

    @Test
    void bucketsAreCumulativeAndTheLastOneIsTheCount() {
        try (Telemetry bot = TestBots.open(run, "a")) {
            for (int ms : new int[] {1, 5, 6, 700, 100_000}) {
                bot.orders(OrderMode.LIVE)
                        .latency()
                        .recordNanos(Duration.ofMillis(ms).toNanos());
            }
            assertThat(lines())
                    .contains(
                            "cryptobot_order_latency_bucket{bot=\"a\",mode=\"live\",le=\"5.0\"} 2.0",
                            "cryptobot_order_latency_bucket{bot=\"a\",mode=\"live\",le=\"10.0\"} 3.0",
                            "cryptobot_order_latency_bucket{bot=\"a\",mode=\"live\",le=\"750.0\"} 4.0",
                            "cryptobot_order_latency_bucket{bot=\"a\",mode=\"live\",le=\"60000.0\"} 4.0",
                            "cryptobot_order_latency_bucket{bot=\"a\",mode=\"live\",le=\"+Inf\"} 5.0",
                            "cryptobot_order_latency_count{bot=\"a\",mode=\"live\"} 5.0",
                            "cryptobot_order_latency_sum{bot=\"a\",mode=\"live\"} 100712.0");
        }
    }

    @Test
    void mergesTheFamiliesOfAllBotsUnderOneHeader() {
        try (Telemetry a = TestBots.open(run, "a");
                Telemetry b = TestBots.open(run, "b")) {
            a.orders(OrderMode.LIVE).failed().inc(1);
            b.orders(OrderMode.LIVE).failed().inc(2);
            String failed = "cryptobot_orders_failed_total";
            assertThat(lines().stream().filter(line -> line.contains(failed)))
                    .containsExactly(
                            "# HELP " + failed
                                    + " Orders that ended without acceptance, once each however many attempts"
                                    + " they took; unknown outcomes included.",
                            "# TYPE " + failed + " counter",
                            failed + "{bot=\"a\",mode=\"live\"} 1.0",
                            failed + "{bot=\"a\",mode=\"paper\"} 0.0",
                            failed + "{bot=\"b\",mode=\"live\"} 2.0",
                            failed + "{bot=\"b\",mode=\"paper\"} 0.0");
            assertThat(openMetrics(page))
                    .contains(
                            "# TYPE cryptobot_orders_failed counter\n",
                            "cryptobot_orders_failed_total{bot=\"b\",mode=\"live\"} 2.0\n")
                    .endsWith("# EOF\n");
        }
    }

    @Test
    void aDeadBotKeepsItsCountsAndLosesItsGauges() {
        try (CountersFile file = file("a")) {
            file.register(Descriptor.counter("things_total", "Things.", Map.of()))
                    .add(0, 7);
            file.register(Descriptor.gauge("temperature", "Degrees.", Map.of()));
            assertThat(lines()).contains("temperature{bot=\"a\"} 0.0", "cryptobot_up{bot=\"a\"} 1.0");
            clock.advance(Duration.ofSeconds(4));
            assertThat(lines())
                    .contains(
                            "things_total{bot=\"a\"} 7.0",
                            "cryptobot_up{bot=\"a\"} 0.0",
                            "cryptobot_clean_exit{bot=\"a\"} 0.0");
            assertThat(text()).doesNotContain("temperature");
        }
    }

    @Test
    void aBotThatStoppedKeepsItsModeAndSaysThatItEndedInOrder() {
        Telemetry bot = TestBots.open(run, "a");
        bot.gauge(MetricCatalog.TRADING_MODE, "paper").set(1);
        bot.close();
        assertThat(lines())
                .contains(
                        "cryptobot_up{bot=\"a\"} 0.0",
                        "cryptobot_clean_exit{bot=\"a\"} 1.0",
                        "cryptobot_trading_mode{bot=\"a\",mode=\"paper\"} 1.0");
        assertThat(text()).doesNotContain("cryptobot_telemetry_degraded");
    }

    @Test
    void timesAreInSecondsAndThoseOfTheBotsOwnClock() {
        AtomicLong botMs = new AtomicLong(1_000);
        try (CountersFile file = TestBots.file(run, "a", Geometry.DEFAULT, botMs::get)) {
            botMs.set(2_500);
            file.beat();
            assertThat(lines())
                    .contains(
                            "cryptobot_start_time_seconds{bot=\"a\"} 1.0",
                            "cryptobot_heartbeat_timestamp_seconds{bot=\"a\"} 2.5");
            assertThat(text()).doesNotContain("trading_loop");
            botMs.set(3_000);
            file.loopBeat();
            assertThat(lines()).contains("cryptobot_trading_loop_timestamp_seconds{bot=\"a\"} 3.0");
        }
    }

    @Test
    void aFileOfOtherSeriesHasItsOwnNames() throws Exception {
        try (CountersFile file = file("a")) {
            file.register(Descriptor.counter("old_total", "Old.", Map.of()));
            assertThat(lines()).contains("old_total{bot=\"a\"} 0.0");
        }
        Files.delete(run.resolve("a.counters"));
        try (CountersFile file = file("a")) {
            file.register(Descriptor.counter("new_total", "New.", Map.of()));
            assertThat(lines()).contains("new_total{bot=\"a\"} 0.0");
            assertThat(text()).doesNotContain("old_total");
        }
    }

    @Test
    void escapesLabelValues() {
        try (CountersFile file = file("a")) {
            file.register(Descriptor.counter(
                    "odd_total", "Back\\slash\nand line.", Map.of("text", "\"quoted\" back\\slash\nżółw")));
            assertThat(lines())
                    .contains(
                            "# HELP odd_total Back\\\\slash\\nand line.",
                            "odd_total{bot=\"a\",text=\"\\\"quoted\\\" back\\\\slash\\nżółw\"} 0.0");
        }
    }

    @Test
    void onlyOpenMetricsEscapesTheQuotesOfAHelpText() {
        try (CountersFile file = file("a")) {
            file.register(Descriptor.gauge("odd", "So \"called\".", Map.of()));
            assertThat(lines()).contains("# HELP odd So \"called\".");
            assertThat(openMetrics(page)).contains("# HELP odd So \\\"called\\\".\n");
        }
    }

    @Test
    void tellsWhenCountsBeganWhereThatIsAskedFor() {
        try (CountersFile file = file("a")) {
            file.register(Descriptor.counter("things_total", "Things.", Map.of()));
            assertThat(text()).doesNotContain("_created");
            assertThat(openMetrics(page(CreatedTimestamps.SHOWN)))
                    .contains("things_total{bot=\"a\"} 0.0\nthings_created{bot=\"a\"} 1.0\n");
            assertThat(text(page(CreatedTimestamps.SHOWN)))
                    .contains("# TYPE things_created gauge\nthings_created{bot=\"a\"} 1.0\n");
        }
    }

    @Test
    void givesTheUnitInOpenMetrics() {
        try (Telemetry bot = TestBots.open(run, "a")) {
            assertThat(openMetrics(page))
                    .contains(
                            "# UNIT cryptobot_heartbeat_timestamp_seconds seconds\n",
                            "# TYPE cryptobot_order_latency histogram\n")
                    .doesNotContain("# UNIT cryptobot_order_latency");
            assertThat(text()).doesNotContain("# UNIT");
            assertThat(unit("cache_bytes")).isEqualTo("bytes");
            assertThat(unit("cache_hit_ratio")).isEqualTo("ratio");
            assertThat(bot.degradedReason()).isEmpty();
        }
    }

    @Test
    void showsNothingButTheNamesThatAreAskedFor() {
        try (Telemetry bot = TestBots.open(run, "a")) {
            NameFilter filter =
                    NameFilter.of("cryptobot_up", "cryptobot_order_latency_count", "cryptobot_orders_failed");
            assertThat(new String(page.render(ExpositionFormat.TEXT, filter), UTF_8).lines())
                    .filteredOn(line -> !line.startsWith("#"))
                    .containsExactlyInAnyOrder(
                            "cryptobot_up{bot=\"a\"} 1.0",
                            "cryptobot_order_latency_count{bot=\"a\",mode=\"live\"} 0.0",
                            "cryptobot_order_latency_count{bot=\"a\",mode=\"paper\"} 0.0");
            assertThat(bot.degradedReason()).isEmpty();
        }
    }

    @Test
    void showsTheBotsOwnMetricsAndItsJvmAndKeepsTheirCountsWhenItStops() throws Exception {
        MetricRegistry registry = new MetricRegistry();
        registry.register("queue.depth", (Gauge<Integer>) () -> 12);
        registry.counter("positions").inc(2);
        registry.meter("signals").mark(5);
        registry.timer("strategy.run").update(Duration.ofMillis(250));
        registry.histogram("order.size").update(40);
        try (CountersFile file = file("a");
                RegistryMetrics metrics = new RegistryMetrics(registry, file, Clock.defaultClock())) {
            metrics.registerJvm();
            metrics.report();
            assertThat(lines())
                    .contains(
                            "# HELP queue_depth The bot's Dropwizard gauge queue.depth.",
                            "# TYPE queue_depth gauge",
                            "queue_depth{bot=\"a\"} 12.0",
                            "# TYPE positions gauge",
                            "positions{bot=\"a\"} 2.0",
                            "# TYPE signals_total counter",
                            "signals_total{bot=\"a\"} 5.0",
                            "# TYPE strategy_run_seconds summary",
                            "strategy_run_seconds{bot=\"a\",quantile=\"0.95\"} 0.25",
                            "strategy_run_seconds_count{bot=\"a\"} 1.0",
                            "# TYPE order_size summary",
                            "order_size{bot=\"a\",quantile=\"0.999\"} 40.0",
                            "order_size_count{bot=\"a\"} 1.0",
                            "# TYPE jvm_memory_heap_used_bytes gauge",
                            "# TYPE jvm_threads_current gauge",
                            "# TYPE jvm_cpu_seconds gauge",
                            bad("a", BadRecord.NAME_TAKEN, 0),
                            "cryptobot_telemetry_dropped_series{bot=\"a\"} 0.0");

            clock.advance(Duration.ofSeconds(4));
            assertThat(lines())
                    .contains(
                            "cryptobot_up{bot=\"a\"} 0.0",
                            "signals_total{bot=\"a\"} 5.0",
                            "strategy_run_seconds_count{bot=\"a\"} 1.0",
                            "order_size_count{bot=\"a\"} 1.0");
            assertThat(text()).doesNotContain("queue_depth", "positions", "quantile", "jvm_");
        }
    }

    private static String unit(String family) {
        return new Family(family, MetricType.GAUGE, "").unit();
    }
}
