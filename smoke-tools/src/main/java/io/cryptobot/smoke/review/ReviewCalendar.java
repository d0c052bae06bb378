package io.cryptobot.smoke.review;

import io.cryptobot.smoke.calendar.Calendar;
import io.cryptobot.smoke.calendar.CalendarEvent;
import io.cryptobot.smoke.oncall.Handover;
import java.time.DayOfWeek;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.temporal.TemporalAdjusters;
import java.util.List;

/** The reviews as events that come again, in the people's own time. Stateless. */
public final class ReviewCalendar {
    private static final Duration AFTER_HANDOVER = Duration.ofMinutes(15);
    private static final LocalTime TIME = LocalTime.of(10, 0);
    private static final Duration REMINDER = Duration.ofHours(1);

    private ReviewCalendar() {}

    /** {@return the calendar; the events begin with the rotation, so that reading it again changes nothing} */
    public static Calendar of(Handover handover, Instant now) {
        LocalDateTime weekly =
                LocalDateTime.of(handover.first(), handover.time()).plus(AFTER_HANDOVER);
        LocalDate monthly = nth(1, DayOfWeek.TUESDAY, handover.first(), 1);
        LocalDate quarterly = nth(2, DayOfWeek.WEDNESDAY, handover.first(), 3);
        return new Calendar(
                "CryptoBot reviews",
                handover.zone(),
                now,
                List.of(
                        event(
                                "weekly",
                                "CryptoBot: alerts of the week",
                                "Both on call. cryptobot review: each alert, was it true, acted on, its runbook right?"
                                        + " Flapping and long silences. cryptobot postmortem check, and actions past"
                                        + " their date. Leave a note in ops/reviews.",
                                weekly,
                                Duration.ofMinutes(30),
                                "FREQ=WEEKLY;BYDAY="
                                        + weekly.getDayOfWeek().name().substring(0, 2)),
                        event(
                                "monthly",
                                "CryptoBot: thresholds of the alerts",
                                "On call and the bot's developer. 3 failed orders in 5 minutes and p95 of 750 ms against"
                                        + " the month's dashboard. Alerts that never fired. Who can read the secrets, who"
                                        + " is in the rotation: cryptobot oncall validate. Leave a note in ops/reviews.",
                                monthly.atTime(TIME),
                                Duration.ofMinutes(45),
                                "FREQ=MONTHLY;BYDAY=1TU"),
                        event(
                                "quarterly",
                                "CryptoBot: drill",
                                "Everybody on call. telemetry-smoke --alert-demo, then a switch to paper mode by the"
                                        + " runbook, against the clock. Stop Prometheus and see that the heartbeat monitor"
                                        + " calls. Renew the Slack and PagerDuty keys. Leave a note in ops/reviews.",
                                quarterly.atTime(TIME),
                                Duration.ofMinutes(90),
                                "FREQ=MONTHLY;INTERVAL=3;BYDAY=2WE")));
    }

    private static CalendarEvent event(
            String uid, String summary, String description, LocalDateTime start, Duration length, String recurrence) {
        return new CalendarEvent(
                uid + "@reviews.cryptobot", summary, description, start, start.plus(length), recurrence, REMINDER);
    }

    /** {@return the n-th such weekday of the first month from a date on, in January, April, July or October for every third} */
    private static LocalDate nth(int n, DayOfWeek weekday, LocalDate from, int everyMonths) {
        LocalDate month = from.withDayOfMonth(1);
        while (true) {
            LocalDate date = month.with(TemporalAdjusters.dayOfWeekInMonth(n, weekday));
            if (!date.isBefore(from) && (month.getMonthValue() - 1) % everyMonths == 0) {
                return date;
            }
            month = month.plusMonths(1);
        }
    }
}
