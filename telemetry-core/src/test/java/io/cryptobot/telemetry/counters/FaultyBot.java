package io.cryptobot.telemetry.counters;

import static io.cryptobot.testing.Await.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.cryptobot.telemetry.MetricCatalog;
import io.cryptobot.telemetry.OrderMetrics;
import io.cryptobot.telemetry.OrderMode;
import io.cryptobot.telemetry.Telemetry;
import io.cryptobot.telemetry.TelemetrySettings;
import io.cryptobot.telemetry.counters.CountersFileLayout.Geometry;
import io.cryptobot.telemetry.files.InstanceName;
import io.cryptobot.telemetry.files.RunDirectory;
import io.cryptobot.testing.ChildProcess;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.locks.LockSupport;

/**
 * A bot whose telemetry meets one fault while orders flow. It is a process of its own, since several of these faults would
 * end the VM of a bot that is not careful. Ends with 0 when everything held; what it logs is judged by the parent.
 */
final class FaultyBot {
    static final InstanceName BOT = new InstanceName("faulty");
    static final String UNTOUCHED = "nothing was written to the directory of another user";
    private static final long EARLIER = 1_000;
    /** Above one heartbeat with room for a machine that is busy with other tests. */
    private static final long BEAT_AND_MORE_NANOS = 8 * Telemetry.HEARTBEAT_INTERVAL_MS * 1_000_000;
    /** Above twenty heartbeats. */
    private static final long ATTEMPT_AND_MORE_NANOS = 23 * Telemetry.HEARTBEAT_INTERVAL_MS * 1_000_000;

    private final RunDirectory directory;
    private final Path file;
    private final FaultyFileSystem fileSystem;

    private FaultyBot(Path directory) {
        this.directory = new RunDirectory(directory);
        this.file = this.directory.countersFile(BOT);
        this.fileSystem = new FaultyFileSystem(directory, file);
    }

    public static void main(String[] arguments) throws Exception {
        FaultyBot bot = new FaultyBot(Path.of(arguments[1]));
        switch (TelemetryFaultsIT.Fault.valueOf(arguments[0])) {
            case FULL_TMPFS_WHEN_IT_STARTS, FULL_DISK_WHEN_IT_STARTS -> bot.fullWhenItStarts();
            case FULL_TMPFS_WITH_A_FILE, FULL_DISK_WITH_A_FILE -> bot.fullWithAFile();
            case SPARSE_FILE_ON_A_FULL_TMPFS, SPARSE_FILE_ON_A_FULL_DISK -> bot.sparseFileOnAFullDisk();
            case NO_INODE_LEFT -> bot.noInodeLeft();
            case READ_ONLY_DIRECTORY -> bot.readOnlyDirectory();
            case MISSING_DIRECTORY -> bot.missingDirectory();
            case TRUNCATED -> bot.truncated();
            case TRUNCATED_BEFORE_A_NEW_SERIES_AND_ERROR -> bot.truncatedBeforeANewSeriesAndError();
            case DELETED -> bot.lost(() -> Files.delete(bot.file), "was deleted while in use");
            case REPLACED -> bot.lost(bot.fileSystem::replace, "was replaced while in use");
            case FOREIGN_OWNER -> bot.foreignOwner();
            case SECOND_BOT -> bot.secondBot();
            case FUTURE_VERSION -> bot.notOurs(CountersFileLayout.VERSION_OFFSET, new byte[] {2, 0, 0, 0});
            case OTHER_BYTE_ORDER -> bot.notOurs(0, new byte[] {0x43, 0x42, 0x43, 0x4E, 0x54, 0x52, 0x53, 0x31});
            case NAMED_PIPE -> bot.namedPipe();
        }
        System.out.println("held");
        System.exit(0);
    }

    private interface Action {
        void run() throws Exception;
    }

    /** Orders flow from before the fault is found until after its remedy; no count is lost. */
    private void degradedUntil(Action remedy, String reason, long countedEarlier) throws Exception {
        try (Telemetry telemetry = open();
                OrderFlow orders = new OrderFlow(telemetry)) {
            expectDegraded(telemetry, reason);
            orders.letSome();
            remedy.run();
            expectRecovered(telemetry);
            orders.stop();
            expectInFile(countedEarlier + orders.counted());
        }
    }

    /** Orders flow and are counted in a file all the time. */
    private void neverDegraded(int maxSeries, long countedEarlier, String as) throws Exception {
        try (Telemetry telemetry = open(maxSeries);
                OrderFlow orders = new OrderFlow(telemetry)) {
            assertThat(telemetry.degradedReason()).as(as).isEmpty();
            orders.letSome();
            orders.stop();
            expectInFile(countedEarlier + orders.counted());
        }
    }

    private void fullWhenItStarts() throws Exception {
        fileSystem.fill();
        degradedUntil(fileSystem::empty, "No space left on device", 0);
    }

    private void fullWithAFile() throws Exception {
        runEarlier();
        fileSystem.fill();
        neverDegraded(TelemetrySettings.DEFAULT_MAX_SERIES, EARLIER, "the file is there");
        neverDegraded(400, inFile(), "a larger file does not fit: the small one is better than none");
    }

