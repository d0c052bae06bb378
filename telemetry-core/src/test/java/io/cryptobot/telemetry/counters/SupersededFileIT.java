package io.cryptobot.telemetry.counters;

import static org.assertj.core.api.Assertions.assertThat;

import io.cryptobot.telemetry.MetricType;
import io.cryptobot.telemetry.counters.CountersFileLayout.Geometry;
import io.cryptobot.telemetry.files.InstanceName;
import io.cryptobot.telemetry.files.RunDirectory;
import io.cryptobot.testing.ChildProcess;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Two processes: a bot registers series on and on and gives the file up for a larger one again and again; a reader never
 * sees a series with the values of another, and never misses one that it has seen.
 */
class SupersededFileIT {
    private static final InstanceName BOT = new InstanceName("growing");
    private static final int STARTS = 12;
    private static final int NEW_SERIES_PER_START = 60;
    /** With the values alone a record that is read at a wrong place would hardly be noticed. */
    private static final long CODE = 1_000_003;

    @TempDir
    Path directory;

    @Test
    void showsEverySeriesWithItsOwnValuesWhileTheFileIsReplaced() throws Exception {
        Path file = new RunDirectory(directory).countersFile(BOT);
        long snapshots = 0;
        long filesOpened = 0;
        Set<String> seen = new HashSet<>();
        CountersReader reader = null;
        try (ChildProcess writer = ChildProcess.java(Writer.class, directory)
                .fastStart()
                .withoutLogging()
                .start()) {
            boolean last = false;
            while (!last) {
                last = !writer.isAlive(); // and once more after its end
                if (!Files.exists(file)) {
                    assertThat(last).isFalse();
                    LockSupport.parkNanos(1_000_000);
                    continue;
                }
                if (reader == null || reader.isReplaced()) {
                    if (reader != null) {
                        reader.close();
                    }
                    reader = CountersReader.open(file, BOT);
                    filesOpened++;
                }
                CountersSnapshot snapshot = reader.snapshot();
                assertThat(snapshot.damagedRecords()).isZero();
                Set<String> now = new HashSet<>();
                for (CountersSnapshot.Series series : snapshot.series()) {
                    judge(series);
                    assertThat(now.add(series.descriptor().name())).isTrue();
                }
                assertThat(now).containsAll(seen);
                seen = now;
                snapshots++;
            }
            assertThat(writer.process().exitValue()).as(writer.output()).isZero();
        } finally {
            if (reader != null) {
                reader.close();
            }
        }
        assertThat(seen).hasSize(STARTS * NEW_SERIES_PER_START);
        assertThat(filesOpened).isGreaterThan(1);
        System.out.printf(
                "superseded files: %d starts of the bot, %d series, %d files and %d snapshots read%n",
                STARTS, seen.size(), filesOpened, snapshots);
    }

    /** A value is 0, as it was registered, or the code of the series; nothing else was ever written. */
    private static void judge(CountersSnapshot.Series series) {
        int index = Integer.parseInt(series.descriptor().name().substring(1));
        long code = index * CODE;
        if (series.descriptor().type() == MetricType.COUNTER) {
            assertThat((long) series.value()).as("%s", series).isIn(0L, code);
        } else {
            assertThat(series.cumulative(0)).as("%s, first bucket", series).isIn(0L, code);
            assertThat(series.cumulative(1) - series.cumulative(0))
                    .as("%s, second bucket", series)
                    .isIn(0L, code + 1);
            assertThat((long) series.sum()).as("%s, sum", series).isIn(0L, code + 2);
        }
    }

    static final class Writer {
        public static void main(String[] arguments) {
            for (int start = 0; start < STARTS; start++) {
                Geometry geometry = new Geometry(64 + start * NEW_SERIES_PER_START);
                RecordedLosses losses = new RecordedLosses();
                try (CountersFile counters = CountersFile.open(
                        new RunDirectory(Path.of(arguments[0])), BOT, geometry, System::currentTimeMillis, losses)) {
                    for (int index = 0; index < (start + 1) * NEW_SERIES_PER_START; index++) {
                        register(counters, index);
                        LockSupport.parkNanos(200_000);
                    }
                    counters.beat();
                }
                if (!losses.events.isEmpty()) {
                    throw new AssertionError(losses.events);
                }
            }
        }

        private static void register(CountersFile counters, int index) {
            long code = index * CODE;
            if (index % 3 != 0) {
                Slot counter = counters.register(Descriptor.counter("c" + index, "", Map.of("index", "" + index)));
                counter.add(0, code - counter.get(0));
                return;
            }
            Slot histogram = counters.register(
                    new Descriptor("h" + index, MetricType.HISTOGRAM, "", new TreeMap<>(), 1, List.of(1.0)));
            for (int value = 0; value < 3; value++) {
                histogram.add(value, code + value - histogram.get(value));
            }
        }
    }
}
