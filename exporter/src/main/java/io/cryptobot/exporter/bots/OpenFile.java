package io.cryptobot.exporter.bots;

import io.cryptobot.telemetry.counters.CountersFileException;
import io.cryptobot.telemetry.counters.CountersReader;
import io.cryptobot.telemetry.counters.CountersSnapshot;
import io.cryptobot.telemetry.files.InstanceName;

/** A bot's counters file that stays mapped from scrape to scrape, with its heartbeat as seen so far. Not thread-safe. */
final class OpenFile {
    private final InstanceName name;
    private final CountersReader reader;
    private final Heartbeat heartbeat;

    OpenFile(InstanceName name, CountersReader reader, Heartbeat heartbeat) {
        this.name = name;
        this.reader = reader;
        this.heartbeat = heartbeat;
    }

    InstanceName name() {
        return name;
    }

    CountersReader reader() {
        return reader;
    }

    Heartbeat heartbeat() {
        return heartbeat;
    }

    Bot read() throws CountersFileException {
        CountersSnapshot snapshot = reader.snapshot();
        return new Bot(name, heartbeat.isAlive(snapshot.owner()), snapshot);
    }
}
