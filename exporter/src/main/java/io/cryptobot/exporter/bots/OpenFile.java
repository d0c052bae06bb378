package io.cryptobot.exporter.bots;

import io.cryptobot.telemetry.InstanceName;
import io.cryptobot.telemetry.counters.CountersFileException;
import io.cryptobot.telemetry.counters.CountersReader;
import io.cryptobot.telemetry.counters.CountersSnapshot;
import java.nio.file.Path;
import java.time.Duration;
import java.util.function.LongSupplier;

/** A counters file that stays mapped from scrape to scrape, with the heartbeat as seen so far. Not thread-safe. */
final class OpenFile implements AutoCloseable {
    private final InstanceName name;
    private final CountersReader reader;
    private final Heartbeat heartbeat;

    private OpenFile(InstanceName name, CountersReader reader, Heartbeat heartbeat) {
        this.name = name;
        this.reader = reader;
        this.heartbeat = heartbeat;
    }

    static OpenFile open(Path file, InstanceName name, Duration heartbeatTimeout, LongSupplier nanoClock)
            throws CountersFileException {
        CountersReader reader = CountersReader.open(file, name);
        try {
            CountersSnapshot first = reader.snapshot();
            return new OpenFile(name, reader, new Heartbeat(first.owner(), heartbeatTimeout, nanoClock));
        } catch (CountersFileException e) {
            reader.close();
            throw e;
        }
    }

    boolean isReplaced() {
        return reader.isReplaced();
    }

    Bot read() throws CountersFileException {
        CountersSnapshot snapshot = reader.snapshot();
        return new Bot(name, heartbeat.isAlive(snapshot.owner()), snapshot);
    }

    @Override
    public void close() {
        reader.close();
    }
}
