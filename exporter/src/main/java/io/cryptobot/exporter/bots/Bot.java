package io.cryptobot.exporter.bots;

import io.cryptobot.telemetry.counters.CountersSnapshot;
import io.cryptobot.telemetry.files.InstanceName;

/**
 * A bot at one moment. Immutable.
 *
 * @param name its instance name
 * @param up whether its heartbeat moves
 * @param snapshot what its counters file says
 */
public record Bot(InstanceName name, boolean up, CountersSnapshot snapshot) {}
