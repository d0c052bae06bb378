package io.cryptobot.telemetry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;
import static org.assertj.core.api.Assertions.within;

import com.codahale.metrics.Histogram;
import io.cryptobot.telemetry.counters.CountersReader;
import io.cryptobot.telemetry.counters.CountersSnapshot;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
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
            assertThat(series())
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

            CountersSnapshot.Series read = series().stream()
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
    void refusesLabelsThatTheCatalogueDoesNotKnow() {
        try (Telemetry telemetry = open()) {
            assertThatThrownBy(() -> telemetry.counter(MetricCatalog.ORDERS_FAILED, "live", "kraken"))
                    .hasMessage(
                            "cryptobot_orders_failed_total is a COUNTER with labels [mode], was asked for as a COUNTER"
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

    private Telemetry open() {
        return Telemetry.open(new TelemetrySettings(BOT, new RunDirectory(directory)));
    }

    private List<CountersSnapshot.Series> series() throws Exception {
        try (CountersReader reader = CountersReader.open(directory.resolve("bot.counters"), BOT)) {
            return reader.snapshot().series();
        }
    }
}
