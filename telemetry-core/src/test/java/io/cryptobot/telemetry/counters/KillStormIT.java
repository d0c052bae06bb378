package io.cryptobot.telemetry.counters;

import static org.assertj.core.api.Assertions.assertThat;

import io.cryptobot.telemetry.MetricType;
import io.cryptobot.telemetry.OrderMetrics;
import io.cryptobot.telemetry.OrderMode;
import io.cryptobot.telemetry.Telemetry;
import io.cryptobot.telemetry.TelemetrySettings;
import io.cryptobot.telemetry.files.InstanceName;
import io.cryptobot.telemetry.files.RunDirectory;
import io.cryptobot.testing.ChildProcess;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A bot that is killed at random moments, again and again, loses and invents nothing, while a reader looks on all the time.
 *
 * <p>The truth is a journal for each thread of the bot, written by {@code write(2)} after an order is counted: what the
 * kernel has taken survives the kill. So each kill may leave one order for each thread that is counted, or half counted,
 * and not in the journal; every other difference is a fault.
 *
 * <p>The default build kills 60 times. The whole storm:
 *
 * <pre>
 * mvn -pl telemetry-core verify -Dtest=CountersFilePageTest -Dit.test=KillStormIT -Dstorm.kills=500 [-Dstorm.seed=N]
 * </pre>
 */
class KillStormIT {
    private static final InstanceName BOT = new InstanceName("storm");
    private static final int KILLS = Integer.getInteger("storm.kills", 60);
    private static final int THREADS = 4;
    /** One duration for a bucket, so that buckets tell what the sum has to be. Orders of an odd kind fail. */
    private static final long[] DURATIONS_MS = {3, 60, 700, 90_000};

    private static final int[] BUCKETS = {0, 4, 10, 18};
    private static final int LAST_KIND = DURATIONS_MS.length - 1;

    @TempDir
    Path directory;

    @Test
    void losesAndInventsNothingWheneverItIsKilled() throws Exception {
        long seed = Long.getLong("storm.seed", System.nanoTime());
        Random random = new Random(seed);
        Path file = new RunDirectory(directory).countersFile(BOT);
        Journals journals = new Journals(directory);
        long startNanos = System.nanoTime();
        long[] slack = new long[DURATIONS_MS.length + 2]; // counted beyond the journals, by all kills so far
        int capacity = 64;
        int killedWhileCounting = 0;
        try (Watcher watcher = new Watcher(file)) {
            for (int kill = 1; kill <= KILLS; kill++) {
                String where = "seed " + seed + ", kill " + kill;
                capacity += random.nextInt(4) == 0 ? 1 : 0; // a larger file replaces the present one
                long journalledBefore = journals.orders();
                if (random.nextInt(4) == 0) {
                    killABot(capacity, 's', random.nextInt(200_000)); // while it opens the file, mostly
                } else {
                    killABot(capacity, 'c', random.nextInt(40_000));
                }
                journals.read();
                killedWhileCounting += journals.orders() > journalledBefore ? 1 : 0;
                check(file, journals, slack, where);
                watcher.check(where);
            }
            System.out.printf(
                    "kill storm: %d kills, %d of them while counting, seed %d, %d orders, %d snapshots and %d files read"
                            + " meanwhile, %.1f s%n",
                    KILLS,
                    killedWhileCounting,
                    seed,
                    journals.orders(),
                    watcher.snapshots,
                    watcher.filesOpened,
                    (System.nanoTime() - startNanos) / 1e9);
        }
        assertThat(killedWhileCounting).as("seed %d", seed).isGreaterThan(KILLS / 4);
    }

    /** Kills a bot some time after it wrote this letter: s when it starts, c when it begins to count. */
    private void killABot(int capacity, char letter, long afterMicros) throws Exception {
        try (ChildProcess bot = ChildProcess.java(StormBot.class, directory, capacity)
                .fastStart()
                .withoutLogging()
                .piped()
                .start()) {
            int read;
            do {
                read = bot.process().getInputStream().read();
            } while (read >= 0 && read != letter);
            assertThat(read).as("what the bot wrote").isEqualTo(letter);
            LockSupport.parkNanos(afterMicros * 1_000);
            assertThat(bot.isAlive()).as("the bot lives until it is killed").isTrue();
        }
    }

