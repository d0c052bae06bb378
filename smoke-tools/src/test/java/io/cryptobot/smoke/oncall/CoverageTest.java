package io.cryptobot.smoke.oncall;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Shifts as no rotation should make them. */
class CoverageTest {
    private static final Member ANNA = new Member("anna", "Anna", "PANNA01");
    private static final Member JAN = new Member("jan", "Jan", "PJAN001");

    @Test
    void seesGaps() {
        assertThat(gaps(shift(ANNA, 1, 3), shift(JAN, 4, 9)))
                .containsExactly(
                        "nobody is primary from 2026-01-01T00:00:00Z to 2026-01-01T01:00:00Z",
                        "nobody is primary from 2026-01-01T03:00:00Z to 2026-01-01T04:00:00Z",
                        "nobody is primary from 2026-01-01T09:00:00Z to 2026-01-01T10:00:00Z");
        assertThat(gaps()).containsExactly("nobody is primary from 2026-01-01T00:00:00Z to 2026-01-01T10:00:00Z");
    }

    @Test
    void seesDoubles() {
        assertThat(gaps(shift(ANNA, 0, 6), shift(JAN, 5, 10)))
                .containsExactly("two people are primary from 2026-01-01T05:00:00Z to 2026-01-01T06:00:00Z");
        assertThat(gaps(shift(ANNA, 0, 10), shift(JAN, 2, 3)))
                .containsExactly("two people are primary from 2026-01-01T02:00:00Z to 2026-01-01T03:00:00Z");
    }

    @Test
    void findsNothingWhereOneFollowsTheOther() {
        assertThat(gaps(shift(ANNA, 0, 5), shift(JAN, 5, 10))).isEmpty();
    }

    @Test
    void seesOnePersonInBothLayersForAnHour() {
        assertThat(Coverage.alone(List.of(shift(ANNA, 0, 5), shift(JAN, 5, 10)), List.of(shift(JAN, 0, 6))))
                .containsExactly(
                        "jan is primary and secondary at once from 2026-01-01T05:00:00Z to 2026-01-01T06:00:00Z");
    }

    private static List<String> gaps(Shift... shifts) {
        return Coverage.gapsAndDoubles(Layer.PRIMARY, List.of(shifts), at(0), at(10));
    }

    private static Shift shift(Member member, int fromHour, int toHour) {
        return new Shift(Layer.PRIMARY, member, at(fromHour), at(toHour), Shift.Planned.BY_ORDER);
    }

    private static Instant at(int hour) {
        return Instant.parse("2026-01-01T00:00:00Z").plusSeconds(hour * 3600L);
    }
}
