package io.cryptobot.exporter.status;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

class LatenciesTest {
    private static final List<Double> BOUNDS = List.of(500.0, 750.0, 1_000.0);

    @Test
    void hasNoQuantileWithoutObservations() {
        assertThat(Latencies.NONE.quantile(0.95)).isEmpty();
        assertThat(latencies(0, 0, 0, 0).quantile(0.95)).isEmpty();
    }

    @Test
    void interpolatesWithinTheBucketFromItsLowerBound() {
        assertThat(latencies(100, 0, 0, 0).quantile(0.95)).hasValue(475);
        assertThat(latencies(90, 10, 0, 0).quantile(0.95)).hasValue(625);
        assertThat(latencies(0, 0, 1, 0).quantile(0.95)).hasValue(987.5);
    }

    @Test
    void exactlyFivePercentAboveABoundIsThatBound() {
        assertThat(latencies(0, 95, 5, 0).quantile(0.95)).hasValue(750);
        assertThat(latencies(0, 95, 0, 5).quantile(0.95)).hasValue(750);
    }

    @Test
    void isTheGreatestFiniteBoundWhereItFallsIntoTheLastBucket() {
        assertThat(latencies(1, 0, 0, 99).quantile(0.95)).hasValue(1_000);
    }

    @Test
    void growsByTheDifference() {
        assertThat(latencies(5, 4, 3, 2).since(latencies(1, 1, 3, 0))).isEqualTo(latencies(4, 3, 0, 2));
    }

    @Test
    void startsAnewWhereOneBucketIsLowerOrTheBoundsDiffer() {
        Latencies now = latencies(9, 0, 0, 1);
        assertThat(now.since(latencies(1, 1, 0, 0))).isSameAs(now);
        assertThat(now.since(Latencies.of(List.of(1.0), 0, 0))).isSameAs(now);
    }

    @Test
    void addsUpWhatHasTheSameBounds() {
        assertThat(latencies(1, 2, 3, 4).plus(latencies(1, 1, 1, 1))).isEqualTo(latencies(2, 3, 4, 5));
        Latencies other = Latencies.of(List.of(1.0), 7, 0);
        assertThat(latencies(1, 2, 3, 4).plus(other)).isSameAs(other);
    }

    @Test
    void refusesCountsThatDoNotFitTheBounds() {
        assertThatThrownBy(() -> Latencies.of(BOUNDS, 1, 2, 3))
                .hasMessage("3 bounds need 4 counts with that of +Inf, got 3");
    }

    private static Latencies latencies(long... counts) {
        return Latencies.of(BOUNDS, counts);
    }
}