    /** Nobody writes now: the numbers are final until the next start. */
    private static void check(Path file, Journals journals, long[] slack, String where) throws Exception {
        if (!Files.exists(file)) {
            assertThat(journals.orders()).as(where).isZero();
            return;
        }
        CountersSnapshot snapshot;
        try (CountersReader reader = CountersReader.open(file, BOT)) {
            snapshot = reader.snapshot();
        }
        assertThat(snapshot.damagedRecords()).as(where).isZero();
        assertThat(snapshot.droppedSeries()).as(where).isZero();
        assertThat(snapshot.owner().cleanExit()).as(where).isFalse();
        Totals totals = Totals.of(snapshot);
        if (totals == null) {
            assertThat(journals.orders()).as(where).isZero();
            return;
        }
        long[] surplus = new long[slack.length];
        for (int kind = 0; kind <= LAST_KIND; kind++) {
            surplus[kind] = totals.buckets[BUCKETS[kind]] - journals.byKind[kind];
        }
        surplus[LAST_KIND + 1] = totals.submitted - journals.orders();
        surplus[LAST_KIND + 2] = totals.failed - journals.byKind[1] - journals.byKind[3];
        for (int index = 0; index < surplus.length; index++) {
            // exact, not only in sum: of each kill at most one order of each thread
            assertThat(surplus[index] - slack[index])
                    .as("%s: counted but not journalled, %d", where, index)
                    .isBetween(0L, (long) THREADS);
            slack[index] = surplus[index];
        }
        long ofOrders = 0;
        for (int kind = 0; kind <= LAST_KIND; kind++) {
            ofOrders += journals.byKind[kind] * DURATIONS_MS[kind];
        }
        assertThat(totals.sumMs).as(where).isBetween((double) ofOrders, (double) ofOrders + totals.surplusMs(journals));
    }

    /** What the file says about live orders; null before they are registered. */
    private record Totals(long submitted, long failed, long[] buckets, double sumMs) {
        static @Nullable Totals of(CountersSnapshot snapshot) {
            Map<String, CountersSnapshot.Series> live = new HashMap<>();
            for (CountersSnapshot.Series series : snapshot.series()) {
                if ("live".equals(series.descriptor().labels().get("mode"))) {
                    live.put(series.descriptor().name(), series);
                }
            }
            CountersSnapshot.Series latency = live.get("cryptobot_order_latency");
            CountersSnapshot.Series failed = live.get("cryptobot_orders_failed_total");
            CountersSnapshot.Series submitted = live.get("cryptobot_orders_submitted_total");
            if (latency == null || failed == null || submitted == null) {
                return null;
            }
            return new Totals(
                    (long) submitted.value(), (long) failed.value(), KillStormIT.buckets(latency), latency.sum());
        }

        double surplusMs(Journals journals) {
            double surplus = 0;
            for (int kind = 0; kind <= LAST_KIND; kind++) {
                surplus += (buckets[BUCKETS[kind]] - journals.byKind[kind]) * DURATIONS_MS[kind];
            }
            return surplus;
        }
    }

    private static long[] buckets(CountersSnapshot.Series histogram) {
        long[] buckets = new long[histogram.descriptor().bounds().size() + 1];
        for (int index = 0; index < buckets.length; index++) {
            buckets[index] = histogram.cumulative(index) - (index == 0 ? 0 : histogram.cumulative(index - 1));
        }
        return buckets;
    }

    /** Adds up what the threads of all bots have written. */
    private static final class Journals {
        final long[] byKind = new long[DURATIONS_MS.length];
        private final Path directory;
        private final long[] positions = new long[THREADS];
        private final ByteBuffer bytes = ByteBuffer.allocate(1 << 16);

        Journals(Path directory) {
            this.directory = directory;
        }

        static Path file(Path directory, int thread) {
            return directory.resolve("journal-" + thread);
        }

        void read() throws IOException {
            for (int thread = 0; thread < THREADS; thread++) {
                try (FileChannel journal = FileChannel.open(file(directory, thread), StandardOpenOption.READ)) {
                    while (journal.read(bytes.clear(), positions[thread]) > 0) {
                        positions[thread] += bytes.position();
                        for (int index = 0; index < bytes.position(); index++) {
                            byKind[bytes.get(index)]++;
                        }
                    }
                }
            }
        }

        long orders() {
            return Arrays.stream(byKind).sum();
        }
    }

    /** Reads all the while, as the exporter does, and remembers the first thing that cannot be true. */
    private static final class Watcher implements AutoCloseable {
        volatile long snapshots;
        volatile long filesOpened;
        private final Path file;
        private final Map<String, long[]> seen = new HashMap<>();
        private final Thread thread;
        private volatile boolean stopped;
        private volatile @Nullable Throwable fault;

