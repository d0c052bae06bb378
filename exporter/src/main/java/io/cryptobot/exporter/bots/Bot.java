package io.cryptobot.exporter.bots;

import io.cryptobot.telemetry.counters.CountersSnapshot;
import io.cryptobot.telemetry.files.InstanceName;

/**
 * A bot at one moment. Immutable.
 *
 * @param name its instance name
 * @param state whether it runs
 * @param snapshot the content of its counters file
 */
public record Bot(InstanceName name, RunState state, CountersSnapshot snapshot) {
    /** {@return whether its heartbeat moves} */
    public boolean up() {
        return state == RunState.UP;
    }
}
