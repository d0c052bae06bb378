package io.cryptobot.exporter.status;

import com.fasterxml.jackson.annotation.JsonValue;
import io.cryptobot.telemetry.MetricCatalog;
import io.cryptobot.telemetry.counters.CountersSnapshot;
import io.cryptobot.telemetry.counters.CountersSnapshot.Series;
import java.util.List;
import java.util.Locale;

/** The trading mode that a bot observed last. */
enum ShownMode {
    LIVE,
    PAPER,
    HALT,
    /** The bot has no mode gate, or its file does not tell exactly one mode. */
    UNKNOWN;

    static ShownMode of(CountersSnapshot snapshot) {
        List<String> observed = snapshot.series().stream()
                .filter(series -> series.descriptor().name().equals(MetricCatalog.TRADING_MODE.prometheusName())
                        && series.descriptor().type() == MetricCatalog.TRADING_MODE.type()
                        && series.value() == 1)
                .map(ShownMode::mode)
                .toList();
        for (ShownMode mode : values()) {
            if (observed.equals(List.of(mode.label()))) {
                return mode;
            }
        }
        return UNKNOWN;
    }

    private static String mode(Series series) {
        return series.descriptor().labels().getOrDefault("mode", "");
    }

    /** {@return how the metric's label, JSON and style sheet call it} */
    @JsonValue
    String label() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** {@return how the page calls it} */
    String words() {
        return this == UNKNOWN ? "mode unknown" : name();
    }
}
