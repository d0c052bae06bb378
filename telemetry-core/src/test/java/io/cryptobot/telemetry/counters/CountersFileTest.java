package io.cryptobot.telemetry.counters;

import static org.assertj.core.api.Assertions.assertThat;

import io.cryptobot.telemetry.MetricType;
import io.cryptobot.telemetry.counters.CountersFileLayout.Geometry;
import java.nio.file.Files;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** What a counters file keeps over restarts of its bot, and what fits into it. */
class CountersFileTest extends CountersFileFixture {
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
            try (CountersFile counters = open(small)) {
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
    void makesRoomForANewVersionOfTheBotAndTellsReadersOfTheOldFile() throws Exception {
        Geometry small = new Geometry(64);
        for (int version = 1; version <= 3; version++) {
            try (CountersFile counters = open(small)) {
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
                CountersFile counters = open(new Geometry(100))) {
            counters.register(FAILED).add(0, 1);
            assertThat(old.isReplaced()).isTrue();
            assertThat(value(FAILED)).isEqualTo(4);
            assertThat(snapshot().owner().restarts()).isEqualTo(3);
            assertThat(snapshot().series())
                    .extracting(series -> series.descriptor().name())
                    .contains("v3_0_total")
                    .doesNotContain("v1_0_total", "v2_0_total");
        }
        open(new Geometry(100)).close();
        assertThat(snapshot().series())
                .as("removed metrics go with the second start")
                .singleElement();
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
}
