package io.cryptobot.telemetry.counters;

import static org.assertj.core.api.Assertions.assertThat;

import io.cryptobot.telemetry.MetricType;
import io.cryptobot.telemetry.counters.CountersFileLayout.Geometry;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** A bot is upgraded, killed and set back over several starts: what matches goes on, the rest begins at 0 or goes. */
class SchemaEvolutionTest extends CountersFileFixture {
    private static final Descriptor KEPT = Descriptor.counter("kept_total", "Kept.", Map.of("mode", "live"));
    private static final Descriptor REMOVED = Descriptor.counter("removed_total", "Removed.", Map.of());
    private static final Descriptor ADDED = Descriptor.counter("added_total", "Added.", Map.of());
    private static final Descriptor COARSE = latency(10.0, 750.0);
    private static final Descriptor FINE = latency(10.0, 500.0, 750.0);

    @Test
    void keepsWhatMatchesOverUpgradesAndADowngrade() throws Exception {
        run(KEPT, REMOVED, COARSE);
        run(KEPT, REMOVED, COARSE);
        assertThat(values()).containsOnly(Map.entry(KEPT, 2L), Map.entry(REMOVED, 2L), Map.entry(COARSE, 2L));

        run(KEPT, ADDED, FINE);
        assertThat(values())
                .as("new bounds begin at 0; what was removed may only be late")
                .containsOnly(Map.entry(KEPT, 3L), Map.entry(REMOVED, 2L), Map.entry(ADDED, 1L), Map.entry(FINE, 1L));

        run(KEPT, ADDED, FINE);
        assertThat(values())
                .as("gone with the second start without it")
                .containsOnly(Map.entry(KEPT, 4L), Map.entry(ADDED, 2L), Map.entry(FINE, 2L));

        run(KEPT, REMOVED, COARSE);
        assertThat(values())
                .as("set back: its counter is still in the file, its histogram is not")
                .containsOnly(Map.entry(KEPT, 5L), Map.entry(REMOVED, 3L), Map.entry(ADDED, 2L), Map.entry(COARSE, 1L));
    }

    @Test
    void fitsABotThatHasRenamedMostOfItsSeriesWithTheSecondStartAtTheLatest() throws Exception {
        Descriptor[] old = new Descriptor[100];
        Descriptor[] renamed = new Descriptor[100];
        for (int index = 0; index < 100; index++) {
            old[index] = Descriptor.counter("old" + index + "_total", "", Map.of());
            renamed[index] = Descriptor.counter("new" + index + "_total", "", Map.of());
        }
        run(old);
        run(renamed);
        assertThat(snapshot().droppedSeries()).as("both do not fit into 159").isEqualTo(41);
        run(renamed);
        assertThat(snapshot().droppedSeries()).isZero();
        assertThat(values()).containsOnlyKeys(renamed);
    }

    @Test
    void beginsAtZeroWhenACounterBecomesAGaugeOrItsUnitChanges() throws Exception {
        run(KEPT);
        Descriptor gauge = Descriptor.gauge(KEPT.name(), KEPT.help(), KEPT.labels());
        try (CountersFile counters = open()) {
            assertThat(counters.register(gauge).get(0)).isZero();
        }
        Descriptor milliseconds =
                new Descriptor(KEPT.name(), MetricType.COUNTER, KEPT.help(), KEPT.labels(), 1_000, List.of());
        try (CountersFile counters = open()) {
            assertThat(counters.register(milliseconds).get(0)).isZero();
        }
    }

    @Test
    void keepsTheSeriesOfABotThatDiesAgainAndAgainBeforeItRegistersThem() throws Exception {
        run(KEPT, COARSE);
        for (int death = 0; death < 5; death++) {
            open().abandon();
            assertThat(values()).as("death %d", death).containsOnlyKeys(KEPT, COARSE);
        }
        open(new Geometry(200)).abandon(); // a larger file: what is not copied now is lost
        try (CountersFile counters = open(new Geometry(300))) {
            assertThat(counters.register(KEPT).get(0)).isEqualTo(1);
            assertThat(counters.register(COARSE).get(0)).isEqualTo(1);
        }
    }

    @Test
    void keepsWhatABotRegistersLateInEveryRunThatIsShort() throws Exception {
        run(KEPT, REMOVED);
        for (int run = 0; run < 5; run++) {
            CountersFile counters = open();
            counters.register(KEPT).add(0, 1);
            counters.abandon();
        }
        assertThat(values()).containsOnly(Map.entry(KEPT, 6L), Map.entry(REMOVED, 1L));
    }

    /** One orderly run of a version of the bot, which counts everything once. */
    private void run(Descriptor... series) {
        try (CountersFile counters = open()) {
            for (Descriptor descriptor : series) {
                counters.register(descriptor).add(0, 1);
            }
        }
    }

    private Map<Descriptor, Long> values() throws CountersFileException {
        return snapshot().series().stream()
                .collect(Collectors.toMap(CountersSnapshot.Series::descriptor, series -> (long) series.value()));
    }

    private static Descriptor latency(Double... bounds) {
        return histogram(List.of(bounds));
    }
}
