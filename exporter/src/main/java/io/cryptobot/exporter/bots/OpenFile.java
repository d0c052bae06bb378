package io.cryptobot.exporter.bots;

import io.cryptobot.telemetry.counters.CountersFileException;
import io.cryptobot.telemetry.counters.CountersReader;
import io.cryptobot.telemetry.counters.CountersSnapshot;
import io.cryptobot.telemetry.files.InstanceName;

/**
 * A counters file that stays mapped between scrapes. Not thread-safe.
 *
 * @param name the bot's instance name
 * @param reader reads the mapped file
 * @param heartbeat the observed heartbeat of the bot
 */
record OpenFile(InstanceName name, CountersReader reader, Heartbeat heartbeat) {
    Bot read() throws CountersFileException {
        CountersSnapshot snapshot = reader.snapshot();
        RunState ended = snapshot.owner().cleanExit() ? RunState.STOPPED : RunState.CRASHED;
        return new Bot(name, heartbeat.isAlive(snapshot.owner()) ? RunState.UP : ended, snapshot);
    }
}
