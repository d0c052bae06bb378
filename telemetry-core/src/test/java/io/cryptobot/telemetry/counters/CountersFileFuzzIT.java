package io.cryptobot.telemetry.counters;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import com.sun.management.ThreadMXBean;
import io.cryptobot.telemetry.MetricType;
import io.cryptobot.telemetry.counters.CountersFileLayout.Geometry;
import io.cryptobot.telemetry.counters.CountersFileLayout.StoredDescriptor;
import io.cryptobot.telemetry.files.InstanceName;
import io.cryptobot.telemetry.files.MappedFile;
import io.cryptobot.telemetry.files.RunDirectory;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Whatever the bytes of a counters file are, a reader answers or gives a reason, and a bot opens it or puts it aside.
 *
 * <pre>
 * mvn -pl telemetry-core verify -Dtest=CountersFilePageTest -Dit.test=CountersFileFuzzIT [-Dfuzz.files=N] [-Dfuzz.seed=N]
 * </pre>
 */
class CountersFileFuzzIT {
    private static final InstanceName BOT = new InstanceName("fuzz");
    private static final Geometry SMALL = new Geometry(64);
    private static final int FILES = Integer.getInteger("fuzz.files", 100_000);
    private static final int FILES_FOR_THE_WRITER = FILES / 10;
    private static final int MAPPINGS_AT_ONCE = 4_000;
    private static final long DEADLINE_S = 20;

    private final long seed = Long.getLong("fuzz.seed", System.nanoTime());
    private Path directory;
    private Path file;
    /** Of the file that is being read, for the watchdog and for messages. */
    private volatile int number;

    @BeforeEach
    void useSharedMemory() throws IOException {
        Path sharedMemory = Path.of("/dev/shm");
        directory = Files.isDirectory(sharedMemory)
                ? Files.createTempDirectory(sharedMemory, "cryptobot-fuzz")
                : Files.createTempDirectory("cryptobot-fuzz");
        file = new RunDirectory(directory).countersFile(BOT);
    }

