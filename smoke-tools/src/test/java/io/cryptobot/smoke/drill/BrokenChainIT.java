package io.cryptobot.smoke.drill;

import static io.cryptobot.testing.Await.await;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.cryptobot.smoke.CommandRun;
import io.cryptobot.smoke.chain.ChainAddresses;
import io.cryptobot.smoke.chain.HttpProbe;
import io.cryptobot.smoke.exchange.RandomWalk;
import io.cryptobot.smoke.localservices.Fault;
import io.cryptobot.smoke.stack.LocalStack;
import io.cryptobot.smoke.stack.Programs;
import io.cryptobot.testing.ChildProcess;
import io.cryptobot.testing.FreePorts;
import io.cryptobot.testing.OneJdk;
import io.cryptobot.testing.PrometheusProcess;
import io.cryptobot.testing.RealEngines;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/**
 * The chain broken in one place after another, with the real programs: the drill names exactly that place. One stack, whose
 * configuration is altered and put back. Prometheus is not told that it was put back, since it needs up to five seconds after
 * each reload to find its Alertmanager again: the tests that alter its configuration come last, and each reloads it.
 */
@OneJdk
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
@RealEngines
class BrokenChainIT {
    /** After those that have no order. */
    private static final int ALTERS_PROMETHEUS = Order.DEFAULT + 1;

    private static final Path PROMETHEUS = Path.of("ops/prometheus/prometheus.yml");
    private static final Path RULES = Path.of("ops/prometheus/rules/cryptobot_desktop.yml");
    private static final Path ALERTMANAGER = Path.of("ops/alertmanager/alertmanager.yml");
    private static final String DRILL_ROUTE = "    - receiver: slack\n      matchers: [drill=\"true\"]\n";

    @TempDir
    Path temporary;

    private static LocalStack stack;
    private static ChainAddresses addresses;
    private final Map<Path, String> unaltered = new HashMap<>();

    @BeforeAll
    static void startTheStack() throws IOException, InterruptedException {
        stack = LocalStack.prepare(Programs.find(System.getenv()), new RandomWalk(1, 0), 1);
        addresses = stack.start(part -> {
            if (part.equals("alertmanager")) { // the configuration is there, and not read yet
                endAlertsSoon();
            }
        });
    }

