package io.cryptobot.exporter.benchmarks;

import io.cryptobot.telemetry.MetricCatalog;
import io.cryptobot.telemetry.OrderMode;
import io.cryptobot.telemetry.Telemetry;
import io.cryptobot.telemetry.TelemetrySettings;
import io.cryptobot.telemetry.files.InstanceName;
import io.cryptobot.telemetry.files.RunDirectory;
import java.nio.file.Path;
import java.util.List;

/** Counters files as bots leave them that have counted for a while, each with about {@value #SERIES} series on the page. */
final class Fleet {
    /** What a page holds for each bot, within a few. */
    static final int SERIES = 250;

    private static final List<String> REASONS = List.of(
            "rejected",
            "timeout",
            "network",
            "rate_limited",
            "insufficient_funds",
            "unknown",
            "exchange_down",
            "invalid_order");
    private static final int EXCHANGES = 12;

    private Fleet() {}

    /** The bots have ended: a dead bot's counters and histograms stay on the page, and nothing beats beside the measurement. */
    static void write(Path directory, int bots) {
        for (int bot = 0; bot < bots; bot++) {
            TelemetrySettings settings =
                    new TelemetrySettings(new InstanceName("bot-" + bot), new RunDirectory(directory), SERIES + 50);
            try (Telemetry telemetry = Telemetry.open(settings)) {
                telemetry.degradedReason().ifPresent(reason -> {
                    throw new IllegalStateException(reason);
                });
                count(telemetry);
            }
        }
    }

    private static void count(Telemetry telemetry) {
        for (OrderMode mode : OrderMode.values()) {
            telemetry.orders(mode).submitted().inc(12_345);
            telemetry.orders(mode).latency().recordNanos(81_234_567);
            for (int exchange = 0; exchange < EXCHANGES; exchange++) {
                for (String reason : REASONS) {
                    telemetry
                            .counter(
                                    MetricCatalog.ORDERS_FAILED_BY_REASON, "exchange-" + exchange, mode.label(), reason)
                            .inc(17);
                }
            }
        }
    }
}
