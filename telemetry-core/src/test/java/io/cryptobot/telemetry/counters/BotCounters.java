package io.cryptobot.telemetry.counters;

import io.cryptobot.telemetry.counters.CountersFileLayout.Geometry;
import io.cryptobot.telemetry.files.InstanceName;
import io.cryptobot.telemetry.files.RunDirectory;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** The counters file of the bot "bot" in a directory, as the bot and its readers see it. A loss of the file fails the test. */
public final class BotCounters {
    public static final InstanceName BOT = new InstanceName("bot");

    private final Path directory;

    public BotCounters(Path directory) {
        this.directory = directory;
    }

    /** {@return the bot's side of the file} */
    public CountersFile open(int maxSeries) {
        return CountersFile.open(
                new RunDirectory(directory), BOT, new Geometry(maxSeries), () -> 1_000, new CountersFile.Listener() {
                    @Override
                    public void lost(String reason) {
                        throw new AssertionError(reason);
                    }

                    @Override
                    public void found() {}

                    @Override
                    public void putAside(Path where, String why) {}
                });
    }

    public CountersSnapshot snapshot() {
        try (CountersReader reader = CountersReader.open(new RunDirectory(directory).countersFile(BOT), BOT)) {
            return reader.snapshot();
        } catch (CountersFileException e) {
            throw new AssertionError(e);
        }
    }

    public List<CountersSnapshot.Series> series() {
        return snapshot().series();
    }

    /** {@return the first series with this name and these label values} */
    public Optional<CountersSnapshot.Series> find(String name, String... labelValues) {
        return series().stream()
                .filter(series -> series.descriptor().name().equals(name)
                        && series.descriptor().labels().values().containsAll(List.of(labelValues)))
                .findFirst();
    }

    public double value(String name, String... labelValues) {
        return find(name, labelValues).orElseThrow().value();
    }
}
