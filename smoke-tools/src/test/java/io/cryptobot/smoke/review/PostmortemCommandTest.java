package io.cryptobot.smoke.review;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.cryptobot.ops.OpsConfigs;
import io.cryptobot.smoke.CommandRun;
import io.cryptobot.smoke.JsonSchemas;
import io.cryptobot.telemetry.files.InstanceName;
import io.cryptobot.trading.TradingMode;
import io.cryptobot.trading.mode.ModeAudit;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The commands against a Prometheus and an Alertmanager that say what the test wants. */
class PostmortemCommandTest {
    @TempDir
    Path home;

    @AutoClose
    private final FakeMonitoring monitoring = new FakeMonitoring();

    @Test
    void writesADraftWithTheTimelineOfTheIncident() throws IOException {
        OpsConfigs.unpack(home);
        monitoring.fired("A", "critical", Map.of("mode", "live"), "2026-11-20T10:00:00Z", "2026-11-20T10:05:00Z");
        monitoring.fired("A", "critical", Map.of("mode", "live"), "2026-11-20T10:15:00Z", "2026-11-20T10:20:00Z");
        monitoring.fired("W", "warning", Map.of(), "2026-11-20T09:50:00Z", "2026-11-20T11:00:00Z");
        monitoring.fired("Other", "critical", Map.of("bot", "c"), "2026-11-20T10:01:00Z", "2026-11-20T10:02:00Z");
        monitoring.fired("A", "critical", Map.of("drill", "true"), "2026-11-20T10:01:00Z", "2026-11-20T10:02:00Z");
        monitoring.set("/api/v2/silences", """
                [{"createdBy":"ann","comment":"calm | token=canary","startsAt":"2026-11-20T10:03:00.123Z",
                  "endsAt":"2026-11-20T12:03:00Z","matchers":[{"name":"alertname","value":"A","isRegex":false}]}]""");

        CommandRun run = run("new", "--alert=A", "--at=2026-11-20T10:16:00Z");

        assertThat(run.exitCode()).as(run.err()).isZero();
        Path file = home.resolve("ops/postmortems/2026-11-20-1000-A.md");
        assertThat(run.out()).isEqualTo(file + "\n");
        assertThat(run.err()).isEmpty();
        assertThat(Files.readString(file))
                .startsWith("""
                        ---
                        id: 2026-11-20-1000-A
                        alert: "A"
                        bot: "b"
                        severity: "critical"
                        start: 2026-11-20T10:00:00Z
                        end: 2026-11-20T10:20:00Z
                        owner: "Anna Example"
                        """)
                .contains("due: 2026-11-21T10:20:00Z\n")
                .contains("from 2026-11-20T09:45:00Z to 2026-11-20T10:20:00Z, as Prometheus counted them: 37.")
                .contains("""
                        |---|---|---|
                        | 2026-11-20T09:50:00Z | W (warning, b) fires | Prometheus |
                        | 2026-11-20T10:00:00Z | A (critical, live, b) fires | Prometheus |
                        | 2026-11-20T10:03:00Z | silence of ann on alertname="A" begins: calm \\| token=*** | Alertmanager |
                        | 2026-11-20T10:05:00Z | A (critical, live, b) ends | Prometheus |
                        | 2026-11-20T10:15:00Z | A (critical, live, b) fires | Prometheus |
                        | 2026-11-20T10:20:00Z | A (critical, live, b) ends | Prometheus |
                        """);

        CommandRun again = run("new", "--alert=A", "--at=2026-11-20T10:16:00Z");
        assertThat(again.exitCode()).isEqualTo(1);
        assertThat(again.err()).isEqualTo(file + " exists already and is not changed; continue with that file\n");
    }

    @Test
    void showsTheSwitchesOfTheModeAndWhatStillLasts() throws IOException {
        Instant now = Instant.now().truncatedTo(ChronoUnit.SECONDS);
        monitoring.fired(
                "A",
                "critical",
                Map.of(),
                now.minusSeconds(120).toString(),
                now.plusSeconds(120).toString());
        new ModeAudit(home.resolve("state"), new InstanceName("b"))
                .append(ModeAudit.Event.OUTCOME, TradingMode.PAPER, "exchange is down", "drained, from live");
        monitoring.set("/api/v2/alerts", """
                [{"labels":{"alertname":"A","severity":"critical","bot":"b"},"startsAt":"%s",
                  "status":{"state":"active"},"receivers":[{"name":"slack"},{"name":"pagerduty"}]}]""".formatted(now.minusSeconds(120)));

        CommandRun run = run("new", "--alert=A", "--to=" + home.resolve("here"));

        assertThat(run.exitCode()).as(run.err()).isZero();
        assertThat(Files.readString(Path.of(run.out().strip())))
                .contains("end: \"TODO: it lasts\"\n", "owner: \"TODO: who writes this\"\n")
                .contains(
                        " | mode-switch to paper (outcome) by ",
                        ": exchange is down; drained, from live | mode audit |")
                .contains(" | A is active, sent to pagerduty, slack | Alertmanager |");
        assertThat(run("check", home.resolve("here").toString()).out())
                .as("the page itself has its postmortem")
                .contains(".md:7: template text is left: end: \"TODO: it lasts\"")
                .doesNotContain("still fires", "no postmortem");
    }

