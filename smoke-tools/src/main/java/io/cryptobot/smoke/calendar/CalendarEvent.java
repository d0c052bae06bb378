package io.cryptobot.smoke.calendar;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import java.time.LocalDateTime;

/**
 * Something in a calendar, at local times of the calendar's zone. Immutable.
 *
 * @param uid names the event for ever: a program that reads the calendar again changes the event instead of adding one
 * @param start the first time
 * @param end of the first time
 * @param recurrence an {@code RRULE} that {@code start} obeys; empty for once
 * @param reminder how long before the start a calendar program reminds
 */
public record CalendarEvent(
        String uid,
        String summary,
        String description,
        LocalDateTime start,
        LocalDateTime end,
        String recurrence,
        Duration reminder) {
    public CalendarEvent {
        requireNonNull(uid, "uid is null");
        requireNonNull(summary, "summary is null");
        requireNonNull(description, "description is null");
        requireNonNull(recurrence, "recurrence is null");
        requireNonNull(reminder, "reminder is null");
        if (!start.isBefore(end)) {
            throw new IllegalArgumentException("an event must end after it begins, was " + start + " to " + end);
        }
    }
}
