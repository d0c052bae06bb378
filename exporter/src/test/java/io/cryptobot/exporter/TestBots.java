package io.cryptobot.exporter;

import io.cryptobot.exporter.bots.BotDirectory;
import io.cryptobot.telemetry.Telemetry;
import io.cryptobot.telemetry.TelemetrySettings;
import io.cryptobot.telemetry.counters.CountersFile;
import io.cryptobot.telemetry.counters.CountersFileLayout.Geometry;
import io.cryptobot.telemetry.counters.Slot;
import io.cryptobot.telemetry.files.InstanceName;
import io.cryptobot.telemetry.files.RunDirectory;
import io.cryptobot.testing.ChildProcess;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.function.LongSupplier;
import java.util.stream.Stream;

/** Bots of tests: in this process, in a process of their own, or as a counters file alone. Stateless. */
public final class TestBots {
    private TestBots() {}

    /** {@return a bot in this process} */
    public static Telemetry open(Path run, String name) {
        return Telemetry.open(new TelemetrySettings(new InstanceName(name), new RunDirectory(run)));
    }

    /** {@return a builder for a bot that counts failed orders and prints each count} */
    static ChildProcess.Builder counting(Path run, String name) {
        return ChildProcess.java(CountingBot.class)
                .fastStart()
                .environment("CRYPTOBOT_RUN_DIR", run.toString())
                .environment("CRYPTOBOT_INSTANCE", name);
    }

    /** {@return the counters file of a bot, which beats only when it is told to} */
    public static CountersFile file(Path run, String name) {
        return file(run, name, Geometry.DEFAULT, System::currentTimeMillis);
    }

    /** {@return the counters file of a bot with a clock of its own} */
    public static CountersFile file(Path run, String name, Geometry geometry, LongSupplier clockMs) {
        return CountersFile.open(new RunDirectory(run), new InstanceName(name), geometry, clockMs, new FailWhenLost());
    }

    private static final class FailWhenLost implements CountersFile.Listener {
        @Override
        public void lost(String reason) {
            throw new AssertionError(reason);
        }

        @Override
        public void found() {}

        @Override
        public void putAside(Path where, String why) {
            throw new AssertionError(why);
        }
    }

    /** {@return the path of a bot's counters file} */
    public static Path path(Path run, String name) {
        return run.resolve(name + ".counters");
    }

    /** Overwrites eight bytes of a bot's counters file. */
    public static void writeLong(Path run, String name, long offset, long value) throws IOException {
        write(run, name, offset, bytes(Long.BYTES).putLong(value));
    }

    /** Overwrites four bytes of a bot's counters file. */
    public static void writeInt(Path run, String name, long offset, int value) throws IOException {
        write(run, name, offset, bytes(Integer.BYTES).putInt(value));
    }

    private static ByteBuffer bytes(int length) {
        return ByteBuffer.allocate(length).order(ByteOrder.nativeOrder());
    }

    /** Overwrites the bytes of a bot's counters file from an offset on. */
    static void write(Path run, String name, long offset, ByteBuffer bytes) throws IOException {
        try (RandomAccessFile file = new RandomAccessFile(path(run, name).toFile(), "rw")) {
            file.seek(offset);
            file.write(bytes.array());
        }
    }

    /** Cuts a bot's counters file off, or makes it longer. */
    public static void setLength(Path run, String name, long length) throws IOException {
        try (RandomAccessFile file = new RandomAccessFile(path(run, name).toFile(), "rw")) {
            file.setLength(length);
        }
    }

    /** Deletes a run directory with all that is in it, or what stands in its place. */
    static void deleteAll(Path run) throws IOException {
        if (!Files.exists(run)) {
            return;
        }
        try (Stream<Path> files = Files.walk(run)) {
            for (Path file : (Iterable<Path>) files.sorted(Comparator.reverseOrder())::iterator) {
                Files.delete(file);
            }
        }
    }

    /** Sets the values of a series. */
    public static void set(Slot slot, double... values) {
        for (int index = 0; index < values.length; index++) {
            slot.set(index, Double.doubleToRawLongBits(values[index]));
        }
    }

    /** {@return the exporter's view of the run directory; a bot is dead after 3 s of this clock and never forgotten} */
    public static BotDirectory directory(Path run, LongSupplier nanoClock) {
        return new BotDirectory(
                new RunDirectory(run),
                Duration.ofSeconds(3),
                Duration.ofDays(36_500),
                nanoClock,
                InstantSource.system());
    }
}
