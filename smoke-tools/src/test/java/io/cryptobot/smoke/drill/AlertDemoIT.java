package io.cryptobot.smoke.drill;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.cryptobot.smoke.CommandRun;
import io.cryptobot.smoke.JsonSchemas;
import io.cryptobot.smoke.chain.ChainAddresses;
import io.cryptobot.smoke.chain.HttpProbe;
import io.cryptobot.smoke.chain.OrderCounts;
import io.cryptobot.smoke.exchange.RandomWalk;
import io.cryptobot.smoke.localservices.LocalServices;
import io.cryptobot.smoke.localservices.SlackMessage;
import io.cryptobot.smoke.stack.LocalStack;
import io.cryptobot.smoke.stack.Programs;
import io.cryptobot.telemetry.MetricCatalog;
import io.cryptobot.telemetry.OrderMode;
import io.cryptobot.telemetry.counters.CountersReader;
import io.cryptobot.telemetry.files.InstanceName;
import io.cryptobot.telemetry.files.RunDirectory;
import io.cryptobot.testing.Await;
import io.cryptobot.testing.OneJdk;
import io.cryptobot.testing.RealEngines;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.w3c.dom.Document;

/**
 * The drill against a stack with the shipped configuration in which a real bot trades. The drills of several tests run at a time:
 * each has a bot of its own.
 */
@OneJdk
@Execution(ExecutionMode.CONCURRENT)
@RealEngines
class AlertDemoIT {
    private static final Pattern DRILL_BOT = Pattern.compile("bot=(drill-[0-9a-z-]+)");
    /** The metrics of the drills have one owner. */
    private static final String METRICS = "alert-drill";

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @TempDir
    Path temporary;

    private static LocalStack stack;
    private static ChainAddresses addresses;

    @BeforeAll
    static void startTheStack() throws IOException, InterruptedException {
        stack = LocalStack.prepare(Programs.find(System.getenv()), new RandomWalk(1, 0), 1);
        addresses = stack.start(part -> {});
    }

    @AfterAll
    static void stopTheStack() throws IOException {
        try {
            assertNothingIsLeft("drill-");
            OrderCounts production = new OrderCounts(RunDirectory.from(stack.environment()), stack.bot());
            assertThat(production.read(MetricCatalog.ORDERS_FAILED, OrderMode.LIVE))
                    .isZero();
            assertThat(production.read(MetricCatalog.ORDERS_FAILED, OrderMode.PAPER))
                    .isZero();
            assertThat(stack.exchange().ordersReceived())
                    .as("orders at the wire")
                    .isZero();
        } finally {
            stack.close();
        }
    }

    /** Of a drill bot that has ended; a later drill would remove what it left. */
    private static void assertNothingIsLeft(String name) {
        assertThat(RunDirectory.from(stack.environment()).path())
                .isDirectoryNotContaining(file -> file.getFileName().toString().contains(name));
    }

    @Test
    void reachesSlackAsADrillAndNotThePager() throws Exception {
        CommandRun run = drill("--receivers=" + addresses.receivers());

        assertThat(run.exitCode()).as(run.out() + run.err()).isZero();
        assertThat(run.err()).isEmpty();
        assertThat(ids(run.out()))
                .containsExactly("bot", "exporter", "prometheus", "rule", "alertmanager", "slack", "pagerduty");
        String bot = drillBot(run.out());
        assertThat(run.out())
                .contains("channel=#cryptobot-alerts  title=[FIRING:1] [DRILL] CryptobotOrderFailureRateHigh")
                .contains("receivers=slack\n");

        SlackMessage message = stack.receivers()
                .awaitSlack(each -> each.text().contains(bot), Duration.ofSeconds(1))
                .orElseThrow();
        assertThat(message.title()).contains("[DRILL]");
        assertThat(stack.receivers()
                        .awaitPagerDuty(event -> event.payload().toString().contains(bot), Duration.ofSeconds(2)))
                .as("pages")
                .isEmpty();
    }

