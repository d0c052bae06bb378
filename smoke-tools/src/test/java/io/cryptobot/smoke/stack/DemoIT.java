package io.cryptobot.smoke.stack;

import static org.assertj.core.api.Assertions.assertThat;

import io.cryptobot.smoke.cli.FileTree;
import io.cryptobot.smoke.exchange.RandomWalk;
import io.cryptobot.testing.RealEngines;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** The demo as a person runs it: launcher, shaded jars, real Prometheus and Alertmanager. Several run at a time. */
@Execution(ExecutionMode.CONCURRENT)
@RealEngines
class DemoIT {
    /** Every line of the story with its facts, in order. */
    private static final List<String> STORY = List.of(
            "The stack, with the shipped configuration",
            "√ exporter      http://127\\.0\\.0\\.1:\\d+/metrics",
            "√ Prometheus    http://127\\.0\\.0\\.1:\\d+/alerts",
            "√ Alertmanager  http://127\\.0\\.0\\.1:\\d+",
            "√ receivers     http://127\\.0\\.0\\.1:\\d+/  \\(local Slack, PagerDuty and Sentry\\)",
            "√ files         \\S*cryptobot-stack-\\d+",
            "√ Prometheus has the counter before the first failure  failed=0  \\(\\d+\\.\\d\\d s\\)",
            "The bot trades live",
            "\\$ mode-switch --mode=live --reason=demo --confirm=cryptobot-desktop",
            "√ cryptobot-desktop: PAPER → LIVE, the bot obeys, \\d live orders in flight, 0 unknown  \\(\\d\\.\\d\\d s\\)",
            "√ orders are filled  filled=\\d+  symbol=\\S+  price=\\d+\\.\\d+  market-trades=\\d+",
            "The exchange breaks; seconds since the fourth failed order",
            "√ +[+]\\d+\\.\\d\\d s  bot +counted in the bot's file  failed=\\d+",
            "√ +[+]\\d+\\.\\d\\d s  exporter +exporter shows the failed orders  failed=\\d+",
            "√ +[+]\\d+\\.\\d\\d s  prometheus +Prometheus has scraped them  failed=\\d+",
            "√ +[+-]\\d+\\.\\d\\d s  rule +rule fires  alert=CryptobotOrderFailureRateHigh",
            "√ +[+-]\\d+\\.\\d\\d s  alertmanager +Alertmanager routes it  receivers=pagerduty,slack",
            "√ +[+-]\\d+\\.\\d\\d s  slack +Slack has the message  channel=#cryptobot-alerts"
                    + "  title=\\[FIRING:1\\] CryptobotOrderFailureRateHigh \\(critical, live\\)",
            "    \\| .*cryptobot-desktop: orders are failing \\(live mode\\).*",
            "√ +[+-]\\d+\\.\\d\\d s  pagerduty +PagerDuty has the incident"
                    + "  summary=CryptobotOrderFailureRateHigh: cryptobot-desktop: .*",
            "√ +[+-]\\d+\\.\\d\\d s  sentry +Sentry has the bot's error  event=[0-9a-f]{32}",
            "The person on call stops live trading",
            "\\$ mode-switch --mode=paper",
            "√ cryptobot-desktop: LIVE → PAPER, drained: the bot obeys, 0 live orders in flight, none can start"
                    + "  \\(\\d+\\.\\d\\d s\\)",
            "√ the bot trades on paper, the exchange receives nothing  seconds=3  paper-orders=[1-9]\\d*"
                    + "  live-orders-at-the-exchange=0",
            "The exchange works again; the bot gets a new client and reconciles its unknown orders",
            "\\$ exchange-client restart",
            "√ exchange client 2, in place for 0 s, since 20\\S*Z",
            "√ the unknown orders are reconciled  absent=[1-9]\\d*  \\(\\d+\\.\\d\\d s\\)",
            "\\$ mode-switch --mode=status",
            "√ at the exchange: 0 open live orders, 0 with an unknown outcome",
            "\\$ mode-switch --mode=live --reason=exchange is back --confirm=cryptobot-desktop",
            "√ cryptobot-desktop: PAPER → LIVE, the bot obeys, \\d live orders in flight, 0 unknown  \\(\\d\\.\\d\\d s\\)",
            "√ orders are filled  filled=\\d+  symbol=\\S+  price=\\d+\\.\\d+  market-trades=\\d+",
            "Passed: the message was in Slack -?\\d+\\.\\d\\d s after the fourth failed order, and no live order followed the"
                    + " switch to paper\\.");

    private static final String STARTED = "starting bot … exporter … Alertmanager … Prometheus … done\n";

    @TempDir
    Path work;

    @BeforeAll
    static void theProgramsAreThere() {
        Programs.find(System.getenv()); // says by itself what is missing and how to get it
    }

