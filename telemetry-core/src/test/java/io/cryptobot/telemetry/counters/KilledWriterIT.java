package io.cryptobot.telemetry.counters;

import static org.assertj.core.api.Assertions.assertThat;

import io.cryptobot.telemetry.counters.CountersFileLayout.Geometry;
import io.cryptobot.telemetry.files.InstanceName;
import io.cryptobot.telemetry.files.RunDirectory;
import io.cryptobot.testing.ChildProcess;
import java.io.BufferedReader;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Real processes and real SIGKILL. */
class KilledWriterIT {
    private static final InstanceName BOT = new InstanceName("bot");
    private static final Descriptor COUNT = Descriptor.counter("count_total", "Count.", Map.of());
    private static final int KILLS = 5;

    @TempDir
    Path directory;

    @Test
    void losesNoAcknowledgedIncrementOverRepeatedKills() throws Exception {
        Path file = directory.resolve("bot.counters");
        long acknowledged = 0;
        for (int kill = 0; kill < KILLS; kill++) {
            try (ChildProcess writer =
                            ChildProcess.java(Writer.class, directory).piped().start();
                    BufferedReader lines = writer.process().inputReader()) {
                long first = Long.parseLong(lines.readLine());
                assertThat(first)
                        .as("resumed at or after the last acknowledged count")
                        .isGreaterThan(acknowledged);
                for (int line = 0; line < 200; line++) {
                    acknowledged = Long.parseLong(lines.readLine());
                }
                writer.kill();
            }
            try (CountersReader reader = CountersReader.open(file, BOT)) {
                CountersSnapshot snapshot = reader.snapshot();
                assertThat(snapshot.series().get(0).value()).isGreaterThanOrEqualTo(acknowledged);
                assertThat(snapshot.owner().cleanExit()).isFalse();
                assertThat(snapshot.owner().uncleanRestarts()).isEqualTo(kill);
                acknowledged = (long) snapshot.series().get(0).value();
            }
        }
    }

    /** Counts until it is killed and writes each count after the increment: an acknowledgement. */
    static final class Writer {
        public static void main(String[] arguments) throws Exception {
            CountersFile counters = CountersFile.open(
                    new RunDirectory(Path.of(arguments[0])),
                    BOT,
                    Geometry.DEFAULT,
                    System::currentTimeMillis,
                    new RecordedLosses());
            Slot slot = counters.register(COUNT);
            while (true) {
                slot.add(0, 1);
                System.out.println(slot.get(0));
            }
        }
    }
}