    @Test
    void withoutReceiversAlertmanagersCountersAreTheProofWithAWarning() throws Exception {
        CommandRun run = drill("--json");

        assertThat(run.exitCode()).as(run.out() + run.err()).isEqualTo(5);
        assertThat(run.err())
                .startsWith("‼ Slack accepted the message, which does not prove that a person sees it")
                .hasLineCount(1);
        JsonNode report = JsonSchemas.assertPublished(run.out());
        assertThat(report.path("result").asText()).isEqualTo("accepted");
        assertThat(report.path("exitCode").asInt()).isEqualTo(5);
        // scrape 1 s and its timeout 900 ms, evaluation 1 s, nothing else, and the margin
        assertThat(report.at("/drills/0/timeoutMs").asInt()).isEqualTo(12_900);
        JsonNode slack = hop(report, "slack");
        assertThat(slack.path("title").asText()).isEqualTo("Slack has accepted a message from Alertmanager");
        assertThat(slack.at("/evidence/accepted").asInt()).isGreaterThanOrEqualTo(1);
        assertThat(report.at("/detectionMs/median").asInt())
                .isEqualTo(slack.path("durationMs").asInt());
    }

    private static JsonNode hop(JsonNode report, String id) {
        for (JsonNode hop : report.at("/drills/0/hops")) {
            if (hop.path("id").asText().equals(id)) {
                return hop;
            }
        }
        throw new AssertionError("no hop " + id + " in " + report);
    }

    @Test
    void aWrongAddressNamesItselfAndTheNextStep() {
        CommandRun alertmanager = drill("--alertmanager=http://127.0.0.1:1");
        assertThat(alertmanager.exitCode()).isEqualTo(1);
        assertThat(alertmanager.out())
                .matches("(?s)√ Prometheus is ready .*\n× Alertmanager is ready  \\(\\d\\.\\d\\d s\\)\n"
                        + "    nothing answers at http://127\\.0\\.0\\.1:1/-/ready\n"
                        + "    next: start it, or name its address with --alertmanager; a local one: .*\n");
        assertThat(alertmanager.err()).isEmpty();

        CommandRun prometheus = drill("--prometheus=http://127.0.0.1:1");
        assertThat(prometheus.exitCode()).isEqualTo(1);
        assertThat(prometheus.out()).contains("× Prometheus is ready", "    nothing answers at http://127.0.0.1:1/");

        CommandRun exporter = drill("--exporter=http://127.0.0.1:1", "--timeout=3s");
        assertThat(exporter.exitCode()).isEqualTo(1);
        assertThat(ids(exporter.out())).containsExactly("bot", "exporter");
        assertThat(exporter.out()).contains("    nothing answers at http://127.0.0.1:1/metrics\n    next: check");
    }

