package io.cryptobot.smoke.command;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.cryptobot.smoke.CommandRun;
import io.cryptobot.smoke.chain.ChainAddresses;
import io.cryptobot.smoke.chain.OrderCounts;
import io.cryptobot.smoke.exchange.RandomWalk;
import io.cryptobot.smoke.receiver.SlackMessage;
import io.cryptobot.smoke.stack.LocalStack;
import io.cryptobot.smoke.stack.Programs;
import io.cryptobot.telemetry.MetricCatalog;
import io.cryptobot.telemetry.OrderMode;
import io.cryptobot.telemetry.RunDirectory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The drill against a stack with the shipped configuration in which a real bot trades. */
class AlertDemoIT {
    private static final Pattern DRILL_BOT = Pattern.compile("bot=(drill-[0-9a-z-]+)");

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
        stack.close();
    }

    @AfterEach
    void theDrillHasLeftNothing() throws IOException {
        Path run = RunDirectory.from(stack.environment()).path();
        try (Stream<Path> files = Files.list(run)) {
            assertThat(files.map(file -> file.getFileName().toString())).noneMatch(name -> name.startsWith("drill-"));
        }
        OrderCounts production = new OrderCounts(new RunDirectory(run), stack.bot());
        assertThat(production.read(MetricCatalog.ORDERS_FAILED, OrderMode.LIVE)).isZero();
        assertThat(production.read(MetricCatalog.ORDERS_FAILED, OrderMode.PAPER))
                .isZero();
        assertThat(stack.exchange().ordersReceived()).as("orders at the wire").isZero();
    }

    @Test
    void reachesSlackAsADrillAndNotThePager() throws Exception {
        CommandRun run = drill("--receivers=" + addresses.receivers());

        assertThat(run.exitCode()).as(run.out() + run.err()).isZero();
        assertThat(run.err()).isEmpty();
        assertThat(ids(run.out()))
                .containsExactly("zero-sample", "bot", "exporter", "prometheus", "rule", "alertmanager", "slack");
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

        assertThat(run.exitCode()).as(run.out() + run.err()).isZero();
        assertThat(run.err())
                .isEqualTo("‼ that Alertmanager sent it does not prove that Slack shows it: look into"
                        + " #cryptobot-alerts\n");
        JsonNode report = new ObjectMapper().readTree(run.out());
        assertThat(report.path("result").asText()).isEqualTo("pass");
        assertThat(report.at("/hops/6/title").asText()).isEqualTo("Slack has accepted a message from Alertmanager");
        assertThat(report.at("/hops/6/evidence/accepted").asInt()).isGreaterThanOrEqualTo(1);
    }

    @Test
    void aWrongAddressNamesItselfAndTheNextStep() {
        CommandRun alertmanager = drill("--alertmanager=http://127.0.0.1:1");
        assertThat(alertmanager)
                .isEqualTo(new CommandRun(
                        1,
                        "×  +0.00 s  alertmanager  Alertmanager answers\n"
                                + "    nothing answers at http://127.0.0.1:1/metrics\n"
                                + "    next: start it, or name its address with --alertmanager\n",
                        ""));

        CommandRun prometheus = drill("--prometheus=http://127.0.0.1:1", "--timeout=1s");
        assertThat(prometheus.exitCode()).isEqualTo(1);
        assertThat(prometheus.out())
                .matches(
                        "(?s)× +[+]1\\.\\d\\d s  zero-sample .*\n    nothing answers at http://127\\.0\\.0\\.1:1/api/.*\n"
                                + "    next: look whether the program behind that address runs\n");
        assertThat(prometheus.err()).isEmpty();

        CommandRun exporter = drill("--exporter=http://127.0.0.1:1", "--timeout=5s");
        assertThat(exporter.exitCode()).isEqualTo(1);
        assertThat(ids(exporter.out())).containsExactly("zero-sample", "bot", "exporter");
        assertThat(exporter.out()).contains("    nothing answers at http://127.0.0.1:1/metrics\n    next: look");
    }

    @Test
    void anUnusableRunDirectoryIsOneLine() throws IOException {
        Path file = Files.createFile(temporary.resolve("file"));
        Map<String, String> environment = new HashMap<>(stack.environment());
        environment.put("CRYPTOBOT_RUN_DIR", file.toString());

        CommandRun run = CommandRun.of(environment, "telemetry-smoke", "--alert-demo");

        assertThat(run.exitCode()).isEqualTo(3);
        assertThat(run.out()).isEmpty();
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
        addUnlessGiven(arguments, "--exporter=", addresses.exporter().toString());
        addUnlessGiven(arguments, "--prometheus=", addresses.prometheus().toString());
        addUnlessGiven(arguments, "--alertmanager=", addresses.alertmanager().toString());
        return CommandRun.of(stack.environment(), arguments.toArray(String[]::new));
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
