package io.cryptobot.telemetry;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;
import static org.assertj.core.api.Assertions.within;

import com.codahale.metrics.ConsoleReporter;
import com.codahale.metrics.Histogram;
import com.codahale.metrics.Metric;
import com.codahale.metrics.MetricRegistry;
import io.cryptobot.telemetry.counters.BotCounters;
import io.cryptobot.telemetry.counters.CountersReader;
import io.cryptobot.telemetry.counters.CountersSnapshot;
import io.cryptobot.telemetry.counters.DistinctError;
import io.cryptobot.telemetry.dropwizard.DropwizardClock;
import io.cryptobot.telemetry.dropwizard.FileHistogram;
import io.cryptobot.telemetry.dropwizard.FileMeter;
import io.cryptobot.telemetry.dropwizard.FileTimer;
import io.cryptobot.telemetry.files.InstanceName;
import io.cryptobot.telemetry.files.RunDirectory;
import io.cryptobot.testing.ManualClock;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TelemetryTest {
    private static final InstanceName BOT = new InstanceName("bot");

    @TempDir
    Path directory;

    @Test
    void writesBothPlanFamiliesAsZeroForBothModesBeforeTheFirstOrder() throws Exception {
        try (Telemetry telemetry = open()) {
            assertThat(telemetry.degradedReason()).isEmpty();
            assertThat(counters().series())
                    .filteredOn(series -> series.descriptor().name().equals("cryptobot_orders_failed_total")
                            || series.descriptor().name().equals("cryptobot_order_latency"))
                    .extracting(series -> series.descriptor().labels().get("mode"), CountersSnapshot.Series::value)
                    .containsExactlyInAnyOrder(
                            tuple("live", 0.0), tuple("paper", 0.0), tuple("live", 0.0), tuple("paper", 0.0));
        }
    }

    @Test
    void recordsThroughToTheFileAndToDropwizard() throws Exception {
        try (Telemetry telemetry = open()) {
            OrderMetrics live = telemetry.orders(OrderMode.LIVE);
            live.failed().inc();
            live.failed().inc(-5);
            live.failed().dec();
            live.latency().recordNanos(750_000_000);
            live.latency().recordNanos(750_000_001);
            live.latency().update(70_000);

            assertThat(telemetry
                            .registry()
                            .getCounters()
                            .get("cryptobot_orders_failed_total.live")
                            .getCount())
                    .isEqualTo(1);
            Histogram latency = telemetry.registry().getHistograms().get("cryptobot_order_latency.live");
            assertThat(latency.getCount()).isEqualTo(3);
            assertThat(latency.getSnapshot().getMean()).isCloseTo(23_833.3, within(0.1));

            CountersSnapshot.Series read = counters().series().stream()
                    .filter(series -> series.descriptor().name().equals("cryptobot_order_latency")
                            && series.descriptor().labels().containsValue("live"))
                    .findFirst()
                    .orElseThrow();
            int bound750 = MetricCatalog.LATENCY_BOUNDS_MS.indexOf(750.0);
            assertThat(read.cumulative(bound750 - 1)).isZero();
            assertThat(read.cumulative(bound750)).isEqualTo(1);
            assertThat(read.cumulative(bound750 + 1)).isEqualTo(2);
            assertThat(read.value()).isEqualTo(3);
            assertThat(read.sum()).isCloseTo(71_500, within(0.001));
        }
    }

    @Test
    void givesTheSameMetricWhenAskedTwice() {
        try (Telemetry telemetry = open()) {
            assertThat(telemetry.counter(MetricCatalog.ORDERS_BLOCKED, "halt"))
                    .isSameAs(telemetry.counter(MetricCatalog.ORDERS_BLOCKED, "halt"));
        }
    }

    @Test
    void neverGivesTheMetricOfOtherLabelsThatReadTheSameWithDots() {
        try (Telemetry telemetry = open()) {
            assertThat(telemetry.counter(MetricCatalog.ORDERS_FAILED_BY_REASON, "a.live", "live", "x"))
                    .isNotSameAs(telemetry.counter(MetricCatalog.ORDERS_FAILED_BY_REASON, "a", "live.live", "x"));
        }
    }

    @Test
    void keepsAnErrorWithoutAText() throws Exception {
        try (Telemetry telemetry = open()) {
            telemetry.recordError(new IllegalStateException().getMessage());
        }
        try (CountersReader reader = CountersReader.open(directory.resolve("bot.counters"), BOT)) {
            assertThat(reader.errors())
                    .singleElement()
                    .extracting(DistinctError::text)
                    .isEqualTo("null");
        }
    }

    @Test
    void countsADurationThatCannotBeAsTheNearestThatCan() {
        try (Telemetry telemetry = open()) {
            FileHistogram latency = telemetry.orders(OrderMode.LIVE).latency();
            latency.update(Long.MIN_VALUE);
            latency.update(Long.MIN_VALUE / 1_000_000 - 1); // in nanoseconds it would be a large positive number
            assertThat(latency.getSnapshot().getMean()).isZero();
            latency.update(Long.MAX_VALUE);
            assertThat(latency.getSnapshot().getMean()).isEqualTo(86_400_000.0 / 3);
        }
    }

    @Test
    void refusesLabelsThatTheCatalogueDoesNotKnow() {
        try (Telemetry telemetry = open()) {
            assertThatThrownBy(() -> telemetry.counter(MetricCatalog.ORDERS_FAILED, "live", "kraken"))
                    .hasMessage(
                            "cryptobot_orders_failed_total is a COUNTER with labels [mode], was requested as a COUNTER"
                                    + " with values [live, kraken]");
        }
    }

    @Test
    void countsInMemoryAndSaysWhyWhenTheRunDirectoryCannotBeMade() throws Exception {
        Path file = Files.writeString(directory.resolve("file"), "");
        TelemetrySettings settings = new TelemetrySettings(BOT, new RunDirectory(file));
        try (Telemetry telemetry = Telemetry.open(settings)) {
            telemetry.orders(OrderMode.LIVE).failed().inc();
            assertThat(telemetry.orders(OrderMode.LIVE).failed().getCount()).isEqualTo(1);
            assertThat(telemetry.degradedReason()).contains("run directory " + file + " is not a directory");
            assertThat(telemetry.gauge(MetricCatalog.TELEMETRY_DEGRADED).getValue())
                    .isEqualTo(1);
        }
    }

    @Test
    void countsInMemoryWhenAnotherBotHasTheName() {
        try (Telemetry first = open();
                Telemetry second = open()) {
            second.orders(OrderMode.LIVE).failed().inc();
            assertThat(first.orders(OrderMode.LIVE).failed().getCount()).isZero();
            assertThat(second.degradedReason().orElseThrow()).contains("is in use by another running process");
        }
    }

    @Test
    void takesItsSettingsFromTheEnvironment() {
        TelemetrySettings settings = TelemetrySettings.from(
                Map.of("CRYPTOBOT_INSTANCE", " kraken-1 ", "CRYPTOBOT_RUN_DIR", "/run/cryptobot/"));
        assertThat(settings.instance()).isEqualTo(new InstanceName("kraken-1"));
        assertThat(settings.runDirectory().countersFile(settings.instance()))
                .isEqualTo(Path.of("/run/cryptobot/kraken-1.counters"));
        assertThat(TelemetrySettings.from(Map.of()).instance().value()).isEqualTo("cryptobot-desktop");
        assertThatThrownBy(() -> InstanceName.from(Map.of("CRYPTOBOT_INSTANCE", "../etc")))
                .hasMessageContaining("was '../etc'");
    }

    @Test
    void givesTheCataloguesCountersAsMetersAndItsHistogramsAsTimers() throws Exception {
        ManualClock clock = new ManualClock();
        try (Telemetry telemetry = openWithoutTimers(new MetricRegistry(), clock)) {
            FileMeter blocked = telemetry.meter(MetricCatalog.ORDERS_BLOCKED, "halt");
            FileTimer latency = telemetry.timer(MetricCatalog.ORDER_LATENCY, "drill");
            for (int second = 0; second < 60; second++) {
                blocked.mark(2);
                blocked.mark(-7);
                latency.update(80, TimeUnit.MILLISECONDS);
                clock.advance(Duration.ofSeconds(1));
            }
            latency.time(() -> clock.advance(Duration.ofMillis(300)));
            assertThat(counters().value("cryptobot_orders_blocked_total", "halt"))
                    .isEqualTo(120);
            assertThat(counters().value("cryptobot_order_latency", "drill")).isEqualTo(61);
            assertThat(latency.getSnapshot().getMedian()).isBetween(75e6, 100e6);
            assertThat(latency.getSnapshot().getMean()).isCloseTo(5_100e6 / 61, within(1.0));

            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            ConsoleReporter.forRegistry(telemetry.registry())
                    .convertDurationsTo(TimeUnit.MILLISECONDS)
                    .filter((name, metric) -> metric == blocked || metric == latency)
                    .outputTo(new PrintStream(bytes, true, UTF_8))
                    .build()
                    .report();
            assertThat(bytes.toString(UTF_8).lines().map(String::strip))
                    .contains(
                            "cryptobot_orders_blocked_total.halt",
                            "count = 120",
                            "1-minute rate = 1.99 events/second",
                            "cryptobot_order_latency.drill",
                            "count = 61",
                            "mean rate = 1.01 calls/second",
                            "mean = 83.61 milliseconds",
                            "median = 87.71 milliseconds",
                            "max = 400.00 milliseconds");
        }
    }

    @Test
    void refusesToGiveOneMetricInTwoShapes() {
        try (Telemetry telemetry = open()) {
            telemetry.counter(MetricCatalog.ORDERS_BLOCKED, "halt");
            assertThatThrownBy(() -> telemetry.meter(MetricCatalog.ORDERS_BLOCKED, "halt"))
                    .hasMessage(
                            "cryptobot_orders_blocked_total.halt was requested as a FileCounter before and as a FileMeter"
                                    + " now");
        }
    }

    @Test
    void carriesTheBotsOwnMetricsAtTheLatestWhenItCloses() throws Exception {
        MetricRegistry registry = new MetricRegistry();
        try (Telemetry telemetry =
                Telemetry.builder(settings()).registry(registry).open()) {
            registry.meter("signals").mark(3);
            assertThat(telemetry.degradedReason()).isEmpty();
        }
        assertThat(counters().value("signals_total")).isEqualTo(3);
        try (Telemetry telemetry = openWithoutTimers(registry, new ManualClock())) {
            registry.meter("signals").mark(4);
            telemetry.report();
            assertThat(counters().value("signals_total")).isEqualTo(7);
        }
        assertThat(counters().value("signals_total")).isEqualTo(7);
    }

    @Test
    void beatsByTheClockThatItIsGiven() throws Exception {
        ManualClock clock = new ManualClock();
        try (Telemetry telemetry = openWithoutTimers(new MetricRegistry(), clock)) {
            clock.advance(Duration.ofHours(1));
            telemetry.beat();
            assertThat(counters().snapshot().owner().heartbeatMs()).isEqualTo(clock.millis());
            long sequence = counters().snapshot().owner().heartbeatSequence();
            telemetry.recordError("before");
            clock.advance(Duration.ofDays(-1)); // somebody sets the clock
            telemetry.beat();
            telemetry.recordError("before");
            telemetry.tradingLoopBeat();
            assertThat(counters().snapshot().owner().heartbeatSequence()).isEqualTo(sequence + 1);
            assertThat(counters().snapshot().owner().loopSequence()).isEqualTo(1);
            assertThat(telemetry.degradedReason()).isEmpty();
        }
    }

    @Test
    void saysWhichBuildRuns() throws Exception {
        try (Telemetry telemetry = open()) {
            assertThat(telemetry.degradedReason()).isEmpty();
            assertThat(counters().value("cryptobot_build_info", System.getProperty("java.version")))
                    .isEqualTo(1);
        }
    }

    /** The children that {@code trading-shim} adds are counted with its ten reasons, and three exchanges. */
    @Test
    void theWholeCatalogueAndTheJvmFitIntoAFileOfTheDefaultSizeWithRoomForTheBotsOwn() throws Exception {
        try (Telemetry telemetry = openWithoutTimers(new MetricRegistry(), new ManualClock())) {
            for (String mode : List.of("live", "paper")) {
                for (int child = 0; child < 3 * 10; child++) {
                    telemetry.counter(MetricCatalog.ORDERS_FAILED_BY_REASON, "exchange" + child % 3, mode, "r" + child);
                }
            }
            for (String mode : List.of("live", "paper", "halt")) {
                telemetry.gauge(MetricCatalog.TRADING_MODE, mode);
                telemetry.counter(MetricCatalog.ORDERS_BLOCKED, mode);
            }
            telemetry.counter(MetricCatalog.MODE_CHANGES);
            telemetry.gauge(MetricCatalog.MODE_CHANGED_TIMESTAMP);
            telemetry.gauge(MetricCatalog.ORDERS_IN_FLIGHT);
            int catalogue = counters().series().size();
            telemetry.report();
            int all = counters().series().size();
            int capacity = TelemetrySettings.DEFAULT_MAX_SERIES;
            System.out.println(
                    "series: " + catalogue + " of the catalogue, " + (all - catalogue) + " of the JVM, of " + capacity);
            assertThat(counters().snapshot().droppedSeries()).isZero();
            assertThat(all - catalogue).isGreaterThan(20);
            assertThat(all).isLessThan(capacity * 9 / 10);
        }
    }

    @Test
    void leavesNothingOpenWhenAStepOfOpeningFails() {
        MetricRegistry refusing = new MetricRegistry() {
            @Override
            public <T extends Metric> T register(String name, T metric) {
                if (name.startsWith("cryptobot_build_info")) {
                    throw new IllegalStateException("refused");
                }
                return super.register(name, metric);
            }
        };
        assertThatThrownBy(
                        () -> Telemetry.builder(settings()).registry(refusing).open())
                .hasMessage("refused");
        try (Telemetry telemetry = open()) {
            assertThat(telemetry.degradedReason()).isEmpty();
        }
    }

    private BotCounters counters() {
        return new BotCounters(directory);
    }

    private TelemetrySettings settings() {
        return new TelemetrySettings(BOT, new RunDirectory(directory));
    }

    private Telemetry openWithoutTimers(MetricRegistry registry, ManualClock clock) {
        return Telemetry.builder(settings())
                .registry(registry)
                .clock(new DropwizardClock(clock))
                .openWithoutTimers();
    }

    private Telemetry open() {
        return Telemetry.open(settings());
    }
}
