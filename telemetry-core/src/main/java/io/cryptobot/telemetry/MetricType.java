package io.cryptobot.telemetry;

import java.util.Locale;

/** The Prometheus metric types that the platform uses. */
public enum MetricType {
    /** Only grows; survives a restart of the bot. */
    COUNTER,
    /** A momentary value; withheld by the exporter once the bot is gone, because a dead bot's gauge lies. */
    GAUGE,
    /** Classic Prometheus histogram with fixed bounds; survives a restart of the bot. */
    HISTOGRAM,
    /** Quantiles that the bot computed itself, and a count; the quantiles of a dead bot lie as its gauges do. */
    SUMMARY;

    /** {@return the type as Prometheus writes it after {@code # TYPE name}} */
    public String prometheusName() {
        return name().toLowerCase(Locale.ROOT);
    }
}
