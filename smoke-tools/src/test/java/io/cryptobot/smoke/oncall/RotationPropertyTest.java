package io.cryptobot.smoke.oncall;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.DayOfWeek;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.time.temporal.ChronoUnit;
import java.time.temporal.TemporalAdjusters;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What holds for every zone, every handover and every week. */
class RotationPropertyTest {
    private static final List<Member> PEOPLE =
            List.of(new Member("a", "A", "PAAAAAA"), new Member("b", "B", "PBBBBBB"), new Member("c", "C", "PCCCCCC"));

    /** Every zone of the JDK, with a handover that is drawn for each, in years in which clocks were changed in odd ways too. */
    @Test
    void leavesNoMomentWithoutTwoPeopleInAnyZone() {
        long seed = Long.getLong("test.seed", System.nanoTime());
        Random random = new Random(seed);
        for (String zone : ZoneId.getAvailableZoneIds()) {
            LocalDate first = LocalDate.of(1990 + random.nextInt(45), 1 + random.nextInt(12), 1 + random.nextInt(28));
            LocalTime time = LocalTime.of(random.nextInt(24), random.nextInt(60));
            leavesNoGap(new Handover(ZoneId.of(zone), first, time), "seed " + seed);
        }
    }

    /** Handovers in the hour that is skipped, in the hour that comes twice, and on days that a zone has left out. */
    @ParameterizedTest
    @CsvSource({
        "Europe/Warsaw, 2026-03-01, 02:30",
        "Europe/Warsaw, 2026-10-04, 02:30",
        "Europe/Warsaw, 2026-10-04, 03:00",
        "America/New_York, 2026-02-22, 02:30",
        "America/New_York, 2026-10-11, 01:30",
        "America/Havana, 2026-03-01, 00:00",
        "Australia/Lord_Howe, 2026-03-29, 01:45",
        "Africa/Casablanca, 2026-02-08, 02:30",
        "Antarctica/Troll, 2026-03-22, 01:30",
        "Pacific/Apia, 2011-12-02, 09:00",
        "Pacific/Kwajalein, 1993-07-24, 12:00",
        "Asia/Gaza, 2026-02-28, 02:00",
        "America/Nuuk, 2026-03-07, 23:30",
    })
    void leavesNoGapWhereTheClockIsChanged(String zone, LocalDate first, LocalTime time) {
        leavesNoGap(new Handover(ZoneId.of(zone), first, time), zone);
    }

    private static void leavesNoGap(Handover handover, String description) {
        Rotation rotation = new Rotation(
                handover,
                Map.of(Layer.PRIMARY, PEOPLE, Layer.SECONDARY, List.of(PEOPLE.get(1), PEOPLE.get(2), PEOPLE.get(0))),
                List.of());
        Instant from = handover.start(0);
        Instant to = handover.start(52);
        List<Shift> primary = rotation.shifts(Layer.PRIMARY, from, to);
        List<Shift> secondary = rotation.shifts(Layer.SECONDARY, from, to);

        String each = description + " " + handover;
        assertThat(primary).as(each).hasSize(52);
        assertThat(Coverage.gapsAndDoubles(Layer.PRIMARY, primary, from, to))
                .as(each)
                .isEmpty();
        assertThat(Coverage.gapsAndDoubles(Layer.SECONDARY, secondary, from, to))
                .as(each)
                .isEmpty();
        assertThat(Coverage.alone(primary, secondary)).as(each).isEmpty();
        for (int week = 0; week < primary.size(); week++) {
            Shift shift = primary.get(week);
            assertThat(handover.week(shift.from())).as(each).isEqualTo(week);
            assertThat(handover.week(shift.to().minusNanos(1))).as(each).isEqualTo(week);
            assertThat(rotation.onCall(Layer.PRIMARY, shift.to().minusSeconds(1)))
                    .as(each)
                    .contains(shift);
        }
    }

    @Test
    void handsOverByTheClockOnTheWall() {
        Handover handover = new Handover(ZoneId.of("Europe/Warsaw"), LocalDate.of(2026, 1, 5), LocalTime.of(9, 0));

        assertThat(hours(handover, "2026-03-23")).isEqualTo(7 * 24 - 1);
        assertThat(hours(handover, "2026-10-19")).isEqualTo(7 * 24 + 1);
        assertThat(hours(handover, "2026-06-01")).isEqualTo(7 * 24);
        for (int week = 0; week < 520; week++) {
            ZonedDateTime start = handover.start(week).atZone(handover.zone());
            assertThat(start.toLocalTime()).isEqualTo(LocalTime.of(9, 0));
            assertThat(start.getDayOfWeek()).isEqualTo(DayOfWeek.MONDAY);
        }
    }

    private static long hours(Handover handover, String monday) {
        LocalDate date = LocalDate.parse(monday).with(TemporalAdjusters.nextOrSame(DayOfWeek.MONDAY));
        long week = ChronoUnit.WEEKS.between(handover.first(), date);
        return ChronoUnit.HOURS.between(handover.start(week), handover.start(week + 1));
    }
}
