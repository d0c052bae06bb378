package io.cryptobot.telemetry;

import java.util.Locale;

/** The Prometheus metric types that the platform uses. */
@ToolApi
public enum MetricType {
    /** Only increases; survives a restart of the bot. */
    COUNTER,
    /** A momentary value; the exporter leaves it out after the bot has stopped, because it is stale then. */
    GAUGE,
    /** Classic Prometheus histogram with fixed bounds; survives a restart of the bot. */
    HISTOGRAM,
    /** Quantiles that the bot computed itself, and a count. Like gauges, the quantiles of a stopped bot are stale. */
    SUMMARY;

    /** {@return the type as Prometheus writes it after {@code # TYPE name}} */
    public String prometheusName() {
        return name().toLowerCase(Locale.ROOT);
    }
}
