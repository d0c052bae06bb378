package io.cryptobot.telemetry.counters;

import static org.assertj.core.api.Assertions.assertThat;

import io.cryptobot.telemetry.counters.CountersFileLayout.Geometry;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Threads that count at the same time, beside readers and while the file is lost and found. */
class ConcurrentCountingTest extends CountersFileFixture {
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
        try (CountersFile counters = open(new Geometry(changes + 1));
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
    @Timeout(60)
    void losesNoIncrementOfThreadsThatCountWhileTheFileIsLostAndFound() throws Exception {
        int threads = 3;
        int increments = 4_000_000;
        try (CountersFile counters = open()) {
            Slot slot = counters.register(FAILED);
            AtomicInteger[] done = new AtomicInteger[threads];
            Thread[] writers = new Thread[threads];
            for (int index = 0; index < threads; index++) {
                AtomicInteger mine = done[index] = new AtomicInteger();
                writers[index] = new Thread(() -> {
                    while (mine.get() < increments) {
                        slot.add(0, 1);
                        mine.incrementAndGet();
                    }
                });
                writers[index].start();
            }
            while (Arrays.stream(writers).anyMatch(Thread::isAlive)) {
                Files.deleteIfExists(file());
                counters.beat();
                letCount(writers, done);
                beat(counters, 20);
                letCount(writers, done);
            }
            beat(counters, 25);
            assertThat(value(FAILED)).isEqualTo((double) threads * increments);
        }
    }

    /** Waits until each thread has ended an increment that it began after this call: beats come slower than increments. */
    private static void letCount(Thread[] writers, AtomicInteger[] done) {
        for (int index = 0; index < writers.length; index++) {
            int enough = done[index].get() + 2;
            while (writers[index].isAlive() && done[index].get() < enough) {
                Thread.yield();
            }
        }
    }

    /** The first counter's stripe, as it stands in the file. */
    private long rawStripe(int stripe) throws IOException {
        ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(file())).order(ByteOrder.nativeOrder());
        return bytes.getLong(Geometry.DEFAULT.valuesOffset() + stripe * CountersFileLayout.ALIGNMENT);
    }
}