    @Test
    void beginsWithoutASourceThatIsDownAndLeavesItToDo() throws IOException {
        monitoring.fired("A", "critical", Map.of(), "2026-11-20T10:00:00Z", "2026-11-20T10:05:00Z");
        monitoring.set("/api/v2/silences", "<html>");
        CommandRun run = run("new", "--alert=A", "--at=2026-11-20T10:01:00Z");
        assertThat(run.exitCode()).isZero();
        String why = "Alertmanager: " + monitoring.url() + "/api/v2/silences did not answer with JSON";
        assertThat(run.err()).isEqualTo("‼ left to do: " + why + "\n");
        assertThat(Files.readString(Path.of(run.out().strip())))
                .contains("\nTODO: look this up by hand: " + why + "\n");

        monitoring.close();
        CommandRun none = run("new", "--alert=A");
        assertThat(none.exitCode()).isEqualTo(1);
        assertThat(none.err())
                .isEqualTo("Prometheus: nothing answers at " + monitoring.url()
                        + "/api/v1/query; to begin without it, say when it was with --at\n");
        CommandRun blind = run("new", "--alert=A", "--at=2026-11-21T10:01:00Z");
        assertThat(blind.exitCode()).isZero();
        assertThat(blind.err()).hasLineCount(2);
        assertThat(Path.of(blind.out().strip())).hasFileName("2026-11-21-1001-A.md");
    }

    @Test
    void refusesWhatHasNotFiredAndWhatIsNoAlert() {
        monitoring.fired("A", "critical", Map.of("drill", "true"), "2026-11-20T10:00:00Z", "2026-11-20T10:05:00Z");

        CommandRun run = run("new", "--alert=A", "--at=2026-11-20T12:00:00Z");
        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.err()).startsWith("A has not fired in the 14 days up to 2026-11-20T12:00:00Z");
        assertThat(run("new", "--alert=../A").exitCode()).isEqualTo(2);
        assertThat(run("new").exitCode()).isEqualTo(2);
        assertThat(run("new", "--alert=A", "--at=2999-01-01T00:00:00Z").exitCode())
                .isEqualTo(2);
    }

    @Test
    void findsThePagesThatHaveNoPostmortem() throws IOException {
        monitoring.fired("A", "critical", Map.of("mode", "live"), "2026-11-20T10:00:00Z", "2026-11-20T10:05:00Z");
        monitoring.fired("B", "critical", Map.of(), "2026-11-20T10:20:00Z", "2026-11-20T10:30:00Z");
        monitoring.fired("C", "critical", Map.of(), "2026-11-20T11:30:00Z", "2026-11-20T11:40:00Z");
        monitoring.fired("P", "critical", Map.of("mode", "paper"), "2026-11-20T11:30:00Z", "2026-11-20T11:40:00Z");
        monitoring.fired("D", "critical", Map.of("drill", "true"), "2026-11-20T11:30:00Z", "2026-11-20T11:40:00Z");
        monitoring.fired("W", "warning", Map.of(), "2026-11-20T11:30:00Z", "2026-11-20T11:40:00Z");

        CommandRun run = run("check", "--at=2026-11-21T11:00:00Z");
        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.out()).isEqualTo("""
                × A (critical, live, b) fired 2026-11-20T10:00:00Z with 1 more: no postmortem, was due \
                2026-11-21T10:30:00Z; write one: cryptobot postmortem new --alert=A --at=2026-11-20T10:00:00Z
                ‼ C (critical, b) fired 2026-11-20T11:30:00Z: no postmortem yet, due 2026-11-21T11:40:00Z; \
                begin: cryptobot postmortem new --alert=C --at=2026-11-20T11:30:00Z
                  0 of 0 postmortems finished, 2 incidents in the last 14 days
                """);
        assertThat(run("check", "--at=2026-11-21T10:30:00Z").exitCode())
                .as("not yet late")
                .isZero();

        run("new", "--alert=A", "--at=2026-11-20T10:00:00Z");
        Path file = home.resolve("ops/postmortems/2026-11-20-1000-A.md");
        String draft = Files.readString(file);
        assertThat(run("check", "--at=2026-11-21T11:00:00Z").out())
                .doesNotContain("× A")
                .contains(file + ":8: template");
        Files.writeString(
                file,
                draft.replaceAll("TODO:[^|\"\\n]*", "It was so.")
                        .replaceAll("created: .*", "created: 2026-11-20T12:00:00Z"));
        CommandRun finished = run("check", "--at=2026-11-21T11:00:00Z", "--json");
        assertThat(finished.exitCode()).as(finished.out()).isZero();
        JsonNode document = JsonSchemas.assertPublished(finished.out());
        assertThat(document.path("incidents"))
                .extracting(incident -> incident.path("state").asText())
                .containsExactly("written", "due");
    }

    @Test
    void saysWhenItCannotKnow() throws IOException {
        monitoring.close();
        CommandRun run = run("check");
        assertThat(run.exitCode()).isEqualTo(5);
        assertThat(run.out())
                .startsWith("‼ Prometheus: nothing answers at " + monitoring.url())
                .endsWith("√ 0 of 0 postmortems finished\n");
        JsonSchemas.assertPublished(run("check", "--json").out());

        Path postmortems = Files.createDirectories(home.resolve("ops/postmortems"));
        Files.writeString(postmortems.resolve("a.md"), "TODO\n");
        assertThat(run("check").exitCode()).isEqualTo(1);
        Files.write(postmortems.resolve("a.md"), new byte[] {(byte) 0xff});
        assertThat(run("check").exitCode()).isEqualTo(3);
        assertThat(run("check").err()).contains("a.md is not UTF-8 text").hasLineCount(1);
        assertThat(run("check", "--days=0").exitCode()).isEqualTo(2);
    }

    private CommandRun run(String... arguments) {
        return CommandRun.of(monitoring.environment(home), List.of("postmortem"), arguments);
    }
}
