package io.cryptobot.smoke.calendar;

import static java.util.Objects.requireNonNull;

import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.List;

/**
 * Events of one time zone as an iCalendar file (RFC 5545), which every calendar program reads. Immutable.
 *
 * @param name what a calendar program shows
 * @param zone in which the events have their local times
 * @param stamp when the events were last changed; of two readings of one event the later stamp holds
 */
public record Calendar(String name, ZoneId zone, Instant stamp, List<CalendarEvent> events) {
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
        LocalDate first = events.stream()
                .map(event -> event.start().toLocalDate())
                .min(LocalDate::compareTo)
                .orElseThrow();
        TimeZoneDefinition.of(zone, first).write(lines);
        events.forEach(event -> write(event, lines));
        lines.add("END", "VCALENDAR");
        return lines.toString();
    }

    private void write(CalendarEvent event, ContentLines lines) {
        lines.add("BEGIN", "VEVENT");
        lines.addText("UID", event.uid());
        lines.addUtc("DTSTAMP", stamp);
        lines.addLocal("DTSTART;TZID=" + zone, event.start());
        lines.addLocal("DTEND;TZID=" + zone, event.end());
        if (!event.recurrence().isEmpty()) {
            lines.add("RRULE", event.recurrence());
        }
        lines.addText("SUMMARY", event.summary());
        lines.addText("DESCRIPTION", event.description());
        lines.add("BEGIN", "VALARM");
        lines.add("ACTION", "DISPLAY");
        lines.addText("DESCRIPTION", event.summary());
        lines.add("TRIGGER;RELATED=START", "-" + event.reminder());
        lines.add("END", "VALARM");
        lines.add("END", "VEVENT");
    }
}
