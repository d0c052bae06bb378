package io.cryptobot.telemetry;

import io.cryptobot.telemetry.counters.CountersFileLayout.Geometry;
import io.cryptobot.telemetry.files.InstanceName;
import io.cryptobot.telemetry.files.RunDirectory;
import java.util.Map;

/**
 * What {@link Telemetry} needs to know. Immutable.
 *
 * @param instance the bot's name
 * @param runDirectory where its counters file is
 * @param capacity how many series its counters file can hold
 */
public record TelemetrySettings(InstanceName instance, RunDirectory runDirectory, Geometry capacity) {
    private static final String MAX_SERIES = "CRYPTOBOT_MAX_SERIES";

    public TelemetrySettings(InstanceName instance, RunDirectory runDirectory) {
        this(instance, runDirectory, Geometry.DEFAULT);
    }

    /**
     * {@return the settings that {@code CRYPTOBOT_INSTANCE}, {@code CRYPTOBOT_RUN_DIR} and {@code CRYPTOBOT_MAX_SERIES}
     * give, with their defaults}
     *
     * @throws IllegalArgumentException when the instance name or the number of series is not valid
     */
    public static TelemetrySettings from(Map<String, String> environment) {
        return new TelemetrySettings(
                InstanceName.from(environment), RunDirectory.from(environment), capacity(environment));
    }

    private static Geometry capacity(Map<String, String> environment) {
        String value = environment.getOrDefault(MAX_SERIES, "").strip();
        if (value.isEmpty()) {
            return Geometry.DEFAULT;
        }
        try {
            return new Geometry(Integer.parseInt(value));
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException(MAX_SERIES + " must be a number of series, was '" + value + "'", e);
        }
    }
}
