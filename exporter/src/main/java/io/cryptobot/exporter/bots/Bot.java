package io.cryptobot.exporter.bots;

import io.cryptobot.telemetry.counters.CountersSnapshot;
import io.cryptobot.telemetry.files.InstanceName;

/**
 * The state of a bot at one moment. Immutable.
 *
 * @param name its instance name
 * @param state running, stopped or crashed
 * @param snapshot the content of its counters file
 */
public record Bot(InstanceName name, RunState state, CountersSnapshot snapshot) {
    /** {@return true if the bot is running} */
    public boolean up() {
        return state == RunState.UP;
    }
}
