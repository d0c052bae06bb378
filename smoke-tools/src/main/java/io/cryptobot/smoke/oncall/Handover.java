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
 * The weekly moment at which the pager changes hands, by the clock on the wall: a week is an hour shorter or longer when that
 * clock is changed. Where the clock skips the moment, it is as much later as was skipped; where the moment comes twice, it is
 * the first. Weeks are counted from the first handover, which is the start of week 0. Immutable.
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
    Instant start(long week) {
        return ZonedDateTime.of(first.plusWeeks(week), time, zone).toInstant();
    }

    /** {@return the week that an instant is in; negative before the first handover} */
    long week(Instant instant) {
        long week = Math.floorDiv(ChronoUnit.DAYS.between(first, LocalDate.ofInstant(instant, zone)), 7L);
        // the date decides but for the hours of the handover's own day, and where a zone has skipped that day
        while (start(week).isAfter(instant)) {
            week--;
        }
        while (!start(week + 1).isAfter(instant)) {
            week++;
        }
        return week;
    }
}
