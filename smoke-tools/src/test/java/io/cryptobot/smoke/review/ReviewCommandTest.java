package io.cryptobot.smoke.review;

import static org.assertj.core.api.Assertions.assertThat;

import biweekly.Biweekly;
import biweekly.ICalVersion;
import biweekly.ICalendar;
import com.fasterxml.jackson.databind.JsonNode;
import io.cryptobot.ops.OpsConfigs;
import io.cryptobot.smoke.CommandRun;
import io.cryptobot.smoke.JsonSchemas;
import io.cryptobot.smoke.oncall.Handover;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.ZoneId;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ReviewCommandTest {
    @TempDir
    Path home;

    @AutoClose
    private final FakeMonitoring monitoring = new FakeMonitoring();

    @Test
    void sumsAWeekUp() throws IOException {
        monitoring.fired("A", "critical", Map.of("mode", "live"), "2025-11-18T10:00:00Z", "2025-11-18T10:05:00Z");
        monitoring.fired("A", "critical", Map.of("mode", "live"), "2025-11-18T10:15:00Z", "2025-11-18T10:20:00Z");
        monitoring.fired("A", "critical", Map.of("mode", "live"), "2025-11-18T10:30:15Z", "2025-11-18T10:30:15Z");
        monitoring.fired("B", "warning", Map.of(), "2025-11-20T10:00:00Z", "2025-11-21T22:00:00Z");
        monitoring.fired("B", "warning", Map.of(), "2025-11-22T10:00:00Z", "2025-11-22T10:01:00Z");
        monitoring.fired("Early", "warning", Map.of(), "2025-11-16T10:00:00Z", "2025-11-16T22:00:00Z");
        monitoring.set("/api/v2/silences", """
            [{"createdBy":"ann","comment":"update\\n of the host","startsAt":"2025-11-20T09:00:00Z",
              "endsAt":"2025-11-20T12:00:00Z",
              "matchers":[{"name":"alertname","value":"A|B","isRegex":true,"isEqual":true}]}]\
            """);

        CommandRun run = run("--week=2025-W47");

        assertThat(run.exitCode()).as(run.err()).isZero();
        assertThat(run.out().replaceAll("before 20\\S*", "before …")).isEqualTo("""
            Alerts from 2025-11-17T00:00:00Z to 2025-11-24T00:00:00Z

            fired  flapped  silenced       total  alert
                3        1         0     0:10:00  A (critical, live, b)
                2        0         1    36:01:00  B (warning, b)

            silence of ann on alertname=~"A|B" from 2025-11-20T09:00:00Z to 2025-11-20T12:00:00Z covered 1: update of the host

            never fired (1): Quiet
            ‼ silences that ended before … are not known: Alertmanager keeps them for 5 days
            """);
        JsonNode document = JsonSchemas.assertPublished(
                run("--week=2025-W47", "--flap=11m", "--json").out());
        assertThat(document.at("/fired/0/flapped").asInt()).isEqualTo(2);
        assertThat(document.at("/fired/0/seconds").asInt()).isEqualTo(600);
        assertThat(document.at("/silences/0/covered").asInt()).isEqualTo(1);
    }

    @Test
    void printsWithoutSilencesAndNotWithoutAlerts() throws IOException {
        monitoring.set("/api/v2/silences", "{\"a\":1}");
        CommandRun run = run("--json");
        assertThat(run.exitCode()).isEqualTo(5);
        assertThat(JsonSchemas.assertPublished(run.out()).at("/notes/0").asText())
                .endsWith("did not answer as Alertmanager does; silences are not known");
        assertThat(run().out()).contains("fired: none", "silences: none known", "never fired (2): A, Quiet");

        monitoring.set("/api/v1/rules", "{\"data\":{\"groups\":7}}");
        CommandRun strange = run();
        assertThat(strange.exitCode()).isEqualTo(1);
        assertThat(strange.err())
                .isEqualTo("Prometheus: " + monitoring.url() + "/api/v1/rules did not answer as Prometheus does\n");
        assertThat(run("--week=47").exitCode()).isEqualTo(2);
        assertThat(run("--week=2999-W01").exitCode()).isEqualTo(2);
    }

    @Test
    void printsTheReviewsAsACalendarThatOthersRead() throws IOException {
        OpsConfigs.unpack(home);
        CommandRun run = run("ics");

        assertThat(run.exitCode()).as(run.err()).isZero();
        ICalendar calendar = Biweekly.parse(run.out()).first();
        assertThat(calendar.validate(ICalVersion.V2_0).getWarnings()).isEmpty();
        assertThat(calendar.getEvents()).hasSizeBetween(53 + 12 + 4, 53 + 13 + 5);
        assertThat(run("ics").out().replaceAll("DTSTAMP.*", ""))
                .as("the same events with the same names")
                .isEqualTo(run.out().replaceAll("DTSTAMP.*", ""));

        Files.delete(home.resolve("ops/oncall/rotation.yaml"));
        assertThat(run("ics").exitCode()).isEqualTo(3);
    }

    /** Before the rotation begins, and in a week in its summer; the clock of Warsaw changes between the two. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        2025-12-24T00:00:00Z | weekly | 53 | 2026-01-05T09:15 2026-01-12T09:15 2026-01-19T09:15
        2025-12-24T00:00:00Z | monthly | 13 | 2026-01-06T10:00 2026-02-03T10:00 2026-03-03T10:00
        2025-12-24T00:00:00Z | quarterly | 4 | 2026-01-14T10:00 2026-04-08T10:00 2026-07-08T10:00
        2026-07-01T00:00:00Z | weekly | 53 | 2026-06-29T09:15 2026-07-06T09:15 2026-07-13T09:15
        2026-07-01T00:00:00Z | monthly | 12 | 2026-07-07T10:00 2026-08-04T10:00 2026-09-01T10:00
        2026-07-01T00:00:00Z | quarterly | 4 | 2026-07-08T10:00 2026-10-14T10:00 2027-01-13T10:00
        """)
    void theReviewsAreAtTheLocalTimesOfTheRotationForAYear(Instant now, String name, int count, String first) {
        ZoneId warsaw = ZoneId.of("Europe/Warsaw");
        Handover handover = new Handover(warsaw, LocalDate.of(2026, 1, 5), LocalTime.of(9, 0));
        List<String> times = Biweekly.parse(ReviewCalendar.of(handover, now).text()).first().getEvents().stream()
                .filter(event -> event.getUid().getValue().startsWith(name + "-"))
                .map(event -> event.getDateStart()
                        .getValue()
                        .toInstant()
                        .atZone(warsaw)
                        .toLocalDateTime())
                .map(LocalDateTime::toString)
                .toList();

        assertThat(times).hasSize(count).startsWith(first.split(" "));
    }

    private CommandRun run(String... arguments) {
        return CommandRun.of(monitoring.environment(home), List.of("review"), arguments);
    }
}
