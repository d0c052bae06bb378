package io.cryptobot.smoke.calendar;

import static org.assertj.core.api.Assertions.assertThat;

import biweekly.Biweekly;
import biweekly.ICalVersion;
import biweekly.ICalendar;
import biweekly.component.VEvent;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Reads the calendars with an independent library. */
class CalendarTest {
    private static final Instant STAMP = Instant.parse("2026-01-02T03:04:05Z");
    private static final Instant START = Instant.parse("2026-01-05T08:15:00Z");

    @Test
    void isReadWithTheInstantsThatWereWritten() {
        VEvent event = read(calendar("Review")).getEvents().get(0);

        assertThat(event.getDateStart().getValue().toInstant()).isEqualTo(START);
        assertThat(event.getDateEnd().getValue().toInstant()).isEqualTo(START.plusSeconds(1800));
    }

    @Test
    void keepsTheSignsAndTheLengthOfLines() {
        String summary = "Zażółć gęślą jaźń; komu, gdzie\\jak? " + "ł".repeat(80) + "🚀".repeat(20);
        String text = calendar(summary).text();

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
        String text = calendar("a\r\nEND:VCALENDAR\nb\u0007").text();

        VEvent event = Biweekly.parse(text).first().getEvents().get(0);
        assertThat(event.getSummary().getValue().lines()).containsExactly("a", "END:VCALENDAR", "b");
    }

    @Test
    void hasStampUidAndReminder() {
        VEvent event = read(calendar("x")).getEvents().get(0);

        assertThat(event.getUid().getValue()).isEqualTo("uid@cryptobot");
        assertThat(event.getDateTimeStamp().getValue().toInstant()).isEqualTo(STAMP);
        assertThat(event.getAlarms())
                .singleElement()
                .satisfies(alarm -> assertThat(alarm.getTrigger().getDuration().toMillis())
                        .isEqualTo(-Duration.ofHours(1).toMillis()));
    }

    private static ICalendar read(Calendar calendar) {
        ICalendar read = Biweekly.parse(calendar.text()).first();
        assertThat(read.validate(ICalVersion.V2_0).getWarnings()).isEmpty();
        return read;
    }

    private static Calendar calendar(String summary) {
        CalendarEvent event = new CalendarEvent("uid@cryptobot", summary, "d", START, START.plusSeconds(1800));
        return new Calendar("Name", STAMP, List.of(event));
    }
}
