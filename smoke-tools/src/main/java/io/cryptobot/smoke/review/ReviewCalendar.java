package io.cryptobot.smoke.review;

import io.cryptobot.smoke.calendar.Calendar;
import io.cryptobot.smoke.calendar.CalendarEvent;
import io.cryptobot.smoke.oncall.Handover;
import java.time.DayOfWeek;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.temporal.TemporalAdjusters;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The reviews of the next {@value #WEEKS} weeks, at the local times of the rotation's zone. Stateless. */
final class ReviewCalendar {
    /** More than a year, so that a quarterly drill, which imports the calendar again, always comes before its end. */
    static final int WEEKS = 53;

    private static final Duration AFTER_HANDOVER = Duration.ofMinutes(15);
    private static final LocalTime TIME = LocalTime.of(10, 0);

    /** A kind of review. */
    private record Review(String name, String summary, String description, Duration length) {
        CalendarEvent at(Instant start) {
            return new CalendarEvent(
                    name + "-" + start.getEpochSecond() + "@reviews.cryptobot",
                    "CryptoBot: " + summary,
                    description,
                    start,
                    start.plus(length));
        }
    }

    private static final Review WEEKLY = new Review(
            "weekly",
            "alerts of the week",
            "Both on call. cryptobot review: each alert, was it true, acted on, its runbook right? Flapping and long"
                    + " silences. cryptobot postmortem check, and actions past their date. Leave a note in ops/reviews.",
            Duration.ofMinutes(30));
    private static final Review MONTHLY = new Review(
            "monthly",
            "thresholds of the alerts",
            "On call and the bot's developer. 3 failed orders in 5 minutes and p95 of 750 ms against the month's"
                    + " dashboard. Alerts that never fired. Who can read the secrets, who is in the rotation: cryptobot"
                    + " oncall validate. Leave a note in ops/reviews.",
            Duration.ofMinutes(45));
    private static final Review QUARTERLY = new Review(
            "quarterly",
            "drill",
            "Everybody on call. telemetry-smoke --alert-demo, then a switch to paper mode by the runbook, against the"
                    + " clock. Stop Prometheus and see that the heartbeat monitor calls. Renew the Slack and PagerDuty"
                    + " keys. Import this calendar again (cryptobot review ics): it ends after " + WEEKS
                    + " weeks. Leave a note in ops/reviews.",
            Duration.ofMinutes(90));

    private ReviewCalendar() {}

    /** {@return the calendar, from the current week on, or from the first week of a rotation that begins later} */
    static Calendar of(Handover handover, Instant now) {
        long first = Math.max(0, handover.week(now));
        List<CalendarEvent> events = new ArrayList<>();
        for (long week = first; week < first + WEEKS; week++) {
            events.add(WEEKLY.at(handover.start(week).plus(AFTER_HANDOVER)));
        }
        LocalDate from = LocalDate.ofInstant(handover.start(first), handover.zone());
        LocalDate to = from.plusWeeks(WEEKS);
        for (LocalDate month = from.withDayOfMonth(1); month.isBefore(to); month = month.plusMonths(1)) {
            Map<Review, LocalDate> reviews = new LinkedHashMap<>();
            reviews.put(MONTHLY, month.with(TemporalAdjusters.dayOfWeekInMonth(1, DayOfWeek.TUESDAY)));
            if (month.getMonthValue() % 3 == 1) { // January, April, July, October
                reviews.put(QUARTERLY, month.with(TemporalAdjusters.dayOfWeekInMonth(2, DayOfWeek.WEDNESDAY)));
            }
            reviews.forEach((review, date) -> {
                if (!date.isBefore(from) && date.isBefore(to)) {
                    events.add(
                            review.at(date.atTime(TIME).atZone(handover.zone()).toInstant()));
                }
            });
        }
        return new Calendar("CryptoBot reviews", now, events);
    }
}