    private void sparseFileOnAFullDisk() throws Exception {
        runEarlierElsewhere();
        fileSystem.makeSparse();
        fileSystem.fill();
        degradedUntil(fileSystem::empty, "No space left on device", EARLIER);
    }

    /** There is room, but no new file can be made, however often it is tried: two lines, for two reasons. */
    private void noInodeLeft() throws Exception {
        try (Telemetry telemetry = open();
                OrderFlow orders = new OrderFlow(telemetry)) {
            orders.letSome();
            List<Path> fillers;
            // holds the inode of the deleted file, which a garbage collection that unmaps the file would free
            try (FileChannel deleted = FileChannel.open(file, StandardOpenOption.READ)) {
                Files.delete(file);
                fillers = fileSystem.takeAllInodes();
                expectDegraded(telemetry, "No space left on device");
                LockSupport.parkNanos(ATTEMPT_AND_MORE_NANOS);
                orders.letSome();
                assertThat(deleted.isOpen()).isTrue();
            }
            for (Path filler : fillers) {
                Files.delete(filler);
            }
            expectRecovered(telemetry);
            orders.stop();
            expectInFile(orders.counted());
        }
    }

    private void readOnlyDirectory() throws Exception {
        runEarlierElsewhere();
        fileSystem.remount("ro");
        degradedUntil(
                () -> fileSystem.remount("rw"), "run directory " + directory.path() + " is not writable", EARLIER);
    }

    private void missingDirectory() throws Exception {
        Files.delete(directory.path());
        try (Telemetry telemetry = open();
                OrderFlow orders = new OrderFlow(telemetry)) {
            assertThat(telemetry.degradedReason()).as("made anew").isEmpty();
            orders.letSome();
            for (Path path : List.of(file, file.resolveSibling(file.getFileName() + ".lock"), directory.path())) {
                Files.delete(path);
            }
            expectDegraded(telemetry, "was deleted while in use");
            orders.letSome();
            expectRecovered(telemetry);
            orders.stop();
            expectInFile(orders.counted());
            try (Telemetry second = open()) {
                assertThat(second.degradedReason().orElse("")).contains("is in use by another running process");
            }
            try (ChildProcess other = start("hold")) {
                assertThat(other.process().inputReader().readLine())
                        .as("another process")
                        .contains("in use");
            }
        }
    }

    /**
     * The known limit: until the next beat finds the truncation, counts may be lost and the trading thread may be thrown at,
     * by the JVM; not after it.
     */
    private void truncated() throws Exception {
        try (Telemetry telemetry = open();
                OrderFlow orders = new OrderFlow(telemetry)) {
            orders.letSome();
            LockSupport.parkNanos(BEAT_AND_MORE_NANOS);
            long safe = orders.counted();
            LockSupport.parkNanos(BEAT_AND_MORE_NANOS); // now a beat has remembered them
            fileSystem.truncate();
            expectDegraded(telemetry, "was truncated while in use");
            long found = orders.attempted();
            int late = orders.thrown();
            orders.letSome();
            expectRecovered(telemetry);
            orders.letSome();
            // a thread may learn of its last access to the truncated file after the counting has moved
            orders.stopAfter(late + 1);
            System.out.println("late errors at the trading thread: " + orders.thrown());
            assertThat(inFile()).isBetween(safe + orders.attempted() - found, orders.attempted());
        }
    }

    private void truncatedBeforeANewSeriesAndError() throws Exception {
        runEarlier();
        try (Telemetry telemetry = open()) {
            for (int index = 0; index < 30_000; index++) {
                telemetry.recordError("refused " + index % 40); // compiled by now
            }
            OrderMetrics live = telemetry.orders(OrderMode.LIVE);
            assertThat(live.submitted().getCount()).isEqualTo(EARLIER);
            fileSystem.truncate();
            telemetry
                    .counter(MetricCatalog.ORDERS_FAILED_BY_REASON, "kraken", "live", "timeout")
                    .inc();
            telemetry.recordError("refused anew");
            telemetry.tradingLoopBeat();
            expectDegraded(telemetry, "was truncated while in use");
            live.submitted().inc();
            live.failed().inc();
            live.latency().recordNanos(1);
            expectRecovered(telemetry);
            expectInFile(EARLIER + 1);
            int lateErrors = 0;
            for (int round = 0; round < 3; round++) { // the hot path, compiled
                fileSystem.truncate();
                try {
                    recordMany(telemetry, round);
                } catch (InternalError e) {
                    lateErrors++;
                }
                await("a new file", () -> telemetry.degradedReason().isEmpty() && isWhole());
            }
            assertThat(lateErrors)
                    .as("the known limit: one for each truncation")
                    .isLessThanOrEqualTo(3);
        }
    }

    private static void recordMany(Telemetry telemetry, int round) {
        for (int index = 0; index < 1_000; index++) {
            telemetry.recordError("refused " + round + "-" + index % 40);
        }
    }