    /** On a tape; that the market is a random walk without one is to be seen in the demo that is stopped. */
    @Test
    void followsTheFailedOrdersToSlackAndLeavesNothing() throws Exception {
        Path tape = Files.writeString(work.resolve("XRPETH-trades-2023-11.csv"), """
                70000001,0.00213400,94.00000000,0.20059600,1700000000123,True,True
                70000002,0.00213400,1.00000000,0.00213400,1700000001456,False,True
                """);
        try (RunningDemo demo = new RunningDemo(work, Map.of(), "--replay", tape.toString())) {
            demo.awaitOutput("The bot trades live");
            assertThat(demo.programs())
                    .containsExactlyInAnyOrder("java", "java", "prometheus-alertmanager", "prometheus");
            assertThat(demo.awaitEnd())
                    .as("%s%n%s", demo.output(), demo.errors())
                    .isZero();

            assertTellsTheStory(demo.output());
            assertThat(demo.output()).doesNotContain("×").contains("  symbol=XRPETH  price=0.00213400  ");
            assertThat(demo.errors())
                    .isEqualTo("replaying 2 trades of XRPETH, 2023-11-14T22:13:20.123Z to 2023-11-14T22:13:21.456Z\n"
                            + STARTED);
            assertThat(demo.ports()).hasSize(4);
            demo.assertNothingIsLeft();
        }
    }

    @Test
    void leavesNoProcessWhenItIsKilled() throws Exception {
        try (RunningDemo demo = new RunningDemo(work, Map.of())) {
            demo.awaitOutput("The bot trades live");

            demo.kill();

            assertThat(demo.awaitEnd()).isEqualTo(137);
            demo.assertNoProcessIsLeft();
            for (Path directory : demo.directories()) {
                FileTree.delete(directory); // which nobody was left to remove
            }
        }
    }

    @Test
    void aBadTapeIsOneLineBeforeAnythingStarts() throws Exception {
        Path tape = Files.writeString(
                work.resolve("XRPETH.csv"), "id,price,qty,quoteQty,time,isBuyerMaker\n1,cheap,1,1,1,1\n");

        assertEndsAtOnce(
                Map.of(),
                List.of("--replay", tape.toString()),
                tape + ":2: the line has price 'cheap', which is not a number above 0; expected"
                        + " id,price,qty,quoteQty,time,isBuyerMaker; correct or remove the line\n");
        assertEndsAtOnce(
                Map.of(),
                List.of("--replay", work.resolve("absent.csv").toString()),
                "--replay: there is no file " + work.resolve("absent.csv") + "\n");
        assertEndsAtOnce(
                Map.of(),
                List.of("--replay", work.toString()),
                "--replay: " + work + " cannot be read: it is a directory\n");
    }

    @Test
    void aMissingProgramIsOneLineBeforeAnythingStarts() throws Exception {
        assertEndsAtOnce(
                Map.of("CRYPTOBOT_PROMETHEUS", "/nonexistent"),
                List.of(),
                "missing: CRYPTOBOT_PROMETHEUS=/nonexistent (not an executable file)\n");
    }

    @Test
    void endsEverythingWhenItIsStoppedInTheMiddle() throws Exception {
        try (RunningDemo demo = new RunningDemo(work, Map.of())) {
            demo.awaitOutput("√ orders are filled");
            demo.terminate();

            assertThat(demo.awaitEnd()).isEqualTo(128 + 15);
            assertThat(demo.output()).doesNotContain("×").contains("  symbol=" + RandomWalk.SYMBOL + "  ");
            assertThat(demo.errors()).startsWith(STARTED).doesNotContain("‼", "Exception");
            demo.assertNothingIsLeft();
        }
    }

    @Test
    void endsEverythingWhenItIsStoppedDuringTheStart() throws Exception {
        try (RunningDemo demo = new RunningDemo(work, Map.of())) {
            demo.awaitProgress("exporter …");
            demo.awaitChild(); // else it can be over before anybody has seen what there was

            demo.terminate();

            assertThat(demo.awaitEnd()).isEqualTo(128 + 15);
            assertThat(demo.errors()).doesNotContain("‼", "Exception");
            demo.assertNothingIsLeft();
        }
    }

    @Test
    void aPartThatEndsAtOnceIsNamedWithItsLastWords() throws Exception {
        Path alertmanager = Files.createFile(
                work.resolve("alertmanager"),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        Files.writeString(alertmanager, "#!/bin/sh\necho 'loading' >&2\necho 'no licence for today' >&2\nexit 7\n");

        try (RunningDemo demo = new RunningDemo(work, Map.of("CRYPTOBOT_ALERTMANAGER", alertmanager.toString()))) {
            assertThat(demo.awaitEnd()).isEqualTo(1);
            assertThat(demo.errors())
                    .endsWith(
                            "\nalertmanager ended with exit code 7; end of its output: loading | no licence for today\n")
                    .hasLineCount(2);
            assertThat(demo.output()).isEmpty();
            demo.assertNothingIsLeft();
        }
    }

    private void assertEndsAtOnce(Map<String, String> environment, List<String> options, String line)
            throws IOException, InterruptedException {
        try (RunningDemo demo = new RunningDemo(work, environment, options.toArray(String[]::new))) {
            assertThat(demo.awaitEnd()).isEqualTo(3);
            assertThat(demo.output()).isEmpty();
            assertThat(demo.errors()).isEqualTo(line);
            assertThat(demo.directories()).isEmpty();
        }
    }

    private static void assertTellsTheStory(String output) {
        List<String> missing = new ArrayList<>();
        List<String> lines = output.lines().toList();
        int at = 0;
        for (String expected : STORY) {
            Pattern pattern = Pattern.compile(expected);
            int found = at;
            while (found < lines.size() && !pattern.matcher(lines.get(found)).matches()) {
                found++;
            }
            if (found == lines.size()) {
                missing.add(expected);
            } else {
                at = found + 1;
            }
        }
        assertThat(missing)
                .as("lines that are missing or out of order in:%n%s", output)
                .isEmpty();
    }
}
