package io.cryptobot.telemetry.counters;

import static org.assertj.core.api.Assertions.assertThat;

import io.cryptobot.telemetry.MetricCatalog;
import io.cryptobot.telemetry.OrderMetrics;
import io.cryptobot.telemetry.OrderMode;
import io.cryptobot.telemetry.Telemetry;
import io.cryptobot.telemetry.TelemetrySettings;
import io.cryptobot.telemetry.counters.CountersFileLayout.Geometry;
import io.cryptobot.telemetry.files.InstanceName;
import io.cryptobot.telemetry.files.RunDirectory;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/**
 * A bot whose telemetry meets one fault while orders flow. It is a process of its own, since several of these faults would
 * end the VM of a bot that is not careful. Ends with 0 when everything held; what it logs is judged by the parent.
 */
final class FaultyBot {
    static final InstanceName BOT = new InstanceName("faulty");
    private static final long EARLIER = 1_000;
    private static final long WAIT_NANOS = TimeUnit.SECONDS.toNanos(40);
    /** Above one heartbeat with room for a machine that is busy with other tests. */
    private static final long BEAT_AND_MORE_NANOS = 8 * Telemetry.HEARTBEAT_INTERVAL_MS * 1_000_000;
    /** Above twenty heartbeats. */
    private static final long ATTEMPT_AND_MORE_NANOS = 23 * Telemetry.HEARTBEAT_INTERVAL_MS * 1_000_000;

    private final RunDirectory directory;
    private final Path file;