    /** Within seconds, in place of the shipped five minutes and more. */
    private static void endAlertsSoon() {
        try {
            replace(
                    RULES,
                    "increase(cryptobot_orders_failed_total[5m]) > 3\n",
                    "increase(cryptobot_orders_failed_total[4s]) > 3\n");
            replace(RULES, "keep_firing_for: 5m", "keep_firing_for: 1s");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @AfterAll
    static void stopTheStack() throws IOException {
        stack.close();
    }

    @AfterEach
    void putBack() throws IOException, InterruptedException {
        boolean alertmanager = unaltered.containsKey(ALERTMANAGER);
        for (Map.Entry<Path, String> file : unaltered.entrySet()) {
            Files.writeString(stack.directory().resolve(file.getKey()), file.getValue());
        }
        if (alertmanager) {
            post(addresses.alertmanager().resolve("/-/reload"), "");
        }
    }

    @Test
    @Order(ALTERS_PROMETHEUS)
    void ruleMissing() throws Exception {
        edit(RULES, "alert: CryptobotOrderFailureRateHigh", "alert: Renamed");
        reloadPrometheus();

        fails("rule-loaded", "the rule CryptobotOrderFailureRateHigh is not loaded");
    }

    @Test
    @Order(ALTERS_PROMETHEUS)
    void targetDown() throws Exception {
        edit(PROMETHEUS, addresses.exporter().getAuthority(), "127.0.0.1:1");
        reloadPrometheus();
        awaitTarget("down");

        fails("target-up", "target http://127.0.0.1:1/metrics is down: ");
    }

    @Test
    @Order(ALTERS_PROMETHEUS)
    void drillsAreNotMarked() throws Exception {
        edit(PROMETHEUS, "regex: drill(-.*)?", "regex: never");
        reloadPrometheus();

        fails("drill-label", "so it would page as a real bot does");
    }

    @Test
    void aDrillWouldPage() throws Exception {
        edit(ALERTMANAGER, DRILL_ROUTE, "");
        reloadAlertmanager();

        String bot = fails("route", "it would page: it goes to pagerduty,slack");
        assertThat(stack.receivers().received().pagerDuty())
                .noneMatch(event -> event.toString().contains(bot));
    }

    @Test
    void silenced() throws Exception {
        Instant now = Instant.now();
        String created = post(
                addresses.alertmanager().resolve("/api/v2/silences"),
                "{\"matchers\":[{\"name\":\"alertname\",\"value\":\"Cryptobot.*\",\"isRegex\":true,\"isEqual\":true},"
                        + "{\"name\":\"mode\",\"value\":\"paper\",\"isRegex\":false,\"isEqual\":false}],\"startsAt\":\""
                        + now + "\",\"endsAt\":\"" + now.plus(5, ChronoUnit.MINUTES)
                        + "\",\"createdBy\":\"ann\",\"comment\":\"update\"}");
        String id = new ObjectMapper().readTree(created).path("silenceID").asText();
        try {
            fails("silence", "silence " + id + " of ann until ");
        } finally {
            send(HttpRequest.newBuilder(addresses.alertmanager().resolve("/api/v2/silence/" + id))
                    .DELETE()
                    .build());
        }
    }

    @Test
    void inhibited() throws Exception {
        edit(
                ALERTMANAGER,
                "inhibit_rules:\n",
                "inhibit_rules:\n  - source_matchers: [alertname=\"Maintenance\"]\n"
                        + "    target_matchers: [severity=\"critical\"]\n    equal: [service]\n");
        reloadAlertmanager();
        alert("Maintenance", "info", "\"team\":\"a\"", Instant.now().plusSeconds(300));
        try {
            fails("inhibition", "the alert Maintenance of no bot inhibits it");
        } finally {
            alert("Maintenance", "info", "\"team\":\"a\"", Instant.now());
        }
    }

    private static void alert(String name, String severity, String labels, Instant endsAt)
            throws IOException, InterruptedException {
        post(
                addresses.alertmanager().resolve("/api/v2/alerts"),
                "[{\"labels\":{\"alertname\":\"" + name + "\",\"service\":\"cryptobot-desktop\",\"severity\":\""
                        + severity
                        + "\"," + labels + "},\"startsAt\":\"" + endsAt.minusSeconds(400) + "\",\"endsAt\":\"" + endsAt
                        + "\"}]");
        await(
                name + " has begun or ended",
                () -> HttpProbe.get(addresses.alertmanager().resolve("/api/v2/alerts"))
                                .contains(name)
                        || endsAt.isBefore(Instant.now()));
    }

    @Test
    void alreadyFiringInTheSameMessage() throws Exception {
        edit(ALERTMANAGER, "group_by: [alertname, instance, bot, mode, drill, integration]", "group_by: [alertname]");
        reloadAlertmanager();
        alert(
                "CryptobotOrderFailureRateHigh",
                "critical",
                "\"bot\":\"drill-1\",\"drill\":\"true\"",
                Instant.now().plusSeconds(300));

        fails("already-firing", "is firing already and shares its message");
    }

    @Test
    void exporterOfAnotherRunDirectory() throws Exception {
        Map<String, String> environment = new HashMap<>(stack.environment());
        environment.put("CRYPTOBOT_RUN_DIR", temporary.resolve("run").toString());

        fails(drill(environment, "--timeout=2s"), 1, "zero-sample", "the bot's series are not on the exporter's page");
    }

    /** First, so that no message of an earlier alert takes the one refusal. */
    @Test
    @Order(Order.DEFAULT - 1)
    void slackRefuses() throws Exception {
        stack.receivers().inject(Fault.parse("slack=404:1"));

        fails(drill(stack.environment(), "--timeout=3s"), 1, "slack", " requests to slack, 1 of them failed");
    }

    @Test
    void alertmanagerHangs() throws Exception {
        signal("STOP", "alertmanager");
        try {
            fails("alertmanager-ready", "/-/ready does not answer");
        } finally {
            signal("CONT", "alertmanager");
        }
    }

    /** As after a move: the one that is asked runs, but Prometheus sends to another; then it is stopped. */
    @Test
    void alertsGoToAnotherAlertmanagerAndThenThereIsNone() throws Exception {
        URI other;
        try (PrometheusProcess second = PrometheusProcess.start(
                PrometheusProcess.Server.ALERTMANAGER,
                stack.directory().resolve(ALERTMANAGER),
                temporary,
                FreePorts.choose(),
                "--cluster.listen-address=")) {
            other = second.address();
            second.awaitReady();
            fails(
                    drill(stack.environment(), "--timeout=3s", "--alertmanager=" + other),
                    4,
                    "alertmanager",
                    "the alert has not arrived at " + other);
        }
        fails(
                drill(stack.environment(), "--alertmanager=" + other),
                1,
                "alertmanager-ready",
                "nothing answers at " + other + "/-/ready");
    }

    @Test
    void theEndIsFollowedToo() throws Exception {
        edit(ALERTMANAGER, "group_interval: 30s", "group_interval: 1s");
        reloadAlertmanager();

        CommandRun run = drill(stack.environment(), "--until-resolved");

        assertThat(run.exitCode()).as(run.out() + run.err()).isZero();
        assertThat(run.out())
                .contains("  resolved      Slack has the message that it is over", "title=[RESOLVED] [DRILL]");
    }

    private static String fails(String id, String cause) throws IOException {
        return fails(drill(), 1, id, cause);
    }

    /** {@return the drill bot} The place is the last result, and the only one that is not green. */
    private static String fails(CommandRun run, int exitCode, String id, String cause) throws IOException {
        assertThat(run.exitCode()).as(run.out() + run.err()).isEqualTo(exitCode);
        assertThat(run.err()).isEmpty();
        List<JsonNode> failed = new ArrayList<>();
        JsonNode drill = new ObjectMapper().readTree(run.out()).at("/drills/0");
        JsonNode hops = drill.path("hops");
        hops.forEach(hop -> {
            if (!hop.path("status").asText().matches("pass|warning")) {
                failed.add(hop);
            }
        });
        assertThat(failed).as(run.out()).hasSize(1).containsExactly(hops.get(hops.size() - 1));
        assertThat(failed.get(0).path("id").asText()).isEqualTo(id);
        assertThat(failed.get(0).path("cause").asText()).contains(cause);
        assertThat(failed.get(0).path("hint").asText()).isNotEmpty();
        return drill.path("bot").asText();
    }

    private static CommandRun drill() {
        return drill(stack.environment());
    }

    private static CommandRun drill(Map<String, String> environment, String... options) {
        List<String> arguments = new ArrayList<>(List.of(
                "telemetry-smoke",
                "--alert-demo",
                "--exporter=" + addresses.exporter(),
                "--prometheus=" + addresses.prometheus(),
                "--receivers=" + addresses.receivers()));
        arguments.addAll(List.of(options));
        if (List.of(options).stream().noneMatch(option -> option.startsWith("--alertmanager="))) {
            arguments.add("--alertmanager=" + addresses.alertmanager());
        }
        if (!arguments.contains("--until-resolved")) {
            arguments.add("--json");
        }
        return CommandRun.of(environment, arguments.toArray(String[]::new));
    }

    private void edit(Path file, String text, String replacement) throws IOException {
        unaltered.putIfAbsent(file, Files.readString(stack.directory().resolve(file)));
        replace(file, text, replacement);
    }

    private static void replace(Path file, String text, String replacement) throws IOException {
        Path path = stack.directory().resolve(file);
        String before = Files.readString(path);
        assertThat(before).contains(text);
        Files.writeString(path, before.replace(text, replacement));
    }

    private static void reloadPrometheus() throws IOException, InterruptedException {
        String metric = "prometheus_config_last_reload_success_timestamp_seconds";
        URI page = addresses.prometheus().resolve("/metrics");
        String before = line(HttpProbe.get(page), metric);
        signal("HUP", "prometheus");
        await(
                "Prometheus has read its configuration",
                () -> !line(HttpProbe.get(page), metric).equals(before));
        awaitTarget("up", "down");
    }

    private static String line(String page, String metric) {
        return page.lines()
                .filter(each -> each.startsWith(metric + " "))
                .findFirst()
                .orElse("");
    }

    private static void awaitTarget(String... states) throws IOException, InterruptedException {
        Predicate<String> wanted = text -> List.of(states).stream()
                .anyMatch(state -> text.contains("\"health\":\"" + state + "\",\"scrapeInterval\":\"1s\""));
        await(
                "the target is " + List.of(states),
                () -> wanted.test(HttpProbe.get(addresses.prometheus().resolve("/api/v1/targets"))));
    }

    private static void reloadAlertmanager() throws IOException, InterruptedException {
        post(addresses.alertmanager().resolve("/-/reload"), "");
    }

    private static String post(URI address, String json) throws IOException, InterruptedException {
        return send(HttpRequest.newBuilder(address)
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(json))
                .build());
    }

    private static String send(HttpRequest request) throws IOException, InterruptedException {
        var answer = HttpClient.newHttpClient().send(request, BodyHandlers.ofString());
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return answer.body();
    }

    private static void signal(String name, String part) {
        long pid = stack.process(part).pid();
        assertThat(ChildProcess.program("kill", "-" + name, pid).run().exitCode())
                .isZero();
    }
}