    @AfterEach
    void removeTheFiles() throws IOException {
        try (var files = Files.walk(directory)) {
            for (Path path : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        }
    }

    @Test
    void theReaderAnswersOrGivesAReasonWhateverTheBytesAre() throws Exception {
        watched(() -> {
            Mutator mutator = new Mutator(seed, directory);
            ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
            long self = Thread.currentThread().getId();
            Map<CountersFileException.Reason, Integer> refused = new EnumMap<>(CountersFileException.Reason.class);
            int answered = 0;
            int withDamage = 0;
            long most = 0;
            long start = System.nanoTime();
            try (FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
                for (number = 0; number < FILES; number++) {
                    int length = mutator.next();
                    write(channel, mutator.bytes, length);
                    if (number % MAPPINGS_AT_ONCE == 0) {
                        System.gc(); // what is mapped stays mapped until then, and the kernel has a limit
                    }
                    long before = threads.getThreadAllocatedBytes(self);
                    try (CountersReader reader = CountersReader.open(file, BOT)) {
                        CountersSnapshot snapshot = reader.snapshot();
                        reader.errors().forEach(DistinctError::toString);
                        assertThat(reader.isReplaced()).isFalse();
                        long allocated = threads.getThreadAllocatedBytes(self) - before;
                        most = Math.max(most, allocated);
                        // three attempts at a table of which every byte is copied, checked and decoded
                        assertThat(allocated).as("bytes for %s", this).isLessThan(8L * length + 100_000);
                        snapshot.series().forEach(CountersFileFuzzIT::use);
                        withDamage += snapshot.damagedRecords() > 0 ? 1 : 0;
                        answered++;
                    } catch (CountersFileException e) {
                        assertThat(threads.getThreadAllocatedBytes(self) - before)
                                .isLessThan(100_000);
                        assertThat(e).hasMessageContaining(file.toString());
                        refused.merge(e.reason(), 1, Integer::sum);
                    }
                }
            }
            System.out.printf(
                    "fuzz, reader: %d files, seed %d, %d answered, %d of them with damaged records, refused %s, at most %d"
                            + " bytes for a file of %d, %.1f s%n",
                    FILES,
                    seed,
                    answered,
                    withDamage,
                    refused,
                    most,
                    SMALL.fileLength(),
                    (System.nanoTime() - start) / 1e9);
            assertThat(List.of(answered, withDamage))
                    .as("the parser behind the header's checksum was reached")
                    .allMatch(count -> count > FILES / 10);
            return null;
        });
    }

    @Test
    void theBotGoesOnWithOrWithoutTheFileWhateverTheBytesAre() throws Exception {
        watched(() -> {
            Mutator mutator = new Mutator(seed, directory);
            Descriptor mine = Descriptor.counter("mine_total", "Not in any file.", Map.of());
            int resumed = 0;
            long start = System.nanoTime();
            for (number = 0; number < FILES_FOR_THE_WRITER; number++) {
                int length = mutator.next();
                try (FileChannel channel = FileChannel.open(
                        file,
                        StandardOpenOption.CREATE,
                        StandardOpenOption.WRITE,
                        StandardOpenOption.TRUNCATE_EXISTING)) {
                    write(channel, mutator.bytes, length);
                }
                if (number % 500 == 0) {
                    System.gc();
                }
                Object before = MappedFile.identity(file);
                RecordedLosses losses = new RecordedLosses();
                try (CountersFile counters =
                        CountersFile.open(new RunDirectory(directory), BOT, SMALL, System::currentTimeMillis, losses)) {
                    resumed += before.equals(MappedFile.identity(file)) ? 1 : 0;
                    Slot slot = counters.register(mine);
                    slot.add(0, 5);
                    counters.register(Mutator.LATENCY).add(0, 1);
                    counters.record("an error");
                    counters.beat();
                    assertThat(slot.get(0)).isEqualTo(5);
                    assertThat(losses.events).isEmpty();
                    try (CountersReader reader = CountersReader.open(file, BOT)) {
                        CountersSnapshot snapshot = reader.snapshot();
                        boolean exported = snapshot.series().stream()
                                .anyMatch(series -> series.descriptor().equals(mine) && series.value() == 5);
                        assertThat(exported || snapshot.droppedSeries() != 0)
                                .as("exported, or said to be missing")
                                .isTrue();
                        assertThat(reader.errors()).isNotEmpty();
                    }
                }
            }
            System.out.printf(
                    "fuzz, writer: %d files, seed %d, %d resumed, the others replaced or put aside, %.1f s%n",
                    FILES_FOR_THE_WRITER, seed, resumed, (System.nanoTime() - start) / 1e9);
            assertThat(resumed).isBetween(FILES_FOR_THE_WRITER / 20, FILES_FOR_THE_WRITER - 1);
            return null;
        });
    }

    /** Runs it on a thread of its own, so that an endless loop is a failure that says where. */
    private void watched(Callable<Void> work) throws Exception {
        FutureTask<Void> task = new FutureTask<>(work);
        Thread worker = new Thread(task, "fuzz");
        worker.setDaemon(true);
        worker.start();
        int last = -1;
        while (true) {
            try {
                task.get(DEADLINE_S, TimeUnit.SECONDS);
                return;
            } catch (ExecutionException e) {
                throw new AssertionError(this.toString(), e.getCause());
            } catch (TimeoutException e) {
                if (number == last) {
                    fail("%s: no answer within %d s, %s", this, DEADLINE_S, List.of(worker.getStackTrace()));
                }
                last = number;
            }
        }
    }

    @Override
    public String toString() {
        return "seed " + seed + ", file " + number;
    }

    private static void use(CountersSnapshot.Series series) {
        double unused = series.value();
        if (series.descriptor().type() == MetricType.HISTOGRAM) {
            unused += series.sum() + series.cumulative(0);
        } else if (series.descriptor().type() == MetricType.SUMMARY) {
            unused += series.quantile(0);
        }
        assertThat(series.toString() + unused).isNotEmpty();
    }

    /** In place, so that no file system work but the copy is measured. */
    private static void write(FileChannel channel, ByteBuffer bytes, int length) throws IOException {
        bytes.clear().limit(length);
        channel.truncate(length);
        channel.write(bytes, 0);
    }

    /** Makes files from valid ones. */
    private static final class Mutator {
        static final Descriptor LATENCY = new Descriptor(
                "latency", MetricType.HISTOGRAM, "Latency.", new TreeMap<>(), 1_000_000, List.of(10.0, 750.0));
        private static final long[] HOSTILE = {
            0,
            1,
            -1,
            2,
            7,
            127,
            128,
            255,
            256,
            511,
            512,
            4095,
            4096,
            0x7fff,
            0x8000,
            0xffff,
            0x10000,
            0x7fffffff,
            0x80000000L,
            0xffffffffL,
            0x100000000L,
            Long.MAX_VALUE,
            Long.MIN_VALUE,
            Long.MAX_VALUE - 127
        };

        /** The present file; as large as the largest one can be. */
        final ByteBuffer bytes =
                ByteBuffer.allocateDirect(2 * SMALL.fileLength()).order(ByteOrder.nativeOrder());

        private final Random random;
        private final byte[][] valid;

        Mutator(long seed, Path directory) throws Exception {
            this.random = new Random(seed);
            this.valid = new byte[][] {valid(directory, 3, 2), valid(directory, 40, 32)};
        }

        private static byte[] valid(Path directory, int counters, int errors) throws Exception {
            RunDirectory run = new RunDirectory(directory.resolve("valid"));
            try (CountersFile file =
                    CountersFile.open(run, BOT, SMALL, System::currentTimeMillis, new RecordedLosses())) {
                for (int index = 0; index < counters; index++) {
                    file.register(Descriptor.counter("c" + index + "_total", "Help.", Map.of("mode", "live")))
                            .add(0, index);
                }
                file.register(LATENCY).add(1, 3);
                file.register(Descriptor.gauge("g", "Gauge.", Map.of())).set(0, Double.doubleToRawLongBits(2.5));
                file.register(Descriptor.summary("s", "Summary.", Map.of(), List.of(0.5, 0.99)))
                        .set(0, Double.doubleToRawLongBits(1));
                for (int index = 0; index < errors; index++) {
                    file.record("error " + index);
                }
            }
            Path made = run.countersFile(BOT);
            byte[] bytes = Files.readAllBytes(made);
            Files.delete(made);
            return bytes;
        }

        /** {@return the length of the next file} */
        int next() {
            byte[] base = valid[random.nextInt(valid.length)];
            bytes.clear().put(base);
            int length = base.length;
            switch (random.nextInt(10)) {
                case 0 -> flipBits(length);
                case 1 -> overwriteRuns(length);
                case 2 -> length = random.nextBoolean() ? random.nextInt(length) : random.nextInt(1024);
                case 3 -> length += random.nextInt(length);
                case 4 -> splice(length);
                case 5 -> hostileHeader();
                case 6, 7 -> hostileRecords();
                case 8 -> hostileErrors();
                default -> length = randomBytes();
            }
            if (random.nextInt(8) == 0) { // several things at once
                flipBits(length);
            }
            return length;
        }

        /** Most damage goes where something is. */
        private int anywhere(int length) {
            int reach = random.nextInt(4) == 0 ? length : Math.min(length, CountersFileLayout.descriptorOffset(5));
            return random.nextInt(Math.max(1, reach));
        }

        private void flipBits(int length) {
            for (int flips = 1 + random.nextInt(16); flips > 0; flips--) {
                int at = anywhere(length);
                bytes.put(at, (byte) (bytes.get(at) ^ 1 << random.nextInt(8)));
            }
        }

        private void overwriteRuns(int length) {
            byte value = (byte) (random.nextBoolean() ? random.nextInt() : -random.nextInt(2));
            int at = anywhere(length);
            for (int left = Math.min(1 + random.nextInt(2_000), length - at); left > 0; left--) {
                bytes.put(at++, value);
            }
        }

        private void splice(int length) {
            byte[] other = valid[random.nextInt(valid.length)];
            int from = anywhere(length);
            int to = random.nextBoolean() ? from : anywhere(length); // in place, or moved
            int count = random.nextInt(Math.min(other.length - from, length - to));
            bytes.put(to, other, from, count);
        }

        private int randomBytes() {
            byte[] noise = new byte[random.nextInt(20_000)];
            random.nextBytes(noise);
            bytes.put(0, noise);
            return noise.length;
        }

        /** Numbers that lie, under a checksum that is right. */
        private void hostileHeader() {
            for (int lies = 1 + random.nextInt(3); lies > 0; lies--) {
                if (random.nextInt(3) == 0) { // words without a checksum: generation, owner, runs
                    bytes.putLong(256 + 8 * random.nextInt(48), hostile());
                } else {
                    bytes.putInt(16 + 4 * random.nextInt(15), (int) hostile());
                }
            }
            seal(CountersFileLayout.HEADER_CRC_OFFSET, 16, CountersFileLayout.HEADER_LENGTH);
        }

        private void hostileRecords() {
            for (int records = 1 + random.nextInt(4); records > 0; records--) {
                int index = random.nextInt(6);
                int start = CountersFileLayout.descriptorOffset(index);
                if (random.nextBoolean()) { // a sound record whose values are anywhere, with its fingerprint
                    Descriptor descriptor = random.nextBoolean()
                            ? Descriptor.counter("h" + random.nextInt(4) + "_total", "", Map.of())
                            : LATENCY;
                    int values = random.nextBoolean()
                            ? (int) hostile()
                            : SMALL.valuesOffset() + 128 * random.nextInt(600) + (random.nextInt(4) == 0 ? 8 : 0);
                    CountersFileLayout.writeDescriptor(
                            bytes.clear(), index, new StoredDescriptor(descriptor, values, hostile()));
                } else { // lengths, counts and texts that lie
                    for (int lies = 1 + random.nextInt(3); lies > 0; lies--) {
                        int at = start + 8 + random.nextInt(300);
                        if (random.nextBoolean()) {
                            bytes.putInt(start + 8 + 4 * random.nextInt(13), (int) hostile());
                        } else {
                            bytes.putShort(at, (short) hostile());
                        }
                    }
                    int staticLength = Math.max(0, Math.min(bytes.getInt(start + 8), 496));
                    seal(start + 4, start + 8, start + 8 + staticLength);
                }
                if (random.nextInt(4) == 0) {
                    CountersFileLayout.setLastRun(bytes, index, hostile());
                }
            }
        }

        private void hostileErrors() {
            for (int errors = 1 + random.nextInt(4); errors > 0; errors--) {
                int start = CountersFileLayout.errorOffset(SMALL, random.nextInt(32));
                int textLength = random.nextBoolean() ? random.nextInt(479) : (int) hostile() & 0xffff;
                byte[] text = new byte[Math.min(textLength, 478)];
                random.nextBytes(text);
                bytes.put(start + 34, text);
                bytes.putShort(start + 32, (short) textLength);
                for (int at = 8; at < 32; at += 8) {
                    bytes.putLong(start + at, hostile());
                }
                bytes.putInt(start, random.nextInt(3));
                seal(start + 4, start + 32, start + 34 + text.length);
            }
        }

        private long hostile() {
            return random.nextInt(4) == 0 ? random.nextLong() : HOSTILE[random.nextInt(HOSTILE.length)];
        }

        private void seal(int at, int from, int to) {
            CRC32C crc = new CRC32C();
            crc.update(bytes.duplicate().clear().limit(to).position(from));
            bytes.putInt(at, (int) crc.getValue());
        }
    }
}
