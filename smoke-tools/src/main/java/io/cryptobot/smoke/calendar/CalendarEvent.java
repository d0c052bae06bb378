package io.cryptobot.smoke.calendar;

import static java.util.Objects.requireNonNull;

import java.time.Instant;

/**
 * One event of a calendar. Immutable.
 *
 * @param uid the event's lasting name: a program that reads the calendar again changes the event instead of adding one
 */
public record CalendarEvent(String uid, String summary, String description, Instant start, Instant end) {
    public CalendarEvent {
        requireNonNull(uid, "uid is null");
        requireNonNull(summary, "summary is null");
        requireNonNull(description, "description is null");
        if (!start.isBefore(end)) {
            throw new IllegalArgumentException("an event must end after it begins, was " + start + " to " + end);
        }
    }
}
