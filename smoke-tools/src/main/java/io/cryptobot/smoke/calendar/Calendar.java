package io.cryptobot.smoke.calendar;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import java.time.Instant;
import java.util.List;

/**
 * Events as an iCalendar file (RFC 5545), which every calendar program reads. All times are in UTC, so the file needs no
 * definition of a time zone; a calendar program shows them in the zone of its user, and reminds an hour before. Immutable.
 *
 * @param name what a calendar program shows
 * @param stamp when the events were last changed; if a program reads an event twice, the later stamp is valid
 */
public record Calendar(String name, Instant stamp, List<CalendarEvent> events) {
    private static final Duration REMINDER = Duration.ofHours(1);

    public Calendar {
        requireNonNull(name, "name is null");
        requireNonNull(stamp, "stamp is null");
        events = List.copyOf(events);
        if (events.isEmpty()) { // a VCALENDAR must have one
            throw new IllegalArgumentException("a calendar needs an event");
        }
    }

    /** {@return the file's text, lines ending with CRLF} */
    public String text() {
        ContentLines lines = new ContentLines();
        lines.add("BEGIN", "VCALENDAR");
        lines.add("VERSION", "2.0");
        lines.add("PRODID", "-//CryptoBot//smoke-tools//EN");
        lines.add("CALSCALE", "GREGORIAN");
        lines.addText("X-WR-CALNAME", name);
        events.forEach(event -> write(event, lines));
        lines.add("END", "VCALENDAR");
        return lines.toString();
    }

    private void write(CalendarEvent event, ContentLines lines) {
        lines.add("BEGIN", "VEVENT");
        lines.addText("UID", event.uid());
        lines.addUtc("DTSTAMP", stamp);
        lines.addUtc("DTSTART", event.start());
        lines.addUtc("DTEND", event.end());
        lines.addText("SUMMARY", event.summary());
        lines.addText("DESCRIPTION", event.description());
        lines.add("BEGIN", "VALARM");
        lines.add("ACTION", "DISPLAY");
        lines.addText("DESCRIPTION", event.summary());
        lines.add("TRIGGER;RELATED=START", "-" + REMINDER);
        lines.add("END", "VALARM");
        lines.add("END", "VEVENT");
    }
}
