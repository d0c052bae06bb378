package io.cryptobot.smoke.oncall;

import static org.assertj.core.api.Assertions.assertThat;

import biweekly.Biweekly;
import biweekly.ICalVersion;
import biweekly.ICalendar;
import biweekly.component.VEvent;
import com.fasterxml.jackson.databind.JsonNode;
import io.cryptobot.ops.OpsConfigs;
import io.cryptobot.smoke.CommandRun;
import io.cryptobot.smoke.JsonSchemas;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The commands on the rotation that ops-configs ships. */
class OnCallCommandTest {
    @TempDir
    Path home;

    private Path rotation;

    @BeforeEach
    void unpack() throws IOException {
        OpsConfigs.unpack(home);
        rotation = home.resolve("ops/oncall/rotation.yaml");
    }

    @Test
    void provesTheShippedRotation() {
        CommandRun run = run("validate");

        assertThat(run.exitCode()).as(run.out() + run.err()).isZero();
        assertThat(run.out())
                .isEqualTo("√ " + rotation + ": two different people on call at every moment of the next 52 weeks,"
                        + " Europe/Warsaw\n");
    }

    @Test
    void tellsWhoIsOnCallAtAMoment() {
        CommandRun run = run("who", "--at", "2026-11-25T12:00:00Z");

        assertThat(run.exitCode()).isZero();
        assertThat(run.out()).isEqualTo("""
                primary    jan  Jan Example  PagerDuty PJAN001  until 2026-11-30T09:00+01:00[Europe/Warsaw]
                secondary  ewa  Ewa Example  PagerDuty PEWA001  until 2026-11-30T09:00+01:00[Europe/Warsaw]
                """);
        assertThat(run("who", "--at", "2026-11-30T09:00:00+01:00").out()).startsWith("primary    ewa");
    }

    @Test
    void tellsTheSameAsJson() throws IOException {
        JsonNode who = JsonSchemas.assertPublished(
                run("who", "--at", "2026-11-25T12:00:00Z", "--json").out());
        assertThat(who.at("/shifts/0/id").asText()).isEqualTo("jan");
        assertThat(who.at("/shifts/1/to").asText()).isEqualTo("2026-11-30T08:00:00Z");

        assertThat(JsonSchemas.assertPublished(run("validate", "--json").out()).path("problems"))
                .isEmpty();
        Files.writeString(rotation, "zone: Europe/Nowhere\n");
        CommandRun wrong = run("validate", "--json");
        assertThat(wrong.exitCode()).isEqualTo(3);
        assertThat(JsonSchemas.assertPublished(wrong.out()).path("problems")).hasSize(1);
    }

    @Test
    void refusesAWrongRotationInEveryCommand() throws IOException {
        Files.writeString(rotation, Files.readString(rotation).replace("primary: [anna, jan, ewa]", "primary: [zoe]"));
        int line = Files.readAllLines(rotation).indexOf("  primary: [zoe]") + 1;
        String problem = rotation + ":" + line + ": 'zoe' is no member; members are anna, jan, ewa\n";

        assertThat(run("validate")).isEqualTo(new CommandRun(3, "× " + problem, ""));
        assertThat(run("who")).isEqualTo(new CommandRun(3, "", problem));
        assertThat(run("ics")).isEqualTo(new CommandRun(3, "", problem));
    }

    @Test
    void saysWhatIsMissing() {
        CommandRun run = run("who", "--file", home.resolve("none.yaml").toString());

        assertThat(run.exitCode()).isEqualTo(3);
        assertThat(run.err()).startsWith(home.resolve("none.yaml") + " does not exist; unpack ops-configs");
    }

    @Test
    void refusesOptionsThatMeanNothing() {
        assertThat(run("who", "--at", "yesterday").exitCode()).isEqualTo(2);
        assertThat(run("ics", "--weeks", "0").exitCode()).isEqualTo(2);
        assertThat(run("who", "--at", "2025-01-01T00:00:00Z").err())
                .contains("nobody is primary from 2025-01-01T00:00:00Z to 2026-01-05T08:00:00Z");
    }

    @Test
    void printsACalendarInWhichEachLayerHasNoGap() {
        CommandRun run = run("ics", "--weeks", "30");

        assertThat(run.exitCode()).isZero();
        ICalendar calendar = Biweekly.parse(run.out()).first();
        assertThat(calendar.validate(ICalVersion.V2_0).getWarnings()).isEmpty();
        assertThat(calendar.getEvents()).hasSize(60);
        for (String layer : List.of("primary", "secondary")) {
            List<VEvent> shifts = new ArrayList<>(calendar.getEvents());
            shifts.removeIf(each -> !each.getSummary().getValue().startsWith("On call, " + layer + ": "));
            assertThat(shifts).hasSize(30);
            for (int week = 1; week < shifts.size(); week++) {
                assertThat(shifts.get(week).getDateStart().getValue())
                        .isEqualTo(shifts.get(week - 1).getDateEnd().getValue());
            }
        }
    }

    private CommandRun run(String... arguments) {
        return CommandRun.of(Map.of("CRYPTOBOT_HOME", home.toString()), List.of("oncall"), arguments);
    }
}
