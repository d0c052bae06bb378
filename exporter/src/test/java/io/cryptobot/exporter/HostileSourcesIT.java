package io.cryptobot.exporter;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.cryptobot.exporter.exposition.ExpositionFormat;
import io.cryptobot.telemetry.MetricType;
import io.cryptobot.telemetry.OrderMode;
import io.cryptobot.telemetry.Telemetry;
import io.cryptobot.telemetry.counters.CountersFile;
import io.cryptobot.telemetry.counters.CountersFileLayout.Geometry;
import io.cryptobot.telemetry.counters.Descriptor;
import io.cryptobot.testing.ChildProcess;
import io.cryptobot.testing.OneJdk;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whatever lies in the run directory: the page can be read, and every good bot is on it. */
@OneJdk
class HostileSourcesIT {
    private static final int GENERATION = 256;
    private static final int DESCRIPTORS = 640;
    private static final int DESCRIPTOR_LENGTH = 512;
    private static final int HEADER_CAPACITY = 20;
    private static final int HEADER_LENGTH_OF_FILE = 24;
    private static final int HEADER_NAME = 64;
    private static final int BOUND_COUNT = 40;
    private static final int LABEL_COUNT = 44;
    private static final int FIRST_BOUND = 56;
    /** Of a record without bounds. */
    private static final int NAME_LENGTH = 56;

    private static final int MANY = 2_000;

    @TempDir
    Path temporary;

    private final List<CountersFile> open = new ArrayList<>();

    @Test
    void everyGoodBotIsOnAPageThatCanBeRead() throws Exception {
        Path run = Files.createDirectory(temporary.resolve("run"));
        makeHostileFiles(run);
        try (Telemetry first = TestBots.open(run, "a-good");
                Telemetry last = TestBots.open(run, "z-good");
                ExporterProcess exporter = new ExporterProcess(run, temporary, "192m", withoutRootsPowers())) {
            first.orders(OrderMode.LIVE).failed().inc(3);
            last.orders(OrderMode.PAPER).failed().inc(4);
            for (ExpositionFormat format : ExpositionFormat.values()) {
                // A bot that has not beaten since the page before counts as dead after a while, and loses its gauges.
                open.forEach(CountersFile::beat);
                PythonReader page = read(exporter, format);
                assertThat(page.value("cryptobot_orders_failed_total", Map.of("bot", "a-good", "mode", "live")))
                        .isEqualTo(3);
                assertThat(page.value("cryptobot_orders_failed_total", Map.of("bot", "z-good", "mode", "paper")))
                        .isEqualTo(4);
                assertThat(page.value("odd_total", Map.of("bot", "odd", "text", "\"\n\\,}\n# EOF\n")))
                        .isZero();
                Map<String, String> unreadable = new HashMap<>();
                Map<String, Double> bad = new HashMap<>();
                page.samples().forEach((key, value) -> {
                    if (key.name().equals("cryptobot_exporter_unreadable_files")) {
                        unreadable.put(key.labels().get("bot"), key.labels().get("reason"));
                    } else if (key.name().equals("cryptobot_exporter_bad_records") && value > 0) {
                        bad.put(key.labels().get("bot") + " " + key.labels().get("reason"), value);
                    }
                });
                assertThat(unreadable)
                        .containsExactlyInAnyOrderEntriesOf(Map.ofEntries(
                                Map.entry("capacity", "corrupt"),
                                Map.entry("directory", "foreign"),
                                Map.entry("empty", "truncated"),
                                Map.entry("garbage", "foreign"),
                                Map.entry("huge", "not_ready"),
                                Map.entry("length", "corrupt"),
                                Map.entry("link", "foreign"),
                                Map.entry("pipe", "foreign"),
                                Map.entry("secret", "io"),
                                Map.entry("truncated", "truncated"),
                                Map.entry("line\nbreak \"quote\"", "foreign"),
                                Map.entry("x".repeat(200), "foreign")));
                assertThat(bad)
                        .containsExactlyInAnyOrderEntriesOf(Map.of(
                                "bounds damaged", 5.0,
                                "twice duplicate", 1.0,
                                "taken name_taken", 4.0,
                                "taken reserved_label", 3.0));
            }
            assertThat(exporter.log())
                    .doesNotContain("OutOfMemoryError", "ERROR")
                    .contains("line?break");
        } finally {
            open.forEach(CountersFile::close);
        }
    }

    @Test
    void aRunDirectoryMayGoAndComeBack() throws Exception {
        Path run = temporary.resolve("run");
        try (ExporterProcess exporter = new ExporterProcess(run, temporary, "64m")) {
            for (int round = 1; round <= 3; round++) {
                try (Telemetry bot = TestBots.open(run, "bot")) {
                    bot.orders(OrderMode.LIVE).failed().inc(round);
                    assertThat(read(exporter, ExpositionFormat.TEXT)
                                    .value("cryptobot_orders_failed_total", Map.of("bot", "bot", "mode", "live")))
                            .isEqualTo(round);
                }
                Files.delete(run.resolve("bot.counters"));
                Files.delete(run.resolve("bot.counters.lock"));
                Files.delete(run);
                assertThat(exporter.page(ExpositionFormat.OPENMETRICS)).doesNotContain("bot=\"bot\"");
                assertThat(exporter.openCountersFiles()).isEmpty();
            }
        }
    }

