package io.cryptobot.telemetry.counters;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import io.cryptobot.telemetry.MetricType;
import io.cryptobot.telemetry.counters.CountersFileException.Reason;
import io.cryptobot.telemetry.counters.CountersFileLayout.Geometry;
import io.cryptobot.telemetry.files.InstanceName;
import io.cryptobot.telemetry.files.RunDirectory;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CountersFileTest {
    private static final InstanceName BOT = new InstanceName("bot");
    private static final Descriptor FAILED =
            Descriptor.counter("orders_failed_total", "Failed.", Map.of("mode", "live"));
    private static final Descriptor LATENCY = histogram(List.of(10.0, 750.0));

    @TempDir
    Path directory;

    private long nowMs = 1_000;

    @Test
    void resumesTheCountsOfAnOrderlyClosedFile() throws Exception {
        try (CountersFile first = open()) {
            first.register(FAILED).add(0, 41);
        }
        try (CountersFile second = open()) {
            second.register(FAILED).add(0, 1);
            assertThat(value(FAILED)).isEqualTo(42);
        }
        CountersSnapshot.Owner owner = snapshot().owner();
        assertThat(owner.restarts()).isEqualTo(1);
        assertThat(owner.uncleanRestarts()).isZero();
        assertThat(owner.cleanExit()).isTrue();
    }

    @Test
    void beginsAtZeroAgainWhenTheBoundsChanged() throws Exception {
        try (CountersFile first = open()) {
            first.register(LATENCY).add(0, 5);
        }
        nowMs = 2_000;
        Descriptor finer = histogram(List.of(10.0, 500.0, 750.0));
        try (CountersFile second = open()) {
            second.register(finer);
        }
        assertThat(snapshot().series()).singleElement().satisfies(series -> {
            assertThat(series.descriptor()).isEqualTo(finer);
            assertThat(series.value()).isZero();
            assertThat(series.createdMs()).isEqualTo(2_000);
        });
    }

    @Test
    void goesOnWithTheValuesWhenOnlyTheHelpTextChanged() throws Exception {
        try (CountersFile first = open()) {
            first.register(FAILED).add(0, 7);
        }
        try (CountersFile second = open()) {
            assertThat(second.register(Descriptor.counter(FAILED.name(), "Other words.", FAILED.labels()))
                            .get(0))
                    .isEqualTo(7);
        }
    }

    @Test
    void hidesAGaugeOfAnEarlierRunUntilThisRunSetsIt() throws Exception {
        Descriptor gauge = Descriptor.gauge("open_orders", "Open.", Map.of());
        try (CountersFile first = open()) {
            first.register(gauge).set(0, Double.doubleToRawLongBits(3));
            assertThat(value(gauge)).isEqualTo(3);
        }
        try (CountersFile second = open()) {
            assertThat(snapshot().series()).isEmpty();
            second.register(gauge).set(0, Double.doubleToRawLongBits(1));
            assertThat(value(gauge)).isEqualTo(1);
        }
    }

    @Test
    void readsAHistogramWithItsCountDerivedFromTheBuckets() throws Exception {
        try (CountersFile counters = open()) {
            Slot slot = counters.register(LATENCY);
            slot.add(0, 3);
            slot.add(1, 2);
            slot.add(2, 1);
            slot.add(3, 2_500_000);
            CountersSnapshot.Series series = snapshot().series().get(0);
            assertThat(List.of(series.cumulative(0), series.cumulative(1), series.cumulative(2)))
                    .containsExactly(3L, 5L, 6L);
            assertThat(series.value()).isEqualTo(6);
            assertThat(series.sum()).isEqualTo(2.5);
        }
    }

    @Test
    void countsWhatHasNoStripesFromAnyThread() throws Exception {
        Descriptor summary = Descriptor.summary("latency_seconds", "Latency.", Map.of(), List.of(0.5, 0.99));
        try (CountersFile counters = open()) {
            counters.register(FAILED).add(0, 1); // this thread now has a stripe of its own
            Slot slot = counters.register(summary);
            slot.set(0, Double.doubleToRawLongBits(0.25));
            slot.add(2, 1000);
            Files.delete(file());
            beat(counters, 22);
            slot.add(2, 1);
            CountersSnapshot.Series read = snapshot().series().get(1);
            assertThat(read.value()).isEqualTo(1001);
            assertThat(read.quantile(0)).isEqualTo(0.25);
            assertThat(value(FAILED)).isEqualTo(1);
        }
    }

    @Test
    void countsEveryIncrementOfMoreThreadsThanHaveAStripeOfTheirOwn() throws Exception {
        int threads = 2 * CountersFileLayout.OWN_STRIPES + 2;
        int generations = 20;
        int increments = 5_000;
        try (CountersFile counters = open()) {
            Slot slot = counters.register(FAILED);
            for (int generation = 0; generation < generations; generation++) {
                List<Thread> crowd = new ArrayList<>();
                for (int index = 0; index < threads; index++) {
                    crowd.add(new Thread(() -> {
                        for (int count = 0; count < increments; count++) {
                            slot.add(0, 1);
                        }
                    }));
                }
                crowd.forEach(Thread::start);
                while (crowd.stream().anyMatch(Thread::isAlive)) {
                    counters.beat(); // stripes are freed and taken while others count
                }
                for (Thread thread : crowd) {
                    thread.join();
                }
            }
            assertThat(slot.get(0)).isEqualTo((long) generations * threads * increments);
            assertThat(value(FAILED)).isEqualTo((double) generations * threads * increments);
        }
    }

    @Test
    void writesOtherStripesThanTheRunBeforeWhoseThreadsMayNotHaveEndedYet() throws Exception {
        for (int run = 0; run < 3; run++) {
            try (CountersFile counters = open()) {
                counters.register(FAILED).add(0, 1);
            }
        }
        assertThat(List.of(rawStripe(1), rawStripe(1 + CountersFileLayout.OWN_STRIPES)))
                .containsExactly(2L, 1L);
    }

    @Test
    void givesTheStripeOfAnEndedThreadToAnother() throws Exception {
        try (CountersFile counters = open()) {
            Slot slot = counters.register(FAILED);
            for (int index = 0; index < CountersFileLayout.OWN_STRIPES + 1; index++) {
                Thread thread = new Thread(() -> slot.add(0, 1));
                thread.start();
                thread.join();
                counters.beat();
            }
            assertThat(rawStripe(1)).isEqualTo(CountersFileLayout.OWN_STRIPES + 1);
        }
    }

    @Test
    void countsInMemoryWhileAnotherOwnerLivesAndTakesOverWhenItIsGone() throws Exception {
        RecordedLosses losses = new RecordedLosses();
        CountersFile first = open();
        Slot firstSlot = first.register(FAILED);
        firstSlot.add(0, 10);
        try (CountersFile second = open(losses)) {
            Slot slot = second.register(FAILED);
            slot.add(0, 1);
            assertThat(losses.events)
                    .containsExactly(file() + " is in use by another running process; give this bot another"
                            + " CRYPTOBOT_INSTANCE or stop the other one");
            assertThat(value(FAILED)).isEqualTo(10);
            firstSlot.add(0, 1);
            first.close();
            beat(second, 20);
            assertThat(losses.events).last().isEqualTo("found");
            slot.add(0, 1);
            assertThat(value(FAILED)).as("11 of the first run, 2 of this one").isEqualTo(13);
        }
    }

    @Test
    void keepsAForeignFileAsideAndBeginsANewOne() throws Exception {
        Files.writeString(file(), "somebody's notes");
        RecordedLosses losses = new RecordedLosses();
        open(losses).close();
        assertThat(directory.resolve("bot.counters.rejected")).hasContent("somebody's notes");
        assertThat(losses.events).isEmpty();
        assertThat(losses.putAside).containsExactly(file() + " has only 16 bytes");
        assertThat(errors().get(0).text()).isEqualTo(file() + " has only 16 bytes; put aside as bot.counters.rejected");
        assertThat(snapshot().owner().restarts()).isZero();
    }

    @Test
    void putsDirectoriesAsideTooWhateverIsThereAlready() throws Exception {
        RecordedLosses losses = new RecordedLosses();
        try (CountersFile counters = open(losses)) {
            Slot slot = counters.register(FAILED);
            for (String what : List.of("directory", "file", "directory", "file")) {
                slot.add(0, 1);
                Files.delete(file());
                if (what.equals("file")) {
                    Files.writeString(file(), "notes");
                } else {
                    Files.createFile(Files.createDirectory(file()).resolve("inside"));
                }
                beat(counters, 21);
                assertThat(losses.events).last().as(what).isEqualTo("found");
            }
            assertThat(value(FAILED)).isEqualTo(4);
        }
        assertThat(directory.resolve("bot.counters.rejected/inside")).exists();
        assertThat(directory.resolve("bot.counters.rejected-2")).hasContent("notes");
        assertThat(directory.resolve("bot.counters.rejected-3/inside")).exists();
    }

    @Test
    void makesTheFileReadableForOwnerAndGroupOnly() throws Exception {
        open().close();
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file())))
                .isEqualTo("rw-r-----");
    }

    @Test
    void countsSeriesThatDoNotFit() throws Exception {
        try (CountersFile counters = open()) {
            for (int index = 0; index < Geometry.DEFAULT.capacity() + 3; index++) {
                counters.register(Descriptor.counter("c" + index + "_total", "", Map.of()))
                        .add(0, 1);
            }
            counters.register(Descriptor.counter("long_total", "x".repeat(600), Map.of()))
                    .add(0, 1);
            assertThat(snapshot().droppedSeries()).isEqualTo(4);
            assertThat(snapshot().series()).hasSize(Geometry.DEFAULT.capacity());
        }
    }

    @Test
    void countsTheSeriesThatDoNotFitAnewInEachRun() throws Exception {
        Descriptor tooLong = Descriptor.counter("long_total", "x".repeat(600), Map.of());
        for (int run = 0; run < 3; run++) {
            try (CountersFile counters = open()) {
                counters.register(tooLong);
                assertThat(snapshot().droppedSeries()).as("run %d", run).isEqualTo(1);
            }
        }
        open().close();
        assertThat(snapshot().droppedSeries())
                .as("the bot has no such series any more")
                .isZero();
    }

    @Test
    void makesRoomForNewBoundsWhereHistogramsFillTheValuesLongBeforeTheList() throws Exception {
        Geometry small = new Geometry(64);
        for (int version = 1; version <= 8; version++) {
            try (CountersFile counters = open(small, new RecordedLosses())) {
                counters.register(FAILED).add(0, 1);
                for (int index = 0; index < 5; index++) {
                    List<Double> bounds = new ArrayList<>();
                    for (int bound = 1; bound <= 44; bound++) {
                        bounds.add((double) bound * version);
                    }
                    counters.register(
                            new Descriptor("latency" + index, MetricType.HISTOGRAM, "", new TreeMap<>(), 1, bounds));
                }
                assertThat(snapshot().droppedSeries()).as("version %d", version).isZero();
                assertThat(value(FAILED)).isEqualTo(version);
            }
        }
    }

    @Test
    void givesManyThreadsTheSameSlotsWhileAReaderLooksOn() throws Exception {
        int threads = 8;
        int names = 100;
        try (CountersFile counters = open()) {
            counters.register(FAILED);
            Thread[] crowd = new Thread[threads];
            for (int index = 0; index < threads; index++) {
                crowd[index] = new Thread(() -> {
                    for (int name = 0; name < names; name++) {
                        counters.register(Descriptor.counter("c" + name + "_total", "", Map.of()))
                                .add(0, 1);
                    }
                });
                crowd[index].start();
            }
            try (CountersReader reader = CountersReader.open(file(), BOT)) {
                int seen = 0;
                while (Arrays.stream(crowd).anyMatch(Thread::isAlive)) {
                    CountersSnapshot snapshot = reader.snapshot();
                    assertThat(snapshot.damagedRecords()).isZero();
                    assertThat(snapshot.series()).hasSizeGreaterThanOrEqualTo(seen);
                    assertThat(snapshot.series())
                            .allSatisfy(series -> assertThat(series.value()).isBetween(0.0, (double) threads));
                    seen = snapshot.series().size();
                }
                assertThat(reader.snapshot().series())
                        .hasSize(1 + names)
                        .filteredOn(s -> s.value() == threads)
                        .hasSize(names);
            }
        }
    }

    @Test
    void showsASeriesAllTheWhileItsBoundsAreChanged() throws Exception {
        int changes = 1_500;
        try (CountersFile counters = open(new Geometry(changes + 1), new RecordedLosses());
                CountersReader reader = CountersReader.open(file(), BOT)) {
            counters.register(histogram(List.of(1.0)));
            assertThat(reader.snapshot().series()).hasSize(1);
            Thread writer = new Thread(() -> {
                for (int change = 1; change <= changes; change++) {
                    counters.register(histogram(List.of(1.0 + change)));
                }
            });
            writer.start();
            double bound = 1;
            while (writer.isAlive()) {
                List<CountersSnapshot.Series> series = reader.snapshot().series();
                assertThat(series).as("after the bound %s", bound).hasSize(1);
                double now = series.get(0).descriptor().bounds().get(0);
                assertThat(now).isGreaterThanOrEqualTo(bound);
                bound = now;
            }
            assertThat(reader.snapshot().series().get(0).descriptor().bounds()).containsExactly(1.0 + changes);
        }
    }

    @Test
    void takesTheRecordsThatWereWholeLastTimeFromAWriterThatWasKilledWithinAChange() throws Exception {
        try (CountersFile counters = open();
                CountersReader reader = CountersReader.open(file(), BOT)) {
            Slot slot = counters.register(FAILED);
            slot.add(0, 1);
            assertThat(reader.snapshot().series()).hasSize(1);
            overwrite(CountersFileLayout.GENERATION_OFFSET, 7); // odd
            overwrite(CountersFileLayout.descriptorOffset(0), CountersFileLayout.RETIRED);
            slot.add(0, 1);
            assertThat(reader.snapshot().series())
                    .singleElement()
                    .extracting(CountersSnapshot.Series::value)
                    .isEqualTo(2.0);
            assertThat(snapshot().series()).as("of a reader that comes later").isEmpty();
            overwrite(CountersFileLayout.GENERATION_OFFSET, 8);
            assertThat(reader.snapshot().series()).isEmpty();
        }
    }

    /** Large ones fill the exporter's memory twice, when it looks again while it still renders what it has seen. */
    @Test
    void readsTheRecordsThatAWriterLeftWithinAChangeOnce() throws Exception {
        try (CountersFile counters = open();
                CountersReader reader = CountersReader.open(file(), BOT)) {
            counters.register(FAILED);
            overwrite(CountersFileLayout.GENERATION_OFFSET, 7); // odd
            Descriptor first = reader.snapshot().series().get(0).descriptor();
            assertThat(reader.snapshot().series().get(0).descriptor()).isSameAs(first);
            overwrite(CountersFileLayout.GENERATION_OFFSET, -1);
            overwrite(CountersFileLayout.GENERATION_OFFSET + 4, -1); // no generation stands for "nothing read yet"
            assertThat(snapshot().series()).as("of a reader that comes later").hasSize(1);
        }
    }

    /** Every order of this bot fails, so that nothing hides a wrong order of reading. */
    @Test
    void neverShowsMoreFailedOrdersThanSubmittedOnes() throws Exception {
        Descriptor submitted = Descriptor.counter("orders_submitted_total", "Submitted.", Map.of());
        try (CountersFile counters = open();
                CountersReader reader = CountersReader.open(file(), BOT)) {
            Slot submittedSlot = counters.register(submitted);
            Slot failedSlot = counters.register(FAILED);
            Thread[] bot = new Thread[2];
            for (int index = 0; index < bot.length; index++) {
                bot[index] = new Thread(() -> {
                    for (int order = 0; order < 10_000_000; order++) {
                        submittedSlot.add(0, 1);
                        failedSlot.add(0, 1);
                    }
                });
                bot[index].start();
            }
            int inBetween = 0;
            while (Arrays.stream(bot).anyMatch(Thread::isAlive)) {
                List<CountersSnapshot.Series> series = reader.snapshot().series();
                assertThat(series.get(1).value())
                        .isLessThanOrEqualTo(series.get(0).value());
                inBetween += series.get(1).value() < series.get(0).value() ? 1 : 0;
            }
            assertThat(inBetween).as("snapshots that could have been wrong").isPositive();
        }
    }

    /** One observation falls into each snapshot; seen by half it makes a count and a sum that differ. */
    @Test
    void seesAnObservationWhollyOrNotAtAll() throws Exception {
        int rounds = 5_000;
        AtomicInteger begun = new AtomicInteger();
        AtomicInteger done = new AtomicInteger();
        int halves = 0;
        try (CountersFile counters = open();
                CountersReader reader = CountersReader.open(file(), BOT)) {
            Slot slot = counters.register(LATENCY);
            Thread bot = new Thread(() -> {
                Random random = new Random(1);
                for (int round = 1; round <= rounds; round++) {
                    while (begun.get() < round) {
                        Thread.onSpinWait();
                    }
                    for (int wait = random.nextInt(30); wait > 0; wait--) {
                        Thread.onSpinWait();
                    }
                    slot.add(0, 1);
                    slot.add(3, 5_000_000);
                    done.set(round);
                }
            });
            bot.start();
            for (int round = 1; round <= rounds; round++) {
                begun.set(round);
                CountersSnapshot.Series series = reader.snapshot().series().get(0);
                halves += series.sum() == 5 * series.value() ? 0 : 1;
                while (done.get() < round) {
                    Thread.onSpinWait();
                }
            }
            bot.join();
        }
        assertThat(halves).as("few: a thread may be held up between the two").isLessThan(rounds / 100);
    }

    @Test
    void doesNotHangOnALockThatIsANamedPipe() throws Exception {
        Path lock = directory.resolve("bot.counters.lock");
        assertThat(new ProcessBuilder("mkfifo", lock.toString()).start().waitFor())
                .isZero();
        RecordedLosses losses = new RecordedLosses();
        try (CountersFile counters = assertTimeoutPreemptively(Duration.ofSeconds(20), () -> open(losses))) {
            counters.register(FAILED).add(0, 1);
            Files.delete(lock);
            beat(counters, 20);
            assertThat(losses.events).containsExactly(lock + " is not a regular file", "found");
            assertThat(value(FAILED)).isEqualTo(1);
        }
    }

    @Test
    void takesTheCountsOfTheLastBeatToANewFileWhenItsOwnWasTruncated() throws Exception {
        RecordedLosses losses = new RecordedLosses();
        try (CountersFile counters = open(losses)) {
            Slot slot = counters.register(FAILED);
            slot.add(0, 7);
            counters.beat();
            truncate(0);
            counters.beat();
            slot.add(0, 1);
            assertThat(slot.get(0)).isEqualTo(8);
            beat(counters, 20);
            slot.add(0, 1);
            assertThat(value(FAILED)).isEqualTo(9);
            assertThat(losses.events).containsExactly(file() + " was truncated while in use", "found");
        }
    }

    @Test
    void endsNeitherTheProcessNorTheCountWhenTheTruncatedFileIsTouchedBeforeTheBeat() throws Exception {
        RecordedLosses losses = new RecordedLosses();
        try (CountersFile counters = open(losses)) {
            Slot slot = counters.register(FAILED);
            truncate(0);
            int done = 0;
            while (done < 20_000) {
                try {
                    while (done < 20_000) {
                        done++;
                        slot.add(0, 1);
                    }
                    Thread.sleep(1); // a safepoint: what is reported late is reported here
                } catch (InternalError e) {
                    continue; // the known limit that Slot documents
                }
            }
            counters.beat();
            long before = slot.get(0);
            slot.add(0, 1);
            assertThat(slot.get(0)).isEqualTo(before + 1);
            assertThat(losses.events).hasSize(1);
        }
    }

    @Test
    void keepsItsCountsWhenTheFileIsDeletedOrReplacedUnderIt() throws Exception {
        RecordedLosses losses = new RecordedLosses();
        try (CountersFile counters = open(losses)) {
            Slot slot = counters.register(FAILED);
            Slot latency = counters.register(LATENCY);
            slot.add(0, 5);
            latency.add(1, 3);
            Files.delete(file());
            counters.beat();
            slot.add(0, 1);
            beat(counters, 20);
            assertThat(value(FAILED)).isEqualTo(6);
            assertThat(value(LATENCY)).isEqualTo(3);
            Files.move(Files.writeString(directory.resolve("x"), "other"), file(), StandardCopyOption.ATOMIC_MOVE);
            slot.add(0, 1);
            beat(counters, 21);
            assertThat(value(FAILED)).isEqualTo(7);
            assertThat(directory.resolve("bot.counters.rejected")).hasContent("other");
            assertThat(losses.events)
                    .containsExactly(
                            file() + " was deleted while in use",
                            "found",
                            file() + " was replaced while in use",
                            "found");
        }
    }

    @Test
    void takesItsCountsAlongWhenItClosesBeforeTheNextAttempt() throws Exception {
        Path moved = directory.resolveSibling(directory.getFileName() + "-moved");
        RecordedLosses losses = new RecordedLosses();
        try (CountersFile counters = open(losses)) {
            Slot slot = counters.register(FAILED);
            slot.add(0, 5);
            Files.move(directory, moved);
            Files.createSymbolicLink(directory, directory); // leads nowhere
            counters.beat();
            slot.add(0, 1);
            Files.delete(directory);
            Files.move(moved, directory);
        }
        assertThat(value(FAILED)).isEqualTo(6);
        assertThat(snapshot().owner().cleanExit()).isTrue();
        assertThat(losses.events).containsExactly(file() + " cannot be reached any more", "found");
    }

    @Test
    void countsOnTopOfAnEarlierRunOnceTheDirectoryCanBeUsed() throws Exception {
        try (CountersFile first = open()) {
            first.register(FAILED).add(0, 100);
        }
        Path moved = directory.resolveSibling(directory.getFileName() + "-moved");
        Files.move(directory, moved);
        Files.writeString(directory, "in the way");
        RecordedLosses losses = new RecordedLosses();
        try (CountersFile counters = open(losses)) {
            Slot slot = counters.register(FAILED);
            slot.add(0, 5);
            assertThat(losses.events).containsExactly("run directory " + directory + " is not a directory");
            beat(counters, 40);
            assertThat(losses.events).as("said once").hasSize(1);
            Files.delete(directory);
            Files.move(moved, directory);
            beat(counters, 20);
            assertThat(value(FAILED)).isEqualTo(105);
            slot.add(0, 1);
            assertThat(value(FAILED)).isEqualTo(106);
        }
    }

    @Test
    void losesNoIncrementOfThreadsThatCountWhileTheFileIsLostAndFound() throws Exception {
        int threads = 3;
        int increments = 4_000_000;
        try (CountersFile counters = open()) {
            Slot slot = counters.register(FAILED);
            Thread[] writers = new Thread[threads];
            for (int index = 0; index < threads; index++) {
                writers[index] = new Thread(() -> {
                    for (int increment = 0; increment < increments; increment++) {
                        slot.add(0, 1);
                    }
                });
                writers[index].start();
            }
            boolean running = true;
            while (running) {
                Files.deleteIfExists(file());
                counters.beat();
                Thread.sleep(50); // beats are a quarter of a second apart; a writer may be held up for a while
                beat(counters, 20);
                Thread.sleep(50);
                running = false;
                for (Thread writer : writers) {
                    running |= writer.isAlive();
                }
            }
            beat(counters, 25);
            assertThat(value(FAILED)).isEqualTo((double) threads * increments);
        }
    }

    @Test
    void makesRoomForANewVersionOfTheBotAndTellsReadersOfTheOldFile() throws Exception {
        Geometry small = new Geometry(64);
        for (int version = 1; version <= 3; version++) {
            try (CountersFile counters = open(small, new RecordedLosses())) {
                counters.register(FAILED).add(0, 1);
                for (int index = 0; index < 30; index++) {
                    counters.register(Descriptor.counter("v" + version + "_" + index + "_total", "", Map.of()))
                            .add(0, version);
                }
                assertThat(snapshot().droppedSeries()).as("version %d", version).isZero();
            }
        }
        CountersReader old = CountersReader.open(file(), BOT);
        try (old;
                CountersFile counters = open(new Geometry(100), new RecordedLosses())) {
            counters.register(FAILED).add(0, 1);
            assertThat(old.isReplaced()).isTrue();
            assertThat(value(FAILED)).isEqualTo(4);
            assertThat(snapshot().owner().restarts()).isEqualTo(3);
            assertThat(snapshot().series())
                    .extracting(series -> series.descriptor().name())
                    .contains("v3_0_total")
                    .doesNotContain("v1_0_total", "v2_0_total");
        }
        open(new Geometry(100), new RecordedLosses()).close();
        assertThat(snapshot().series())
                .as("removed metrics go with the second start")
                .singleElement();
    }

    @Test
    void countsEqualErrorsAndKeepsThemOverARestart() throws Exception {
        try (CountersFile first = open()) {
            first.record("exchange refuses");
            nowMs = 2_000;
            first.record("exchange refuses");
            first.record("x".repeat(600) + "é");
        }
        nowMs = 3_000;
        try (CountersFile second = open()) {
            second.record("exchange refuses");
            assertThat(errors().get(0)).isEqualTo(new DistinctError("exchange refuses", 3, 1_000, 3_000));
            assertThat(errors().get(1).text()).hasSize(478).startsWith("xxx");
            for (int index = 0; index < 40; index++) {
                nowMs++;
                second.record("error " + index);
            }
            assertThat(errors()).hasSize(32);
            assertThat(errors().get(0).text()).isEqualTo("error 39");
        }
    }

    @Test
    void forgetsTheErrorThatWasSeenLongestAgoAlsoAfterARestart() throws Exception {
        try (CountersFile first = open()) {
            for (int index = 0; index < 32; index++) {
                nowMs++;
                first.record("error " + index);
            }
            nowMs++;
            first.record("error 0"); // first in the file, and the last one that was seen
        }
        try (CountersFile second = open()) {
            nowMs++;
            second.record("news");
            assertThat(errors())
                    .extracting(DistinctError::text)
                    .hasSize(32)
                    .startsWith("news", "error 0", "error 31")
                    .doesNotContain("error 1");
        }
    }

    @Test
    void countsAnErrorThatIsTooLongForItsEntryOverARestart() throws Exception {
        String refusal = "é".repeat(300); // 600 bytes
        for (int run = 0; run < 3; run++) {
            try (CountersFile counters = open()) {
                counters.record(refusal + run);
                counters.record(refusal + run);
            }
        }
        assertThat(errors()).containsExactly(new DistinctError("é".repeat(239), 6, 1_000, 1_000));
    }

    @Test
    void keepsTheReasonOfALossAmongTheErrorsOfTheNextFile() throws Exception {
        try (CountersFile counters = open()) {
            Files.delete(file());
            beat(counters, 21);
            assertThat(errors()).extracting(DistinctError::text).containsExactly(file() + " was deleted while in use");
        }
    }

    @Test
    void showsTheTradingLoopOnceTheBotReportsIt() throws Exception {
        try (CountersFile counters = open()) {
            assertThat(snapshot().owner().loopMs()).isZero();
            nowMs = 5_000;
            counters.loopBeat();
            assertThat(snapshot().owner().loopMs()).isEqualTo(5_000);
            assertThat(snapshot().owner().loopSequence()).isEqualTo(1);
        }
    }

    @Test
    void writesNothingToTheFileAfterItWasClosed() throws Exception {
        Slot slot;
        try (CountersFile counters = open()) {
            slot = counters.register(FAILED);
            slot.add(0, 5);
        }
        slot.add(0, 100);
        assertThat(slot.get(0)).isEqualTo(105);
        assertThat(value(FAILED)).isEqualTo(5);
    }

    @Test
    void tellsTheReaderWhatIsWrongWithAFile() throws Exception {
        assertUnreadable(Reason.IO, "does not exist");
        Files.writeString(file(), "short");
        assertUnreadable(Reason.TRUNCATED, "has only 5 bytes");
        Files.writeString(file(), "x".repeat(Geometry.DEFAULT.fileLength()));
        assertUnreadable(Reason.FOREIGN, "is not a counters file");
        recreate();
        truncate(Geometry.DEFAULT.fileLength() - 1);
        assertUnreadable(Reason.TRUNCATED, "has 262143 bytes instead of 262144");
        recreate();
        overwrite(CountersFileLayout.VERSION_OFFSET, 99);
        assertUnreadable(Reason.VERSION, "has format version 99, this program knows 1");
        overwrite(CountersFileLayout.VERSION_OFFSET, 0);
        assertUnreadable(Reason.NOT_READY, "is still being created");
        recreate();
        overwrite(CountersFileLayout.INSTANCE_OFFSET, 7);
        assertUnreadable(Reason.CORRUPT, "has a damaged header (checksum)");
        recreate();
        assertThatThrownBy(() -> CountersReader.open(file(), new InstanceName("other")))
                .hasMessage(file() + " belongs to the bot 'bot', not to 'other'");
    }

    @Test
    void losesOnlyTheDamagedRecord() throws Exception {
        try (CountersFile counters = open()) {
            counters.register(FAILED).add(0, 1);
            counters.register(LATENCY);
        }
        overwrite(CountersFileLayout.descriptorOffset(0) + 60, 0x41414141);
        assertThat(snapshot().damagedRecords()).isEqualTo(1);
        assertThat(snapshot().series())
                .extracting(CountersSnapshot.Series::descriptor)
                .containsExactly(LATENCY);
    }

    @Test
    void answersWithASnapshotOrAReasonWhateverTheBytesAre() throws Exception {
        recreate();
        byte[] good = Files.readAllBytes(file());
        long seed = Long.getLong("seed", System.nanoTime());
        Random random = new Random(seed);
        int readable = 0;
        for (int round = 0; round < 3_000; round++) {
            byte[] bad = good.clone();
            // most damage goes where something is: header, owner, the descriptors in use
            int reach = round % 4 == 0 ? bad.length : CountersFileLayout.descriptorOffset(3);
            for (int flips = 1 + random.nextInt(8); flips > 0; flips--) {
                bad[random.nextInt(reach)] = (byte) random.nextInt();
            }
            Files.write(file(), bad);
            try {
                snapshot().series().forEach(CountersSnapshot.Series::value);
                readable++;
            } catch (CountersFileException e) {
                assertThat(e).as("seed %d", seed).hasMessageContaining(file().toString());
            }
        }
        assertThat(readable).as("seed %d", seed).isPositive();
    }

    /** The first counter's stripe, as it stands in the file. */
    private long rawStripe(int stripe) throws IOException {
        ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(file())).order(ByteOrder.nativeOrder());
        return bytes.getLong(Geometry.DEFAULT.valuesOffset() + stripe * CountersFileLayout.ALIGNMENT);
    }

    private static void beat(CountersFile counters, int times) {
        for (int beat = 0; beat < times; beat++) {
            counters.beat();
        }
    }

    private List<DistinctError> errors() throws CountersFileException {
        try (CountersReader reader = CountersReader.open(file(), BOT)) {
            return reader.errors();
        }
    }

    private static Descriptor histogram(List<Double> bounds) {
        return new Descriptor("latency", MetricType.HISTOGRAM, "Latency.", new TreeMap<>(), 1_000_000, bounds);
    }

    private Path file() {
        return directory.resolve("bot.counters");
    }

    private CountersFile open() {
        return open(new RecordedLosses());
    }

    private CountersFile open(CountersFile.Listener listener) {
        return open(Geometry.DEFAULT, listener);
    }

    private CountersFile open(Geometry geometry, CountersFile.Listener listener) {
        return CountersFile.open(new RunDirectory(directory), BOT, geometry, () -> nowMs, listener);
    }

    private void recreate() throws Exception {
        Files.deleteIfExists(file());
        try (CountersFile counters = open()) {
            counters.register(FAILED).add(0, 1);
            counters.register(LATENCY).add(1, 1);
        }
    }

    private CountersSnapshot snapshot() throws CountersFileException {
        try (CountersReader reader = CountersReader.open(file(), BOT)) {
            return reader.snapshot();
        }
    }

    private double value(Descriptor descriptor) throws CountersFileException {
        return snapshot().series().stream()
                .filter(series -> series.descriptor().equals(descriptor))
                .findFirst()
                .orElseThrow()
                .value();
    }

    private void assertUnreadable(Reason reason, String what) {
        assertThatThrownBy(() -> CountersReader.open(file(), BOT))
                .hasMessage(file() + " " + what)
                .extracting(e -> ((CountersFileException) e).reason())
                .isEqualTo(reason);
    }

    private void truncate(long length) throws IOException {
        try (RandomAccessFile raw = new RandomAccessFile(file().toFile(), "rw")) {
            raw.setLength(length);
        }
    }

    private void overwrite(int offset, int value) throws IOException {
        try (RandomAccessFile raw = new RandomAccessFile(file().toFile(), "rw")) {
            raw.seek(offset);
            raw.writeInt(Integer.reverseBytes(value)); // little endian, as the machines that run the tests
        }
    }
}