    private FaultyBot(Path directory) {
        this.directory = new RunDirectory(directory);
        this.file = this.directory.countersFile(BOT);
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
            case REPLACED -> bot.lost(bot::replace, "was replaced while in use");
            case FOREIGN_OWNER -> bot.foreignOwner();
            case SECOND_BOT -> bot.secondBot();
            case FUTURE_VERSION -> bot.notOurs(CountersFileLayout.VERSION_OFFSET, new byte[] {2, 0, 0, 0});
            case OTHER_BYTE_ORDER -> bot.notOurs(0, new byte[] {0x43, 0x42, 0x43, 0x4E, 0x54, 0x52, 0x53, 0x31});
            case NAMED_PIPE -> bot.namedPipe();
        }
        System.out.println("held");
        System.exit(0);
    }

    private void fullWhenItStarts() throws Exception {
        fill();
        try (Telemetry telemetry = open();
                OrderFlow orders = new OrderFlow(telemetry)) {
            expectDegraded(telemetry, "No space left on device");
            orders.letSome();
            empty();
            expectRecovered(telemetry);
            orders.stop();
            expectInFile(orders.counted());
        }
    }

    private void fullWithAFile() throws Exception {
        runEarlier();
        fill();
        try (Telemetry telemetry = open();
                OrderFlow orders = new OrderFlow(telemetry)) {
            assertThat(telemetry.degradedReason()).isEmpty();
            orders.letSome();
            orders.stop();
            expectInFile(EARLIER + orders.counted());
        }
        long sofar = inFile();
        // a larger file does not fit: the small one is better than none
        try (Telemetry telemetry = open(new Geometry(400));
                OrderFlow orders = new OrderFlow(telemetry)) {
            assertThat(telemetry.degradedReason()).isEmpty();
            orders.letSome();
            orders.stop();
            expectInFile(sofar + orders.counted());
        }
    }

    private void sparseFileOnAFullDisk() throws Exception {
        runEarlierElsewhere();
        makeSparse();
        fill();
        try (Telemetry telemetry = open();
                OrderFlow orders = new OrderFlow(telemetry)) {
            expectDegraded(telemetry, "No space left on device");
            orders.letSome();
            empty();
            expectRecovered(telemetry);
            orders.stop();
            expectInFile(EARLIER + orders.counted());
        }
    }

    /** There is room, but no new file can be made, however often it is tried: two lines, for two reasons. */
    private void noInodeLeft() throws Exception {
        try (Telemetry telemetry = open();
                OrderFlow orders = new OrderFlow(telemetry)) {
            orders.letSome();
            Files.delete(file);
            List<Path> fillers = takeAllInodes();
            expectDegraded(telemetry, "No space left on device");
            LockSupport.parkNanos(ATTEMPT_AND_MORE_NANOS);
            orders.letSome();
            for (Path filler : fillers) {
                Files.delete(filler);
            }
            expectRecovered(telemetry);
            orders.stop();
            expectInFile(orders.counted());
        }
    }

    private List<Path> takeAllInodes() {
        List<Path> taken = new ArrayList<>();
        try {
            while (true) {
                taken.add(Files.createFile(directory.path().resolve("filler" + taken.size())));
            }
        } catch (IOException e) {
            assertThat(e).hasMessageContaining("No space left");
        }
        return taken;
    }

    private void readOnlyDirectory() throws Exception {
        runEarlierElsewhere();
        remount("ro");
        try (Telemetry telemetry = open();
                OrderFlow orders = new OrderFlow(telemetry)) {
            expectDegraded(telemetry, "run directory " + directory.path() + " is not writable");
            orders.letSome();
            remount("rw");
            expectRecovered(telemetry);
            orders.stop();
            expectInFile(EARLIER + orders.counted());
        }
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
            Process other = start("hold");
            assertThat(other.inputReader().readLine()).as("another process").contains("in use");
            other.destroyForcibly();
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
            truncate();
            expectDegraded(telemetry, "was truncated while in use");
            long found = orders.attempted();
            int late = orders.thrown.size();
            orders.letSome();
            expectRecovered(telemetry);
            orders.letSome();
            // a thread may learn of its last access to the truncated file after the counting has moved
            orders.stopAfter(late + 1);
            System.out.println("late errors at the trading thread: " + orders.thrown.size());
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
            truncate();
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
                truncate();
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

    private void replace() throws IOException {
        Path other = Files.writeString(directory.path().resolve("other"), "somebody's notes");
        Files.move(other, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    /** The parent gives the directory back when it reads the line about the degradation. */
    private void foreignOwner() throws Exception {
        try (Telemetry telemetry = open();
                OrderFlow orders = new OrderFlow(telemetry)) {
            expectDegraded(telemetry, "belongs to another user");
            assertThat(directory.path()).isDirectoryNotContaining("glob:**faulty*");
            orders.letSome();
            if (Boolean.getBoolean("owner.comes.back")) {
                expectRecovered(telemetry);
                orders.stop();
                expectInFile(orders.counted());
            }
        }
    }

    private void secondBot() throws Exception {
        Process first = start("hold");
        assertThat(first.inputReader().readLine()).isEqualTo("holds");
        try (Telemetry telemetry = open();
                OrderFlow orders = new OrderFlow(telemetry)) {
            expectDegraded(telemetry, "is in use by another running process");
            orders.letSome();
            assertThat(inFile()).as("of the first").isEqualTo(EARLIER);
            first.destroyForcibly().waitFor();
            expectRecovered(telemetry);
            orders.stop();
            expectInFile(EARLIER + orders.counted());
        }
    }

    private Process start(String what) throws IOException {
        return new ProcessBuilder(ChildJvm.fast(Holder.class, directory.path(), what))
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
    }

    /** The bot of the same name that was there first, or comes later. */
    static final class Holder {
        public static void main(String[] arguments) throws Exception {
            FaultyBot bot = new FaultyBot(Path.of(arguments[0]));
            Telemetry telemetry = bot.open();
            count(telemetry, EARLIER);
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
        try (RandomAccessFile raw = new RandomAccessFile(file.toFile(), "rw")) {
            raw.seek(offset);
            raw.write(bytes);
        }
        byte[] theirs = Files.readAllBytes(file);
        try (Telemetry telemetry = open();
                OrderFlow orders = new OrderFlow(telemetry)) {
            assertThat(telemetry.degradedReason())
                    .as("a new file takes its place")
                    .isEmpty();
            orders.letSome();
            orders.stop();
            expectInFile(orders.counted());
        }
        assertThat(file.resolveSibling(file.getFileName() + ".rejected")).hasBinaryContent(theirs);
    }

    private void namedPipe() throws Exception {
        assertThat(new ProcessBuilder("mkfifo", file.toString()).start().waitFor())
                .isZero();
        try {
            CountersReader.open(file, BOT).close();
            throw new AssertionError("a named pipe was read");
        } catch (CountersFileException e) {
            assertThat(e).hasMessage(file + " is not a regular file");
        }
        try (Telemetry telemetry = open();
                OrderFlow orders = new OrderFlow(telemetry)) {
            assertThat(telemetry.degradedReason()).isEmpty();
            orders.letSome();
            orders.stop();
            expectInFile(orders.counted());
        }
    }

    private interface Action {
        void run() throws Exception;
    }

    private Telemetry open() {
        return open(Geometry.DEFAULT);
    }

    private Telemetry open(Geometry geometry) {
        return Telemetry.open(new TelemetrySettings(BOT, directory, geometry));
    }

    private void runEarlier() {
        try (Telemetry telemetry = open()) {
            count(telemetry, EARLIER);
        }
    }

    /** By another process: until its garbage is collected, what this one has mapped keeps its mount busy and its space used. */
    private void runEarlierElsewhere() throws Exception {
        assertThat(start("end").waitFor()).isZero();
    }

    private static void count(Telemetry telemetry, long orders) {
        OrderMetrics live = telemetry.orders(OrderMode.LIVE);
        for (long order = 0; order < orders; order++) {
            live.submitted().inc();
            live.failed().inc();
            live.latency().recordNanos(1);
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

    private static void await(String what, BooleanSupplier condition) {
        long deadline = System.nanoTime() + WAIT_NANOS;
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > deadline) {
                throw new AssertionError("waited in vain for: " + what);
            }
            LockSupport.parkNanos(5_000_000);
        }
    }

    private boolean isWhole() {
        try {
            return Files.size(file) == Geometry.DEFAULT.fileLength();
        } catch (IOException e) {
            return false;
        }
    }

    private void truncate() throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            channel.truncate(0);
        }
    }

    private Path filler() {
        return directory.path().resolve("filler");
    }

    private void fill() throws IOException {
        try (FileChannel channel = FileChannel.open(filler(), StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            while (true) {
                channel.write(ByteBuffer.allocate(4096));
                if (channel.size() % (1 << 20) == 0) {
                    channel.force(true); // a disk may promise more than it has until then
                }
            }
        } catch (IOException e) {
            assertThat(e).hasMessageContaining("No space left");
        }
    }

    private void empty() throws IOException {
        Files.delete(filler());
    }

    /** As {@code cp --sparse=always} copies: zeros become holes. */
    private void makeSparse() throws IOException {
        byte[] bytes = Files.readAllBytes(file);
        Files.delete(file);
        try (RandomAccessFile sparse = new RandomAccessFile(file.toFile(), "rw")) {
            sparse.setLength(bytes.length);
            ByteBuffer buffer = ByteBuffer.wrap(bytes).order(ByteOrder.nativeOrder());
            for (int page = 0; page < bytes.length; page += 4096) {
                boolean used = false;
                for (int at = page; at < page + 4096; at += 8) {
                    used |= buffer.getLong(at) != 0;
                }
                if (used) {
                    sparse.seek(page);
                    sparse.write(bytes, page, 4096);
                }
            }
        }
    }

    private void remount(String how) throws Exception {
        Process mount = new ProcessBuilder(
                        "mount", "-o", "remount," + how, directory.path().toString())
                .inheritIO()
                .start();
        assertThat(mount.waitFor()).as("mount -o remount,%s", how).isZero();
    }

    /** Orders that fail, one after the other; what is thrown at the trading thread is kept. */
    private static final class OrderFlow implements AutoCloseable {
        private final AtomicLong attempted = new AtomicLong();
        private final AtomicLong counted = new AtomicLong();
        private final List<Throwable> thrown = new CopyOnWriteArrayList<>();
        private final Thread thread;
        private volatile boolean stopped;

        OrderFlow(Telemetry telemetry) {
            thread = new Thread(() -> flow(telemetry), "trading");
            thread.start();
        }

        private void flow(Telemetry telemetry) {
            while (!stopped) {
                try {
                    flowUntilStopped(telemetry);
                } catch (Throwable e) { // may be late, anywhere in the loop
                    thrown.add(e);
                }
            }
        }

        private void flowUntilStopped(Telemetry telemetry) {
            while (!stopped) {
                attempted.incrementAndGet();
                count(telemetry, 1);
                counted.incrementAndGet();
                telemetry.tradingLoopBeat();
                if (attempted.get() % 20 == 0) {
                    LockSupport.parkNanos(1_000_000);
                }
            }
        }

        long counted() {
            return counted.get();
        }

        long attempted() {
            return attempted.get();
        }

        void letSome() {
            long until = attempted() + 500;
            await("500 orders", () -> attempted() >= until);
        }

        void stop() throws InterruptedException {
            stopAfter(0);
        }

        void stopAfter(int mostThrown) throws InterruptedException {
            stopped = true;
            thread.join();
            assertThat(thrown).as("thrown at the trading thread").hasSizeLessThanOrEqualTo(mostThrown);
            assertThat(thrown).allMatch(InternalError.class::isInstance);
        }

        @Override
        public void close() {
            stopped = true;
        }
    }
}