    @Test
    void showsTwoThousandBots() throws Exception {
        Path run = Files.createDirectory(temporary.resolve("run"));
        CountersFile template = TestBots.file(temporary, "bot-1000", new Geometry(64), System::currentTimeMillis);
        template.register(Descriptor.counter("things_total", "Things.", Map.of()))
                .add(0, 7);
        template.close();
        ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(TestBots.path(temporary, "bot-1000")))
                .order(ByteOrder.nativeOrder());
        for (int number = 0; number < MANY; number++) {
            String name = "bot-" + (1_000 + number);
            bytes.put(HEADER_NAME, name.getBytes(UTF_8));
            bytes.putInt(12, crc(bytes, 16, 256));
            Files.write(TestBots.path(run, name), bytes.array());
        }
        try (ExporterProcess exporter = new ExporterProcess(run, temporary, "128m")) {
            for (ExpositionFormat format : ExpositionFormat.values()) {
                assertThat(StrictReader.read(format, exporter.page(format))
                                .samples()
                                .entrySet())
                        .filteredOn(sample -> sample.getKey().startsWith("things_total{bot=\"bot-"))
                        .hasSize(MANY)
                        .allMatch(sample -> sample.getValue() == 7);
            }
            assertThat(exporter.openCountersFiles()).hasSize(MANY);
        }
    }

    @Test
    void aFileThatWantsAllMemoryCostsNobodyElse() throws Exception {
        Path run = Files.createDirectory(temporary.resolve("run"));
        Map<String, String> labels = new TreeMap<>();
        for (char name = 'A'; name < 'A' + 26; name++) {
            labels.put("" + name, "\"\"\"");
        }
        try (Telemetry good = TestBots.open(run, "good")) {
            CountersFile fat = TestBots.file(run, "fat", new Geometry(16_383), System::currentTimeMillis);
            for (int series = 0; series < 500; series++) {
                fat.register(Descriptor.counter("fat" + series, "", labels));
            }
            multiply(run.resolve("fat.counters"), 500, 16_383);
            makeGenerationOdd(run.resolve("fat.counters"));
            try (ExporterProcess exporter = new ExporterProcess(run, temporary, "192m")) {
                for (int scrape = 0; scrape < 3; scrape++) {
                    ExpositionFormat format = ExpositionFormat.values()[scrape % ExpositionFormat.values().length];
                    String page = exporter.page(format);
                    StrictReader.read(format, page);
                    assertThat(page)
                            .contains("cryptobot_up{bot=\"good\"", "cryptobot_orders_failed_total{bot=\"good\"");
                }
                assertThat(exporter.log()).doesNotContain("OutOfMemoryError");
            }
            fat.close();
            assertThat(good.degradedReason()).isEmpty();
        }
    }

    private void makeHostileFiles(Path run) throws Exception {
        Random random = new Random(1);
        byte[] noise = new byte[300_000];
        random.nextBytes(noise);
        Files.write(run.resolve("garbage.counters"), noise);
        Files.createFile(run.resolve("empty.counters"));
        Files.createDirectory(run.resolve("directory.counters"));
        Files.createSymbolicLink(run.resolve("link.counters"), Path.of("/dev/zero"));
        assertThat(ChildProcess.program("mkfifo", run.resolve("pipe.counters"))
                        .run()
                        .exitCode())
                .isZero();
        Files.createFile(run.resolve("line\nbreak \"quote\".counters"));
        Files.createFile(run.resolve("x".repeat(200) + ".counters"));
        TestBots.setLength(run, "huge", 1L << 40);
        TestBots.file(run, "truncated").close();
        TestBots.setLength(run, "truncated", 100_000);
        TestBots.file(run, "secret").close();
        Files.setPosixFilePermissions(run.resolve("secret.counters"), PosixFilePermissions.fromString("---------"));
        TestBots.file(run, "capacity").close();
        patchHeader(run, "capacity", HEADER_CAPACITY, 1_000_000);
        TestBots.file(run, "length").close();
        patchHeader(run, "length", HEADER_LENGTH_OF_FILE, Integer.MAX_VALUE);

        CountersFile bounds = kept(run, "bounds");
        for (int record = 0; record < 4; record++) {
            bounds.register(new Descriptor(
                    "histogram" + record, MetricType.HISTOGRAM, "", new TreeMap<>(), 1, List.of(1.0, 2.0)));
        }
        patchRecord(run, "bounds", 0, FIRST_BOUND, Double.doubleToRawLongBits(Double.NaN));
        patchRecord(run, "bounds", 1, FIRST_BOUND, Double.doubleToRawLongBits(3));
        patchRecord(run, "bounds", 2, BOUND_COUNT, 1_000_000);
        patchRecord(run, "bounds", 3, LABEL_COUNT, 1_000_000L << 32);
        bounds.register(Descriptor.counter("endless_total", "", Map.of()));
        patchRecord(run, "bounds", 4, NAME_LENGTH, -1);

        CountersFile twice = kept(run, "twice");
        twice.register(Descriptor.counter("first_total", "", Map.of()));
        twice.register(Descriptor.counter("other_total", "", Map.of()));
        copyRecord(run, "twice", 0, 1);

        CountersFile taken = kept(run, "taken");
        taken.register(Descriptor.gauge("cryptobot_orders_failed_total", "A counter, really.", Map.of()));
        taken.register(Descriptor.gauge("first_total", "The counter of another file.", Map.of()));
        taken.register(Descriptor.counter("collides", "", Map.of()));
        taken.register(Descriptor.gauge("collides_total", "The counter's sample.", Map.of()));
        taken.register(Descriptor.gauge("cryptobot_order_latency_bucket", "The histogram's.", Map.of()));
        for (String label : new String[] {"le", "quantile", "bot"}) {
            taken.register(Descriptor.gauge("reserved_" + label, "", Map.of(label, "1")));
        }
        // these two are before "taken" in the alphabet
        CountersFile first = kept(run, "first");
        first.register(Descriptor.counter("first_total", "", Map.of()));
        CountersFile odd = kept(run, "odd");
        odd.register(Descriptor.counter("odd_total", "\\ \" \n# TYPE x gauge", Map.of("text", "\"\n\\,}\n# EOF\n")));
    }

    private CountersFile kept(Path run, String name) {
        CountersFile file = TestBots.file(run, name);
        open.add(file);
        return file;
    }

    private static PythonReader read(ExporterProcess exporter, ExpositionFormat format) throws Exception {
        String page = exporter.page(format);
        StrictReader.read(format, page);
        if (format == ExpositionFormat.TEXT) {
            assertThat(Promtool.check(page).output()).doesNotContain("error while linting", "parsing");
        }
        return PythonReader.read(format, page);
    }

    /** Root reads any file, unless it gave the power to do so away. */
    private static String[] withoutRootsPowers() {
        return System.getProperty("user.name").equals("root")
                ? new String[] {"setpriv", "--bounding-set=-dac_override,-dac_read_search"}
                : new String[0];
    }

    private static void patchHeader(Path run, String bot, int offset, int value) throws IOException {
        try (RandomAccessFile file =
                new RandomAccessFile(TestBots.path(run, bot).toFile(), "rw")) {
            ByteBuffer header = read(file, 0, 256);
            header.putInt(offset, value);
            header.putInt(12, crc(header, 16, 256));
            write(file, 0, header);
        }
    }

    private static void patchRecord(Path run, String bot, int record, int offset, long value) throws IOException {
        try (RandomAccessFile file =
                new RandomAccessFile(TestBots.path(run, bot).toFile(), "rw")) {
            ByteBuffer bytes = read(file, DESCRIPTORS + record * DESCRIPTOR_LENGTH, DESCRIPTOR_LENGTH);
            bytes.putLong(offset, value);
            bytes.putInt(4, crc(bytes, 8, 8 + bytes.getInt(8)));
            write(file, DESCRIPTORS + record * DESCRIPTOR_LENGTH, bytes);
        }
    }

    private static void copyRecord(Path run, String bot, int from, int to) throws IOException {
        try (RandomAccessFile file =
                new RandomAccessFile(TestBots.path(run, bot).toFile(), "rw")) {
            write(
                    file,
                    DESCRIPTORS + to * DESCRIPTOR_LENGTH,
                    read(file, DESCRIPTORS + from * DESCRIPTOR_LENGTH, DESCRIPTOR_LENGTH));
        }
    }

    /** Repeats the first records until there are {@code count}, which is faster than to register them. */
    private static void multiply(Path path, int first, int count) throws IOException {
        try (RandomAccessFile file = new RandomAccessFile(path.toFile(), "rw")) {
            for (int record = first; record < count; record++) {
                ByteBuffer bytes = read(file, DESCRIPTORS + record % first * DESCRIPTOR_LENGTH, DESCRIPTOR_LENGTH);
                write(file, DESCRIPTORS + record * DESCRIPTOR_LENGTH, bytes);
            }
        }
    }

    /** As a writer leaves it that was killed within a change: every read of the file makes the records anew. */
    private static void makeGenerationOdd(Path path) throws IOException {
        try (RandomAccessFile file = new RandomAccessFile(path.toFile(), "rw")) {
            ByteBuffer generation = read(file, GENERATION, Long.BYTES);
            write(file, GENERATION, generation.putLong(0, generation.getLong(0) | 1));
        }
    }

    private static ByteBuffer read(RandomAccessFile file, int offset, int length) throws IOException {
        byte[] bytes = new byte[length];
        file.seek(offset);
        file.readFully(bytes);
        return ByteBuffer.wrap(bytes).order(ByteOrder.nativeOrder());
    }

    private static void write(RandomAccessFile file, int offset, ByteBuffer bytes) throws IOException {
        file.seek(offset);
        file.write(bytes.array());
    }

    private static int crc(ByteBuffer bytes, int from, int to) {
        CRC32C crc = new CRC32C();
        crc.update(bytes.array(), from, to - from);
        return (int) crc.getValue();
    }
}