        Watcher(Path file) {
            this.file = file;
            this.thread = new Thread(this::watch, "storm-watcher");
            thread.start();
        }

        void check(String where) {
            if (fault != null) {
                throw new AssertionError(where + ": the reader saw " + fault, fault);
            }
        }

        private void watch() {
            CountersReader reader = null;
            try {
                while (!stopped) {
                    if (reader == null || reader.isReplaced()) {
                        if (reader != null) {
                            reader.close();
                        }
                        if (!Files.exists(file)) { // before the first bot
                            LockSupport.parkNanos(1_000_000);
                            continue;
                        }
                        reader = CountersReader.open(file, BOT);
                        filesOpened++;
                    }
                    judge(reader.snapshot());
                    snapshots++;
                    LockSupport.parkNanos(200_000);
                }
            } catch (Throwable e) {
                fault = e;
            } finally {
                if (reader != null) {
                    reader.close();
                }
            }
        }

        private void judge(CountersSnapshot snapshot) {
            assertThat(snapshot.damagedRecords()).isZero();
            Map<String, long[]> now = new HashMap<>();
            for (CountersSnapshot.Series series : snapshot.series()) {
                if (series.descriptor().type() != MetricType.GAUGE) {
                    now.put(series.descriptor().name() + series.descriptor().labels(), values(series));
                }
            }
            seen.forEach((name, before) -> {
                long[] after = now.get(name);
                if (after == null) {
                    throw new AssertionError(name + " has gone");
                }
                for (int index = 0; index < after.length; index++) {
                    if (after[index] < before[index]) {
                        throw new AssertionError(
                                name + " fell from " + Arrays.toString(before) + " to " + Arrays.toString(after));
                    }
                }
            });
            seen.putAll(now);
            Totals totals = Totals.of(snapshot);
            if (totals == null) {
                return;
            }
            assertThat(totals.failed).as("failed").isLessThanOrEqualTo(totals.submitted);
            long ofBuckets = 0;
            for (int kind = 0; kind <= LAST_KIND; kind++) {
                ofBuckets += totals.buckets[BUCKETS[kind]] * DURATIONS_MS[kind];
            }
            assertThat(totals.sumMs).as("sum").isBetween(0.0, (double) ofBuckets);
            long inKnownBuckets = Arrays.stream(BUCKETS)
                    .mapToLong(bucket -> totals.buckets[bucket])
                    .sum();
            assertThat(Arrays.stream(totals.buckets).sum()).as("count").isEqualTo(inKnownBuckets);
        }

        private static long[] values(CountersSnapshot.Series series) {
            long[] values = series.descriptor().type() == MetricType.HISTOGRAM
                    ? buckets(series)
                    : new long[] {(long) series.value()};
            for (long value : values) {
                if (value < 0) {
                    throw new AssertionError(series + " is negative");
                }
            }
            return values;
        }

        @Override
        public void close() throws InterruptedException {
            stopped = true;
            thread.join();
            check("at the end");
        }
    }

    /** Counts with four threads until it is killed. */
    static final class StormBot {
        public static void main(String[] arguments) throws Exception {
            Path directory = Path.of(arguments[0]);
            List<FileChannel> journals = new ArrayList<>();
            for (int thread = 0; thread < THREADS; thread++) {
                journals.add(FileChannel.open(
                        Journals.file(directory, thread), StandardOpenOption.CREATE, StandardOpenOption.APPEND));
            }
            System.out.write('s');
            System.out.flush();
            Telemetry telemetry = Telemetry.open(
                    new TelemetrySettings(BOT, new RunDirectory(directory), Integer.parseInt(arguments[1])));
            OrderMetrics live = telemetry.orders(OrderMode.LIVE);
            for (FileChannel journal : journals) {
                new Thread(() -> count(live, journal)).start();
            }
            System.out.write('c');
            System.out.flush();
        }

        private static void count(OrderMetrics live, FileChannel journal) {
            ByteBuffer kindByte = ByteBuffer.allocateDirect(1);
            try {
                while (true) {
                    int kind = ThreadLocalRandom.current().nextInt(DURATIONS_MS.length);
                    live.submitted().inc();
                    live.latency().recordNanos(DURATIONS_MS[kind] * 1_000_000);
                    if (kind % 2 == 1) {
                        live.failed().inc();
                    }
                    journal.write(kindByte.clear().put((byte) kind).flip());
                }
            } catch (Throwable e) {
                e.printStackTrace();
                Runtime.getRuntime().halt(1);
            }
        }
    }
}
