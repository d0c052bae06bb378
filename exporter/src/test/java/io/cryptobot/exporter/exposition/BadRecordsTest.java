package io.cryptobot.exporter.exposition;

import static org.assertj.core.api.Assertions.assertThat;

import com.codahale.metrics.MetricRegistry;
import io.cryptobot.exporter.TestBots;
import io.cryptobot.telemetry.MetricType;
import io.cryptobot.telemetry.counters.CountersFile;
import io.cryptobot.telemetry.counters.CountersFileLayout.Geometry;
import io.cryptobot.telemetry.counters.Descriptor;
import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What is left out of the exposition, and counted. */
class BadRecordsTest extends ExpositionFixture {
    /** Where the first record of a counters file has its value. */
    private static final int FIRST_VALUE = 640 + 159 * 512 + 32 * 512;
    /** Where the owner's count of restarts is. */
    private static final int RESTARTS = 400;

    @Test
    void tellsHowManySeriesDidNotFitIntoTheFile() {
        try (CountersFile file = TestBots.file(run, "a", new Geometry(64), () -> 1_000)) {
            for (int series = 0; series < 66; series++) {
                file.register(Descriptor.counter("things_" + series, "Things.", Map.of()));
            }
            assertThat(lines()).contains("cryptobot_telemetry_dropped_series{bot=\"a\"} 2.0");
        }
    }

    @Test
    void aTypeConflictCostsTheLaterBotThatRecord() {
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
    void noFileCanTakeAnotherOnesNames() {
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
    void leavesOutCountsThatCannotBe() throws IOException {
        try (CountersFile a = file("a");
                CountersFile b = file("b")) {
            a.register(Descriptor.counter("things_total", "Things.", Map.of()));
            b.register(new Descriptor("sizes", MetricType.HISTOGRAM, "Sizes.", new TreeMap<>(), 1, List.of(1.0)));
            TestBots.writeLong(run, "a", FIRST_VALUE, -1);
            TestBots.writeLong(run, "b", FIRST_VALUE + 8, -1);
            b.register(new Descriptor("totals", MetricType.HISTOGRAM, "Totals.", new TreeMap<>(), 1, List.of(1.0)))
                    .add(2, -1);
            TestBots.writeLong(run, "b", RESTARTS, Long.MIN_VALUE);
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
    void aDamagedRecordCostsItselfOnly() throws IOException {
        try (CountersFile file = file("a")) {
            file.register(Descriptor.counter("first_total", "First.", Map.of()));
            file.register(Descriptor.counter("second_total", "Second.", Map.of()));
            TestBots.writeLong(run, "a", 640 + 72, 0x4141414141414141L);
            assertThat(text()).doesNotContain("first").contains("second_total{bot=\"a\"} 0.0");
            assertThat(lines()).contains(bad("a", BadRecord.DAMAGED, 1));
        }
    }

    @Test
    void whatOnlyOpenMetricsForbidsIsLeftOutOfBothFormats() {
        try (CountersFile file = file("a")) {
            TestBots.set(
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
    void aBotWhoseSeriesAreEndlessCostsItselfAndNotTheOthers() {
        page = page(new BotCollector(directory, CreatedTimestamps.LEFT_OUT, 10_000), new MetricRegistry());
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
        Exposition faulty = page(new BotCollector(directory, CreatedTimestamps.LEFT_OUT), registry);
        assertThat(text(faulty))
                .contains("cryptobot_exporter_bad_records{reason=\"own_metric\"} 1.0\n")
                .doesNotContain("heap");
    }

    @Test
    void namesTheFilesThatItCannotRead() throws IOException {
        Files.createFile(run.resolve("b<a>\"d.counters"));
        assertThat(lines()).contains("cryptobot_exporter_unreadable_files{bot=\"b<a>\\\"d\",reason=\"foreign\"} 1.0");
    }
}
