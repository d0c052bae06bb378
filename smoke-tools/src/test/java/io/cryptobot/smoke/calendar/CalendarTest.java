package io.cryptobot.smoke.calendar;

import static org.assertj.core.api.Assertions.assertThat;

import biweekly.Biweekly;
import biweekly.ICalVersion;
import biweekly.ICalendar;
import biweekly.component.VEvent;
import biweekly.util.com.google.ical.compat.javautil.DateIterator;
import java.nio.charset.StandardCharsets;
import java.time.DayOfWeek;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.temporal.TemporalAdjusters;
import java.util.List;
import java.util.TimeZone;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a reader that knows nothing of this code makes of a calendar. */
class CalendarTest {
    private static final Instant STAMP = Instant.parse("2026-01-02T03:04:05Z");

    /**
     * The reader takes the zone from the file's own VTIMEZONE; here it is asked for ten years of Mondays. Lord Howe is
     * missing: this reader takes it that summer time is always a whole hour.
     */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "Europe/Warsaw",
                "UTC",
                "America/New_York",
                "Africa/Casablanca",
                "America/Nuuk",
                "Asia/Kolkata",
                "Asia/Gaza"
            })
    void isReadWithTheSameInstantsAsTheJdkSees(String zoneName) {
        ZoneId zone = ZoneId.of(zoneName);
        LocalDateTime start = LocalDateTime.of(2026, 1, 5, 9, 15);
        ICalendar read = read(calendar(zone, event(start, "FREQ=WEEKLY;BYDAY=MO", "Review")));
        VEvent event = read.getEvents().get(0);

        TimeZone ofTheFile =
                read.getTimezoneInfo().getTimezone(event.getDateStart()).getTimeZone();
        assertThat(read.getTimezoneInfo().getTimezone(event.getDateStart()).getComponent())
                .as("the file's own VTIMEZONE")
                .isNotNull();
        DateIterator dates = event.getDateIterator(ofTheFile);
        for (LocalDateTime expected = start;
                expected.getYear() < 2036;
                expected = expected.with(TemporalAdjusters.next(DayOfWeek.MONDAY))) {
            assertThat(dates.next().toInstant()).isEqualTo(expected.atZone(zone).toInstant());
        }
    }

    @Test
    void writesAYearlyRuleWhereTheClockHasOne() {
        CalendarEvent event = event(LocalDateTime.of(2026, 1, 5, 9, 0), "", "x");

        assertThat(calendar(ZoneId.of("Australia/Lord_Howe"), event).text()).contains("""
                BEGIN:STANDARD
                DTSTART:20250406T020000
                TZOFFSETFROM:+1100
                TZOFFSETTO:+1030
                RRULE:FREQ=YEARLY;BYMONTH=4;BYDAY=1SU
                END:STANDARD
                BEGIN:DAYLIGHT
                DTSTART:20251005T020000
                TZOFFSETFROM:+1030
                TZOFFSETTO:+1100
                RRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=1SU
                END:DAYLIGHT
                """.replace("\n", "\r\n"));
        assertThat(calendar(ZoneId.of("Africa/Casablanca"), event).text()).doesNotContain("RRULE");
    }

    @Test
    void keepsTheSignsAndTheLengthOfLines() {
        String summary = "Zażółć gęślą jaźń; komu, gdzie\\jak? " + "ł".repeat(80) + "🚀".repeat(20);
        String text = calendar(ZoneId.of("Europe/Warsaw"), event(LocalDateTime.of(2026, 1, 5, 9, 0), "", summary))
                .text();

        assertThat(text).endsWith("END:VCALENDAR\r\n");
        assertThat(text.replace("\r\n", "")).doesNotContain("\r", "\n");
        assertThat(text.split("\r\n"))
                .allSatisfy(line ->
                        assertThat(line.getBytes(StandardCharsets.UTF_8).length).isLessThanOrEqualTo(75));
        assertThat(Biweekly.parse(text).first().getEvents().get(0).getSummary().getValue())
                .isEqualTo(summary);
    }

    @Test
    void keepsLineBreaksAsTextAndLetsNoneMakeALine() {
        String text = calendar(
                        ZoneId.of("UTC"), event(LocalDateTime.of(2026, 1, 5, 9, 0), "", "a\r\nEND:VCALENDAR\nb\u0007"))
                .text();

        VEvent event = Biweekly.parse(text).first().getEvents().get(0);
        assertThat(event.getSummary().getValue().lines()).containsExactly("a", "END:VCALENDAR", "b");
    }

    @Test
    void hasStampUidAndReminder() {
        VEvent event = read(calendar(ZoneId.of("UTC"), event(LocalDateTime.of(2026, 1, 5, 9, 0), "", "x")))
                .getEvents()
                .get(0);

        assertThat(event.getUid().getValue()).isEqualTo("uid@cryptobot");
        assertThat(event.getDateTimeStamp().getValue().toInstant()).isEqualTo(STAMP);
        assertThat(event.getAlarms())
                .singleElement()
                .satisfies(alarm -> assertThat(alarm.getTrigger().getDuration().toMillis())
                        .isEqualTo(-Duration.ofMinutes(15).toMillis()));
    }

    static ICalendar read(Calendar calendar) {
        ICalendar read = Biweekly.parse(calendar.text()).first();
        assertThat(read.validate(ICalVersion.V2_0).getWarnings()).isEmpty();
        return read;
    }

    private static Calendar calendar(ZoneId zone, CalendarEvent event) {
        return new Calendar("Name", zone, STAMP, List.of(event));
    }

    private static CalendarEvent event(LocalDateTime start, String recurrence, String summary) {
        return new CalendarEvent(
                "uid@cryptobot", summary, "d", start, start.plusMinutes(30), recurrence, Duration.ofMinutes(15));
    }
}
