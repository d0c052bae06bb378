package io.cryptobot.exporter.exposition;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.codahale.metrics.Clock;
import com.codahale.metrics.Gauge;
import com.codahale.metrics.MetricRegistry;
import io.cryptobot.exporter.KeptFile;
import io.cryptobot.exporter.bots.BotDirectory;
import io.cryptobot.exporter.bots.ManualClock;
import io.cryptobot.telemetry.MetricCatalog;
import io.cryptobot.telemetry.MetricType;
import io.cryptobot.telemetry.OrderMode;
import io.cryptobot.telemetry.Telemetry;
import io.cryptobot.telemetry.TelemetrySettings;
import io.cryptobot.telemetry.counters.CountersFile;
import io.cryptobot.telemetry.counters.CountersFileException;
import io.cryptobot.telemetry.counters.CountersFileLayout.Geometry;
import io.cryptobot.telemetry.counters.Descriptor;
import io.cryptobot.telemetry.counters.Slot;
import io.cryptobot.telemetry.dropwizard.RegistryMetrics;
import io.cryptobot.telemetry.files.InstanceName;
import io.cryptobot.telemetry.files.RunDirectory;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BotCollectorTest {
    /** Where the first record of a counters file has its value. */
    private static final int FIRST_VALUE = 640 + 159 * 512 + 32 * 512;
    /** Where the owner's count of restarts is. */
    private static final int RESTARTS = 400;

    @TempDir
    Path run;

    private final ManualClock clock = new ManualClock();
    private BotDirectory directory;
    private MetricsPage page;

    @BeforeEach
    void open() {
        directory = new BotDirectory(
                new RunDirectory(run), Duration.ofSeconds(3), Duration.ofDays(36_500), clock, InstantSource.system());
        page = page(false);
    }

    @AfterEach
    void close() {
        directory.close();
    }

    @Test
    void anEmptyDirectoryIsAPageWithoutBots() {
        assertThat(lines()).last().isEqualTo("cryptobot_exporter_forgotten_bots 0.0");
        assertThat(text()).doesNotContain("bot=");
        assertThat(openMetrics(page)).endsWith("\ncryptobot_exporter_forgotten_bots 0.0\n# EOF\n");
    }

    @Test
    void showsZerosBeforeTheFirstOrder() {
        try (Telemetry bot = telemetry("a")) {
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
        try (Telemetry bot = telemetry("a")) {
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
        try (Telemetry a = telemetry("a");
                Telemetry b = telemetry("b")) {
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
    void aDeadBotKeepsItsCountsAndLosesItsGauges() throws CountersFileException {
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
        Telemetry bot = telemetry("a");
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
    void timesAreInSecondsAndThoseOfTheBotsOwnClock() throws CountersFileException {
        AtomicLong botMs = new AtomicLong(1_000);
        try (CountersFile file = file("a", Geometry.DEFAULT, botMs::get)) {
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
    void tellsHowManySeriesDidNotFitIntoTheFile() throws CountersFileException {
        try (CountersFile file = file("a", new Geometry(64), () -> 1_000)) {
            for (int series = 0; series < 66; series++) {
                file.register(Descriptor.counter("things_" + series, "Things.", Map.of()));
            }
            assertThat(lines()).contains("cryptobot_telemetry_dropped_series{bot=\"a\"} 2.0");
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
    void escapesLabelValues() throws CountersFileException {
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
    void onlyOpenMetricsEscapesTheQuotesOfAHelpText() throws CountersFileException {
        try (CountersFile file = file("a")) {
            file.register(Descriptor.gauge("odd", "So \"called\".", Map.of()));
            assertThat(lines()).contains("# HELP odd So \"called\".");
            assertThat(openMetrics(page)).contains("# HELP odd So \\\"called\\\".\n");
        }
    }

    @Test
    void aTypeConflictCostsTheLaterBotThatRecord() throws CountersFileException {
        try (CountersFile a = file("a");
                CountersFile b = file("b")) {
            a.register(Descriptor.counter("things_total", "Things.", Map.of()));
            b.register(Descriptor.gauge("things_total", "Things.", Map.of()));
            b.register(Descriptor.gauge("things", "The counter's family in OpenMetrics.", Map.of()));
            assertThat(lines())
                    .contains(
                            "things_total{bot=\"a\"} 0.0",
                            bad("a", BadRecord.NAME_TAKEN, 0),
                            bad("b", BadRecord.NAME_TAKEN, 2));
            assertThat(text()).doesNotContain("# TYPE things_total gauge", "# TYPE things gauge");
        }
    }

    @Test
    void noFileCanTakeAnotherOnesNames() throws CountersFileException {
        try (CountersFile file = file("a")) {
            file.register(Descriptor.gauge("cryptobot_up", "Not yours.", Map.of("fake", "1")));
            file.register(Descriptor.gauge("cryptobot_exporter_threads", "Not yours.", Map.of()));
            file.register(Descriptor.gauge("cryptobot_order_latency_count", "The histogram's.", Map.of()));
            file.register(Descriptor.gauge("cryptobot_orders_failed_total", "A counter, really.", Map.of()));
            file.register(Descriptor.gauge("cryptobot_orders_failed_created", "When it began.", Map.of()));
            file.register(Descriptor.gauge("other_bot", "Whose?", Map.of("bot", "b")));
            file.register(Descriptor.gauge("other_name", "Whose?", Map.of("__name__", "up")));
            file.register(Descriptor.gauge("other_quantile", "Whose?", Map.of("quantile", "0.5")));
            file.register(new Descriptor(
                    "other_buckets",
                    MetricType.HISTOGRAM,
                    "Whose?",
                    new TreeMap<>(Map.of("le", "1")),
                    1,
                    List.of(1.0)));
            assertThat(text()).doesNotContain("fake", "other_", "exporter_threads", "latency_count", "failed");
            assertThat(lines()).contains(bad("a", BadRecord.NAME_TAKEN, 5), bad("a", BadRecord.RESERVED_LABEL, 4));
        }
    }

    @Test
    void leavesOutCountsThatCannotBe() throws CountersFileException, IOException {
        try (CountersFile a = file("a");
                CountersFile b = file("b")) {
            a.register(Descriptor.counter("things_total", "Things.", Map.of()));
            b.register(new Descriptor("sizes", MetricType.HISTOGRAM, "Sizes.", new TreeMap<>(), 1, List.of(1.0)));
            write("a", FIRST_VALUE, -1);
            write("b", FIRST_VALUE + 8, -1);
            b.register(new Descriptor("totals", MetricType.HISTOGRAM, "Totals.", new TreeMap<>(), 1, List.of(1.0)))
                    .add(2, -1);
            write("b", RESTARTS, Long.MIN_VALUE);
            assertThat(text()).doesNotContain("things_total", "sizes", "totals");
            assertThat(lines())
                    .contains(
                            bad("a", BadRecord.IMPOSSIBLE_VALUE, 1),
                            bad("b", BadRecord.IMPOSSIBLE_VALUE, 3),
                            "cryptobot_restarts_total{bot=\"a\"} 0.0")
                    .doesNotContain("cryptobot_restarts_total{bot=\"b\"} 0.0");
        }
    }

    @Test
    void aDamagedRecordCostsItselfOnly() throws CountersFileException, IOException {
        try (CountersFile file = file("a")) {
            file.register(Descriptor.counter("first_total", "First.", Map.of()));
            file.register(Descriptor.counter("second_total", "Second.", Map.of()));
            write("a", 640 + 72, 0x4141414141414141L);
            assertThat(text()).doesNotContain("first").contains("second_total{bot=\"a\"} 0.0");
            assertThat(lines()).contains(bad("a", BadRecord.DAMAGED, 1));
        }
    }

    @Test
    void whatOnlyOpenMetricsForbidsIsLeftOutOfBothFormats() throws CountersFileException {
        try (CountersFile file = file("a")) {
            set(
                    file.register(Descriptor.summary("profit", "May be a loss.", Map.of(), List.of(0.1, 0.5, 0.9))),
                    -1,
                    Double.NaN,
                    3);
            file.register(Descriptor.summary("percentiles", "No part of 1.", Map.of(), List.of(50.0)));
            file.register(Descriptor.counter("_total", "A family without a name.", Map.of()));
            file.register(new Descriptor(
                            "change", MetricType.HISTOGRAM, "Up or down.", new TreeMap<>(), 1, List.of(-1.0, 0.0, 1e7)))
                    .add(0, 4);
            assertThat(lines())
                    .contains(
                            "profit{bot=\"a\",quantile=\"0.9\"} 3.0",
                            "profit_count{bot=\"a\"} 0.0",
                            "change_bucket{bot=\"a\",le=\"1e+07\"} 4.0",
                            "change_bucket{bot=\"a\",le=\"+Inf\"} 4.0",
                            bad("a", BadRecord.IMPOSSIBLE_VALUE, 2),
                            bad("a", BadRecord.NAME_TAKEN, 1));
            assertThat(text())
                    .doesNotContain(
                            "quantile=\"0.1\"", "quantile=\"0.5\"", "percentiles", "change_sum", "change_count");
        }
    }

    @Test
    void tellsWhenCountsBeganWhereThatIsAskedFor() throws CountersFileException {
        try (CountersFile file = file("a")) {
            file.register(Descriptor.counter("things_total", "Things.", Map.of()));
            assertThat(text()).doesNotContain("_created");
            assertThat(openMetrics(page(true)))
                    .contains("things_total{bot=\"a\"} 0.0\nthings_created{bot=\"a\"} 1.0\n");
            assertThat(text(page(true))).contains("# TYPE things_created gauge\nthings_created{bot=\"a\"} 1.0\n");
        }
    }

    @Test
    void givesTheUnitInOpenMetrics() {
        try (Telemetry bot = telemetry("a")) {
            assertThat(openMetrics(page))
                    .contains(
                            "# UNIT cryptobot_heartbeat_timestamp_seconds seconds\n",
                            "# TYPE cryptobot_order_latency histogram\n")
                    .doesNotContain("# UNIT cryptobot_order_latency");
            assertThat(text()).doesNotContain("# UNIT");
            assertThat(Units.of("cache_bytes")).isEqualTo("bytes");
            assertThat(Units.of("cache_hit_ratio")).isEqualTo("ratio");
            assertThat(bot.degradedReason()).isEmpty();
        }
    }

    @Test
    void showsNothingButTheNamesThatAreAskedFor() {
        try (Telemetry bot = telemetry("a")) {
            NameFilter filter =
                    NameFilter.of("cryptobot_up", "cryptobot_order_latency_count", "cryptobot_orders_failed");
            assertThat(new String(page.render(PageFormat.TEXT, filter), UTF_8).lines())
                    .filteredOn(line -> !line.startsWith("#"))
                    .containsExactlyInAnyOrder(
                            "cryptobot_up{bot=\"a\"} 1.0",
                            "cryptobot_order_latency_count{bot=\"a\",mode=\"live\"} 0.0",
                            "cryptobot_order_latency_count{bot=\"a\",mode=\"paper\"} 0.0");
            assertThat(bot.degradedReason()).isEmpty();
        }
    }

    @Test
    void aBotWhoseSeriesAreEndlessCostsItselfAndNotTheOthers() throws CountersFileException {
        page = new MetricsPage(
                new BotCollector(directory, false, 10_000), new SelfCollector(new MetricRegistry()), clock);
        List<Double> bounds =
                IntStream.range(0, 40).mapToObj(bound -> (double) bound).toList();
        try (CountersFile endless = file("a");
                CountersFile good = file("b")) {
            good.register(Descriptor.counter("things_total", "Things.", Map.of()));
            endless.register(new Descriptor("endless1", MetricType.HISTOGRAM, "", new TreeMap<>(), 1, bounds));
            endless.register(new Descriptor("endless2", MetricType.HISTOGRAM, "", new TreeMap<>(), 1, bounds));
            assertThat(lines()).contains(bad("a", BadRecord.NO_ROOM, 0)).anyMatch(line -> line.startsWith("endless2_"));
            TreeMap<String, String> labels = new TreeMap<>(Map.of("text", "x".repeat(90)));
            endless.register(new Descriptor("endless3", MetricType.HISTOGRAM, "", labels, 1, bounds));
            assertThat(lines())
                    .contains(
                            "cryptobot_up{bot=\"a\"} 1.0",
                            "things_total{bot=\"b\"} 0.0",
                            bad("a", BadRecord.NO_ROOM, 3),
                            bad("b", BadRecord.NO_ROOM, 0))
                    .noneMatch(line -> line.startsWith("endless"));
        }
    }

    @Test
    void countsTheExportersOwnMetricsThatThrow() {
        MetricRegistry registry = new MetricRegistry();
        registry.registerGauge(SelfMetric.HEAP_USED.registryName(), () -> {
            throw new IllegalStateException("no heap today");
        });
        MetricsPage faulty = new MetricsPage(new BotCollector(directory, false), new SelfCollector(registry), clock);
        assertThat(text(faulty))
                .contains("cryptobot_exporter_bad_records{reason=\"own_metric\"} 1.0\n")
                .doesNotContain("heap");
    }

    @Test
    void namesTheFilesThatItCannotRead() throws IOException {
        Files.createFile(run.resolve("b<a>\"d.counters"));
        assertThat(lines()).contains("cryptobot_exporter_unreadable_files{bot=\"b<a>\\\"d\",reason=\"foreign\"} 1.0");
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

    private static String bad(String bot, BadRecord reason, int count) {
        return "cryptobot_exporter_bad_records{bot=\"" + bot + "\",reason=\"" + reason.label() + "\"} "
                + (double) count;
    }

    private MetricsPage page(boolean createdTimestamps) {
        return new MetricsPage(
                new BotCollector(directory, createdTimestamps), new SelfCollector(new MetricRegistry()), clock);
    }

    private String text() {
        return text(page);
    }

    private static String text(MetricsPage page) {
        return new String(page.render(PageFormat.TEXT), UTF_8);
    }

    private static String openMetrics(MetricsPage page) {
        return new String(page.render(PageFormat.OPENMETRICS), UTF_8);
    }

    private List<String> lines() {
        return text().lines().toList();
    }

    private Telemetry telemetry(String name) {
        return Telemetry.open(new TelemetrySettings(new InstanceName(name), new RunDirectory(run)));
    }

    private static void set(Slot slot, double... values) {
        for (int index = 0; index < values.length; index++) {
            slot.set(index, Double.doubleToRawLongBits(values[index]));
        }
    }

    private CountersFile file(String name) throws CountersFileException {
        return file(name, Geometry.DEFAULT, () -> 1_000);
    }

    private CountersFile file(String name, Geometry geometry, LongSupplier clock) throws CountersFileException {
        return CountersFile.open(new RunDirectory(run), new InstanceName(name), geometry, clock, new KeptFile());
    }

    private void write(String bot, int offset, long value) throws IOException {
        try (RandomAccessFile file =
                new RandomAccessFile(run.resolve(bot + ".counters").toFile(), "rw")) {
            file.seek(offset);
            file.write(ByteBuffer.allocate(8)
                    .order(ByteOrder.nativeOrder())
                    .putLong(value)
                    .array());
        }
    }
}
