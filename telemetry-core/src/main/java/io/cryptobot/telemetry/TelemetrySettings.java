package io.cryptobot.telemetry;

import java.util.Map;

/**
 * What {@link Telemetry} needs to know. Immutable.
 *
 * @param instance the bot's name
 * @param runDirectory where its counters file is
 */
public record TelemetrySettings(InstanceName instance, RunDirectory runDirectory) {
    /**
     * {@return the settings that {@code CRYPTOBOT_INSTANCE} and {@code CRYPTOBOT_RUN_DIR} give, with their defaults}
     *
     * @throws IllegalArgumentException when the instance name is not valid
     */
    public static TelemetrySettings from(Map<String, String> environment) {
        return new TelemetrySettings(InstanceName.from(environment), RunDirectory.from(environment));
    }
}
