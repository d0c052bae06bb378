package io.cryptobot.telemetry.counters;

import io.cryptobot.telemetry.MetricType;
import io.cryptobot.telemetry.counters.CountersFileLayout.Geometry;
import io.cryptobot.telemetry.files.InstanceName;
import io.cryptobot.telemetry.files.RunDirectory;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.io.TempDir;

/** A counters file in a directory of its own, and what the tests do with it. */
abstract class CountersFileFixture {
    static final InstanceName BOT = new InstanceName("bot");
    static final Descriptor FAILED = Descriptor.counter("orders_failed_total", "Failed.", Map.of("mode", "live"));
    static final Descriptor LATENCY = histogram(List.of(10.0, 750.0));

    @TempDir
    Path directory;

    long nowMs = 1_000;

    static void beat(CountersFile counters, int times) {
        for (int beat = 0; beat < times; beat++) {
            counters.beat();
        }
    }

    List<DistinctError> errors() throws CountersFileException {
        try (CountersReader reader = CountersReader.open(file(), BOT)) {
            return reader.errors();
        }
    }

    static Descriptor histogram(List<Double> bounds) {
        return new Descriptor("latency", MetricType.HISTOGRAM, "Latency.", new TreeMap<>(), 1_000_000, bounds);
    }

    Path file() {
        return directory.resolve("bot.counters");
    }

    CountersFile open() {
        return open(new RecordedLosses());
    }

    CountersFile open(CountersFile.Listener listener) {
        return open(Geometry.DEFAULT, listener);
    }

    CountersFile open(Geometry geometry) {
        return open(geometry, new RecordedLosses());
    }

    CountersFile open(Geometry geometry, CountersFile.Listener listener) {
        return CountersFile.open(new RunDirectory(directory), BOT, geometry, () -> nowMs, listener);
    }

    CountersSnapshot snapshot() throws CountersFileException {
        try (CountersReader reader = CountersReader.open(file(), BOT)) {
            return reader.snapshot();
        }
    }

    double value(Descriptor descriptor) throws CountersFileException {
        return snapshot().series().stream()
                .filter(series -> series.descriptor().equals(descriptor))
                .findFirst()
                .orElseThrow()
                .value();
    }

    void truncate(long length) throws IOException {
        try (RandomAccessFile raw = new RandomAccessFile(file().toFile(), "rw")) {
            raw.setLength(length);
        }
    }

    void overwrite(int offset, int value) throws IOException {
        try (RandomAccessFile raw = new RandomAccessFile(file().toFile(), "rw")) {
            raw.seek(offset);
            raw.writeInt(Integer.reverseBytes(value)); // little endian, as the machines that run the tests
        }
    }
}
