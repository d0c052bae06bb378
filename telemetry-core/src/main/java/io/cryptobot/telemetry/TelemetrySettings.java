package io.cryptobot.telemetry;

import static java.util.Objects.requireNonNull;

import io.cryptobot.telemetry.counters.CountersFileLayout.Geometry;
import io.cryptobot.telemetry.files.InstanceName;
import io.cryptobot.telemetry.files.RunDirectory;
import java.util.Map;

/**
 * The settings of {@link Telemetry}. Immutable.
 *
 * @param instance the bot's name
 * @param runDirectory the directory of the counters file
 * @param maxSeries the maximum number of series in the counters file, 64 to 16383
 */
public record TelemetrySettings(InstanceName instance, RunDirectory runDirectory, int maxSeries) {
    /** A file of 256 KiB. */
    public static final int DEFAULT_MAX_SERIES = Geometry.DEFAULT.capacity();

    private static final String MAX_SERIES = "CRYPTOBOT_MAX_SERIES";

    public TelemetrySettings {
        requireNonNull(instance, "instance is null");
        requireNonNull(runDirectory, "runDirectory is null");
        var unused = new Geometry(maxSeries); // checks the range
    }

    public TelemetrySettings(InstanceName instance, RunDirectory runDirectory) {
        this(instance, runDirectory, DEFAULT_MAX_SERIES);
    }

    Geometry geometry() {
        return new Geometry(maxSeries);
    }

    /**
     * {@return the settings from {@code CRYPTOBOT_INSTANCE}, {@code CRYPTOBOT_RUN_DIR} and {@code
     * CRYPTOBOT_MAX_SERIES}, with defaults for missing variables}
     *
     * @throws IllegalArgumentException when the instance name or the number of series is not valid
     */
    public static TelemetrySettings from(Map<String, String> environment) {
        return new TelemetrySettings(
                InstanceName.from(environment), RunDirectory.from(environment), maxSeries(environment));
    }

    private static int maxSeries(Map<String, String> environment) {
        String value = environment.getOrDefault(MAX_SERIES, "").strip();
        if (value.isEmpty()) {
            return DEFAULT_MAX_SERIES;
        }
        try {
            return Integer.parseInt(value);
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException(MAX_SERIES + " must be a number of series, was '" + value + "'", e);
        }
    }
}
