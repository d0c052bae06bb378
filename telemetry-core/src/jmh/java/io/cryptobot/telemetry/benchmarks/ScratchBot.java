package io.cryptobot.telemetry.benchmarks;

import io.cryptobot.telemetry.Telemetry;
import io.cryptobot.telemetry.TelemetrySettings;
import io.cryptobot.telemetry.files.InstanceName;
import io.cryptobot.telemetry.files.RunDirectory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** The telemetry of a bot in a run directory of its own, on tmpfs where the machine has one; gone after the benchmark. */
public final class ScratchBot implements AutoCloseable {
    private static final Path TMPFS = Path.of("/dev/shm");

    private final TelemetrySettings settings;
    private final Telemetry telemetry;

    private ScratchBot(TelemetrySettings settings) {
        this.settings = settings;
        this.telemetry = Telemetry.open(settings);
    }

    /**
     * {@return a bot whose counters file is open}
     *
     * @throws IllegalStateException when the file cannot be used, since figures of counting in memory would mislead
     */
    public static ScratchBot create() throws IOException {
        Path parent = Files.isWritable(TMPFS) ? TMPFS : Path.of(System.getProperty("java.io.tmpdir"));
        Path directory = Files.createTempDirectory(parent, "cryptobot-bench-");
        ScratchBot bot = new ScratchBot(new TelemetrySettings(InstanceName.DEFAULT, new RunDirectory(directory)));
        bot.telemetry.degradedReason().ifPresent(reason -> {
            bot.close();
            throw new IllegalStateException(reason);
        });
        return bot;
    }

    /** {@return the bot's telemetry} */
    public Telemetry telemetry() {
        return telemetry;
    }

    /** {@return its run directory, removed with all that is in it} */
    public Path directory() {
        return settings.runDirectory().path();
    }

    InstanceName instance() {
        return settings.instance();
    }

    Path countersFile() {
        return settings.runDirectory().countersFile(settings.instance());
    }

    @Override
    public void close() {
        telemetry.close();
        try (Stream<Path> paths = Files.walk(settings.runDirectory().path())) {
            List<Path> deepestFirst = paths.sorted(Comparator.reverseOrder()).toList();
            for (Path path : deepestFirst) {
                Files.deleteIfExists(path);
            }
        } catch (IOException e) {
            throw new IllegalStateException(settings.runDirectory().path() + " cannot be removed: " + e, e);
        }
    }
}
