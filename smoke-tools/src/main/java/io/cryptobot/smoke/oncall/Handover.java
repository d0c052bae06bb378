package io.cryptobot.smoke.oncall;

import static java.util.Objects.requireNonNull;

import java.time.DayOfWeek;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.time.temporal.ChronoUnit;

/**
 * The weekly moment at which the pager changes hands, in local time: a week is an hour shorter or longer when the clock is
 * changed. A local time that the clock skips is moved forward by the gap; of a local time that occurs twice the first is taken.
 * Weeks are counted from the first handover, which is the start of week 0. Immutable.
 *
 * @param zone whose clock it is
 * @param first the date of the first handover
 * @param time the local time of every handover
 */
public record Handover(ZoneId zone, LocalDate first, LocalTime time) {
    public Handover {
        requireNonNull(zone, "zone is null");
        requireNonNull(first, "first is null");
        requireNonNull(time, "time is null");
    }

    public DayOfWeek weekday() {
        return first.getDayOfWeek();
    }

    /** {@return when a week begins, which is when the week before it ends} */
    public Instant start(long week) {
        return ZonedDateTime.of(first.plusWeeks(week), time, zone).toInstant();
    }

    /** {@return the week that an instant is in; negative before the first handover} */
    public long week(Instant instant) {
        long week = Math.floorDiv(ChronoUnit.DAYS.between(first, LocalDate.ofInstant(instant, zone)), 7L);
        // the date alone is wrong in the hours before the handover of its day, and if the zone skipped a day
        while (start(week).isAfter(instant)) {
            week--;
        }
        while (!start(week + 1).isAfter(instant)) {
            week++;
        }
        return week;
    }
}