    private void lost(Action fault, String reason) throws Exception {
        runEarlier();
        try (Telemetry telemetry = open();
                OrderFlow orders = new OrderFlow(telemetry)) {
            orders.letSome();
            fault.run();
            expectDegraded(telemetry, reason);
            orders.letSome();
            expectRecovered(telemetry);
            orders.stop();
            expectInFile(EARLIER + orders.counted());
        }
    }

    /** The parent gives the directory back when it reads {@link #UNTOUCHED}. */
    private void foreignOwner() throws Exception {
        try (Telemetry telemetry = open();
                OrderFlow orders = new OrderFlow(telemetry)) {
            expectDegraded(telemetry, "belongs to another user");
            assertThat(directory.path()).isDirectoryNotContaining("glob:**faulty*");
            System.out.println(UNTOUCHED);
            orders.letSome();
            if (Boolean.getBoolean("owner.comes.back")) {
                expectRecovered(telemetry);
                orders.stop();
                expectInFile(orders.counted());
            }
        }
    }

    private void secondBot() throws Exception {
        try (ChildProcess first = start("hold")) {
            assertThat(first.process().inputReader().readLine()).isEqualTo("holds");
            degradedUntil(
                    () -> {
                        assertThat(inFile()).as("of the first").isEqualTo(EARLIER);
                        first.kill();
                    },
                    "is in use by another running process",
                    EARLIER);
        }
    }

    private ChildProcess start(String what) {
        return ChildProcess.java(Holder.class, directory.path(), what)
                .fastStart()
                .withoutLogging()
                .piped()
                .start();
    }

    /** The bot of the same name that was there first, or comes later. */
    static final class Holder {
        public static void main(String[] arguments) throws Exception {
            FaultyBot bot = new FaultyBot(Path.of(arguments[0]));
            Telemetry telemetry = bot.open();
            OrderFlow.count(telemetry, EARLIER);
            System.out.println(telemetry.degradedReason().orElse("holds"));
            if (arguments[1].equals("end")) {
                telemetry.close();
                return;
            }
            while (true) {
                LockSupport.park();
            }
        }
    }

    private void notOurs(int offset, byte[] bytes) throws Exception {
        runEarlier();
        fileSystem.overwrite(offset, bytes);
        byte[] theirs = Files.readAllBytes(file);
        neverDegraded(TelemetrySettings.DEFAULT_MAX_SERIES, 0, "a new file takes its place");
        assertThat(file.resolveSibling(file.getFileName() + ".rejected")).hasBinaryContent(theirs);
    }

    private void namedPipe() throws Exception {
        assertThat(ChildProcess.program("mkfifo", file).run().exitCode()).isZero();
        try {
            CountersReader.open(file, BOT).close();
            throw new AssertionError("a named pipe was read");
        } catch (CountersFileException e) {
            assertThat(e).hasMessage(file + " is not a regular file");
        }
        neverDegraded(TelemetrySettings.DEFAULT_MAX_SERIES, 0, "a new file takes its place");
    }

    private Telemetry open() {
        return open(TelemetrySettings.DEFAULT_MAX_SERIES);
    }

    private Telemetry open(int maxSeries) {
        return Telemetry.open(new TelemetrySettings(BOT, directory, maxSeries));
    }

    private void runEarlier() {
        try (Telemetry telemetry = open()) {
            OrderFlow.count(telemetry, EARLIER);
        }
    }

    /** By another process: until its garbage is collected, what this one has mapped keeps its mount busy and its space used. */
    private void runEarlierElsewhere() {
        try (ChildProcess earlier = start("end")) {
            assertThat(earlier.awaitExit(Duration.ofSeconds(100))).isZero();
        }
    }

    private static void expectDegraded(Telemetry telemetry, String reason) {
        await("degraded: " + reason, () -> telemetry.degradedReason().orElse("").contains(reason));
        await("the gauge", () -> gauge(telemetry) == 1);
    }

    private static void expectRecovered(Telemetry telemetry) {
        await("recovered", () -> telemetry.degradedReason().isEmpty());
        await("the gauge", () -> gauge(telemetry) == 0);
    }

    private static double gauge(Telemetry telemetry) {
        return telemetry.gauge(MetricCatalog.TELEMETRY_DEGRADED).getValue();
    }

    /** All three families, as the exporter reads them. */
    private void expectInFile(long orders) {
        // what a thread wrote to the old place while it was held up is added by the next beats, family by family
        for (String family : List.of(
                "cryptobot_orders_submitted_total", "cryptobot_orders_failed_total", "cryptobot_order_latency")) {
            await(family + " " + orders + " in the file", () -> value(family) == orders);
        }
    }

    private long inFile() {
        return value("cryptobot_orders_submitted_total");
    }

    private long value(String name) {
        try (CountersReader reader = CountersReader.open(file, BOT)) {
            return reader.snapshot().series().stream()
                    .filter(series -> series.descriptor().name().equals(name)
                            && series.descriptor().labels().containsValue("live"))
                    .mapToLong(series -> (long) series.value())
                    .findFirst()
                    .orElse(0);
        } catch (CountersFileException e) {
            throw new AssertionError(e);
        }
    }

    private boolean isWhole() {
        try {
            return Files.size(file) == Geometry.DEFAULT.fileLength();
        } catch (IOException e) {
            return false;
        }
    }
}