    @Test
    void addressesComeFromOptionsThenTheEnvironmentThenAFile() throws IOException {
        Path file = Files.writeString(
                temporary.resolve("monitoring.env"), "# where it is\nCRYPTOBOT_PROMETHEUS_URL=http://127.0.0.1:2\n");
        Map<String, String> environment = new HashMap<>(stack.environment());

        assertThat(CommandRun.of(environment, "telemetry-smoke", "--alert-demo", "--addresses=" + file)
                        .out())
                .contains("nothing answers at http://127.0.0.1:2/");
        environment.put("CRYPTOBOT_PROMETHEUS_URL", "http://127.0.0.1:3/");
        assertThat(CommandRun.of(environment, "telemetry-smoke", "--alert-demo", "--addresses=" + file)
                        .out())
                .contains("nothing answers at http://127.0.0.1:3/");
        assertThat(CommandRun.of(environment, "telemetry-smoke", "--alert-demo", "--prometheus=http://127.0.0.1:4")
                        .out())
                .contains("nothing answers at http://127.0.0.1:4/");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    --prometheus=127.0.0.1:9090            | 3 | --prometheus is not a URL such as http://127.0.0.1:9090
                    --prometheus=http://u:canary@h         | 3 | --prometheus has a password in it, which everybody on this host could read
                    --prometheus=http://h/prometheus       | 3 | --prometheus has a path; only scheme, host and port are wanted
                    --addresses=/nowhere/a.env             | 3 | /nowhere/a.env cannot be read: java.nio.file.NoSuchFileException: /nowhere/a.env
                    --repeat=0                             | 2 | --repeat must be from 1 to 1000, was 0
                    --rounds=2                             | 2 | --rounds needs --every
                    --every=6h --repeat=2                  | 2 | --every goes with neither --repeat nor --junit
                    """)
    void wrongOptionsAreOneLine(String options, int exitCode, String line) {
        CommandRun run =
                CommandRun.of(stack.environment(), List.of("telemetry-smoke", "--alert-demo"), options.split(" "));

        assertThat(run.exitCode()).isEqualTo(exitCode);
        assertThat(run.out()).isEmpty();
        assertThat(run.err()).startsWith(line + "\n");
    }

    @Test
    void drillsAreRepeatedAndWrittenAsJunitDoes() throws Exception {
        Path junit = temporary.resolve("junit.xml");

        CommandRun run = drill("--receivers=" + addresses.receivers(), "--repeat=2", "--junit=" + junit);

        assertThat(run.exitCode()).as(run.out() + run.err()).isZero();
        assertThat(run.out())
                .matches(
                        "√ drill 1 of 2: Slack after \\d\\.\\d\\d s  bot=drill-.*\n"
                                + "√ drill 2 of 2: Slack after \\d\\.\\d\\d s  bot=drill-.*\n"
                                + "2 of 2 drills got to Slack: min \\d\\.\\d\\d s, median \\d\\.\\d\\d s, max \\d\\.\\d\\d s\n");
        Document document =
                DocumentBuilderFactory.newInstance().newDocumentBuilder().parse(junit.toFile());
        assertThat(document.getElementsByTagName("testsuite").getLength()).isEqualTo(2);
        assertThat(document.getElementsByTagName("failure").getLength()).isZero();
        assertThat(document.getElementsByTagName("testcase").getLength()).isEqualTo(2 * 18);
    }

    /** Prometheus has the results and nothing else of the file, and they stay when the drills have ended. */
    @Test
    @ResourceLock(METRICS)
    void drillsGoOnAndTheirResultsAreMetrics() throws Exception {
        CommandRun run = drill("--receivers=" + addresses.receivers(), "--every=1s", "--rounds=2");

        assertThat(run.exitCode()).as(run.out() + run.err()).isZero();
        assertThat(run.out())
                .matches("√ drill 1: Slack after \\d\\.\\d\\d s  bot=drill-.*\n√ drill 2: Slack after .*\n");
        CommandRun failing = drill(
                "--receivers=" + addresses.receivers(),
                "--every=1s",
                "--rounds=2",
                "--json",
                "--alertmanager=http://127.0.0.1:1");
        assertThat(failing.exitCode()).isEqualTo(1);
        assertThat(failing.out()).as("one document a line").hasLineCount(2);
        for (String line : failing.out().lines().toList()) {
            assertThat(hop(JsonSchemas.assertPublished(line), "alertmanager-ready")
                            .path("cause")
                            .asText())
                    .startsWith("nothing answers at http://127.0.0.1:1/");
        }

        String page = HttpProbe.get(addresses.exporter().resolve("/metrics"));
        assertThat(page)
                .contains("cryptobot_drills_total{bot=\"alert-drill\",result=\"passed\"} 2.0")
                .contains("cryptobot_drills_total{bot=\"alert-drill\",result=\"failed\"} 2.0")
                .contains("cryptobot_drill_last_passed{bot=\"alert-drill\"} 0.0")
                .containsPattern("cryptobot_drill_last_success_timestamp_seconds\\{bot=\"alert-drill\"} 1\\.")
                .doesNotContain("cryptobot_drill_hop_seconds{");
        TimeUnit.SECONDS.sleep(2); // two scrapes
        String series = HttpProbe.get(addresses
                .prometheus()
                .resolve("/api/v1/series?match[]=%7Bbot=%22alert-drill%22%7D".replace("[]", "%5B%5D")));
        assertThat(Pattern.compile("\"__name__\":\"(\\w+)\"")
                        .matcher(series)
                        .results()
                        .map(name -> name.group(1)))
                .containsOnly(
                        "cryptobot_drills_total",
                        "cryptobot_drill_last_success_timestamp_seconds",
                        "cryptobot_drill_last_passed",
                        "cryptobot_drill_hop_seconds")
                .hasSize(3 + 1 + 1 + 5);
        assertThat(series).doesNotContain("__tmp", "\"drill\"");
    }

    @Test
    @ResourceLock(METRICS)
    void theResultsHaveOneOwner() {
        try (DrillMetrics unused = DrillMetrics.open(RunDirectory.from(stack.environment()))) {
            CommandRun run = drill("--every=1s", "--rounds=1");

            assertThat(run.exitCode()).isEqualTo(3);
            assertThat(run.err())
                    .startsWith("the results of the drills cannot be written: ")
                    .endsWith("; end another --every, or check CRYPTOBOT_RUN_DIR\n")
                    .hasLineCount(1);
        }
    }

    @Test
    void twoDrillsAtOnceDoNotMeet() throws Exception {
        CompletableFuture<CommandRun> other =
                CompletableFuture.supplyAsync(() -> drill("--receivers=" + addresses.receivers()));
        CommandRun run = drill("--receivers=" + addresses.receivers());

        assertThat(run.exitCode()).as(run.out() + run.err()).isZero();
        assertThat(other.get(60, TimeUnit.SECONDS).exitCode()).isZero();
        assertThat(drillBot(run.out())).isNotEqualTo(drillBot(other.get().out()));
    }

    /** The launcher as a person runs it; the signal comes when the text stands on its output. */
    @ParameterizedTest
    @CsvSource({
        "INT, √ Prometheus is ready, 130, no order had failed",
        "TERM, √ the bot is marked as a drill, 143, no order had failed",
        "INT, s  prometheus, 130, ends by itself",
        "TERM, s  pagerduty, 143, ends by itself"
    })
    void aSignalIsOneLineAndLeavesNothing(String signal, String text, int exitCode, String line) throws Exception {
        Path junit = Files.writeString(temporary.resolve("junit.xml"), "of an earlier run");
        try (LaunchedDrill drill =
                launch("--until-resolved", "--receivers=" + addresses.receivers(), "--junit=" + junit)) {
            drill.awaitLine(text);

            endsWith(drill, signal, exitCode);

            assertThat(drill.err()).endsWith(line + "\n");
        }
        assertThat(junit).hasContent("of an earlier run");
        assertThat(temporary).isDirectoryNotContaining("glob:**.new");
    }

    /** Receivers at which the message never arrives. */
    @Test
    void aSignalEndsTheWaitForSlack() throws Exception {
        try (LocalServices elsewhere = LocalServices.start(0);
                LaunchedDrill drill =
                        launch("--receivers=" + URI.create(elsewhere.pageUrl()).resolve("/"))) {
            drill.awaitLine("s  alertmanager");

            endsWith(drill, "INT", 130);

            assertThat(drill.err()).contains(", the alert of drill-").endsWith(" ends by itself\n");
        }
    }

    @Test
    void aSignalLeavesNoHalfADocument() throws Exception {
        try (LaunchedDrill drill = launch("--json")) {
            Path run = RunDirectory.from(stack.environment()).path();
            Pattern counters = Pattern.compile("drill-.*-" + drill.pid() + "-.*\\.counters");
            Await.within(PATIENCE).failingWhen(() -> !drill.isAlive()).until("the drill bot is there", () -> {
                try (Stream<Path> files = Files.list(run)) {
                    return files.anyMatch(file ->
                            counters.matcher(file.getFileName().toString()).matches());
                }
            });

            assertThat(endsWith(drill, "INT", 130)).isEmpty();
        }
    }

    /** The results stay, marked as left in order, and the next run goes on from them. */
    @Test
    void aSignalBetweenTwoDrillsKeepsTheResults() throws Exception {
        Map<String, String> own =
                Map.of("CRYPTOBOT_RUN_DIR", temporary.resolve("run").toString());
        try (LaunchedDrill drill = launch(own, "--every=1h", "--prometheus=http://127.0.0.1:1")) {
            drill.awaitLine("next: ");

            endsWith(drill, "TERM", 143);

            assertThat(drill.err()).isEqualTo("interrupted\n");
        }
        RunDirectory run = RunDirectory.from(own);
        Path file = run.countersFile(new InstanceName("alert-drill"));
        try (CountersReader results = CountersReader.open(file)) {
            assertThat(results.owner().cleanExit()).isTrue();
        }
        DrillMetrics.open(run).close(); // no other owner
    }

    private LaunchedDrill launch(String... options) {
        return launch(Map.of(), options);
    }

    /** @param own in its environment beside the stack's */
    private LaunchedDrill launch(Map<String, String> own, String... options) {
        Map<String, String> environment = new HashMap<>(stack.environment());
        environment.putAll(own);
        List<String> arguments = new ArrayList<>(List.of(options));
        addTheStack(arguments);
        return new LaunchedDrill(temporary, environment, arguments);
    }

    private static List<String> endsWith(LaunchedDrill drill, String signal, int exitCode) throws IOException {
        List<String> rest = drill.endsWith(signal, exitCode);
        assertNothingIsLeft("-" + drill.pid() + "-");
        return rest;
    }

    @Test
    void anUnusableRunDirectoryIsOneLine() throws IOException {
        Path file = Files.createFile(temporary.resolve("file"));
        Map<String, String> environment = new HashMap<>(stack.environment());
        environment.put("CRYPTOBOT_RUN_DIR", file.toString());

        CommandRun run = CommandRun.of(
                environment,
                "telemetry-smoke",
                "--alert-demo",
                "--prometheus=" + addresses.prometheus(),
                "--alertmanager=" + addresses.alertmanager());

        assertThat(run.exitCode()).isEqualTo(3);
        assertThat(run.err())
                .startsWith("the drill bot cannot count: ")
                .contains(file.toString())
                .endsWith("; check CRYPTOBOT_RUN_DIR\n")
                .hasLineCount(1);
    }

    /** Later options of the same name are not allowed, so an address is the stack's only where none is given. */
    private static CommandRun drill(String... options) {
        List<String> arguments = new ArrayList<>(List.of("telemetry-smoke", "--alert-demo"));
        arguments.addAll(List.of(options));
        addTheStack(arguments);
        CommandRun run = CommandRun.of(stack.environment(), arguments.toArray(String[]::new));
        Pattern.compile("drill-[0-9a-z]+-[0-9]+-[0-9]+")
                .matcher(run.out())
                .results()
                .forEach(bot -> assertNothingIsLeft(bot.group() + "."));
        return run;
    }

    private static void addTheStack(List<String> arguments) {
        addUnlessGiven(arguments, "--exporter=", addresses.exporter().toString());
        addUnlessGiven(arguments, "--prometheus=", addresses.prometheus().toString());
        addUnlessGiven(arguments, "--alertmanager=", addresses.alertmanager().toString());
    }

    private static void addUnlessGiven(List<String> arguments, String option, String value) {
        if (arguments.stream().noneMatch(argument -> argument.startsWith(option))) {
            arguments.add(option + value);
        }
    }

    private static List<String> ids(String out) {
        return Pattern.compile("^[√×] +[+-]\\d+\\.\\d\\d s  (\\S+)", Pattern.MULTILINE)
                .matcher(out)
                .results()
                .map(line -> line.group(1))
                .toList();
    }

    private static String drillBot(String out) {
        Matcher bot = DRILL_BOT.matcher(out);
        assertThat(bot.find()).as(out).isTrue();
        return bot.group(1);
    }
}
