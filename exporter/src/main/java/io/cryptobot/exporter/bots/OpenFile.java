package io.cryptobot.exporter.bots;

import io.cryptobot.telemetry.counters.CountersFileException;
import io.cryptobot.telemetry.counters.CountersReader;
import io.cryptobot.telemetry.counters.CountersSnapshot;
import io.cryptobot.telemetry.files.InstanceName;

/**
 * A bot's counters file that stays mapped from scrape to scrape. Not thread-safe.
 *
 * @param name the bot's instance name
 * @param reader of the mapped file
 * @param heartbeat as seen so far
 */
record OpenFile(InstanceName name, CountersReader reader, Heartbeat heartbeat) {
    Bot read() throws CountersFileException {
        CountersSnapshot snapshot = reader.snapshot();
        RunState ended = snapshot.owner().cleanExit() ? RunState.STOPPED : RunState.CRASHED;
        return new Bot(name, heartbeat.isAlive(snapshot.owner()) ? RunState.UP : ended, snapshot);
    }
}
