package io.cryptobot.ops;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.cryptobot.testing.FreePorts;
import io.cryptobot.testing.OneJdk;
import io.cryptobot.testing.PrometheusProcess;
import io.cryptobot.testing.PrometheusProcess.Server;
import io.cryptobot.testing.RealEngines;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The shipped routes in a real Alertmanager, and the shipped message texts in amtool. */
@OneJdk
@RealEngines
final class AlertmanagerIT {

    private static final Path DATA = Path.of("src/test/resources/notifications");
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final List<Map<String, String>> MODES_AND_DRILLS = List.of(
            Map.of("mode", "live"),
            Map.of("mode", "paper"),
            Map.of("mode", "live", "drill", "true"),
            Map.of("mode", "paper", "drill", "true"),
            Map.of());
    /** Between the texts of one run of amtool. */
    private static final String SEPARATOR = "\n=====\n";

    @TempDir
    static Path home;

    private static PrometheusProcess alertmanager;

    /**
     * Starts an Alertmanager with the shipped routes. It can reach nobody: all its receivers are local ones that do not run, and
     * a silence covers every alert.
     */
    @BeforeAll
    static void startAlertmanager() throws IOException {
        OpsConfigs.unpack(home);
        // beside the templates, as the compose file mounts it
        Path local = Files.copy(
                home.resolve(LocalAlertmanager.PATH), home.resolve("ops/alertmanager/alertmanager-local.yml"));
        assertThat(Ops.yaml(local).path("route"))
                .isEqualTo(Ops.yaml(Ops.ALERTMANAGER).path("route"));
        alertmanager = PrometheusProcess.start(
                Server.ALERTMANAGER, local, home.resolve("run"), FreePorts.choose(), "--cluster.listen-address=");
        alertmanager.awaitReady();
        Instant now = Instant.now();
        Map<String, Object> everyAlert = Map.of("name", "alertname", "value", ".+", "isRegex", true);
        alertmanager.post(
                "/api/v2/silences",
                JSON.writeValueAsString(Map.of(
                        "matchers", List.of(everyAlert),
                        "startsAt", now.toString(),
                        "endsAt", now.plus(Duration.ofHours(1)).toString(),
                        "createdBy", "AlertmanagerIT",
                        "comment", "no notification")));
    }

    @AfterAll
    static void endAlertmanager() {
        alertmanager.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"alertmanager.yml", "alertmanager-local.yml"})
    void unpackedConfigurationIsValid(String name) {
        assertThat(Tool.AMTOOL.succeed(
                        "check-config", home.resolve("ops/alertmanager").resolve(name)))
                .contains("4 receivers", "1 templates");
    }

    /** A critical alert pages, except in paper mode and in drills; all other alerts go to Slack. */
    @Test
    void everyAlertReachesTheIntendedReceiversInEveryModeAndInDrills() throws IOException {
        Map<Map<String, String>, String> expected = new HashMap<>();
        for (Ops.Alert alert : Ops.alerts()) {
            for (Map<String, String> series : MODES_AND_DRILLS) {
                Map<String, String> labels = new TreeMap<>(series);
                labels.put("bot", "alpha");
                labels.put("instance", "cryptobot-desktop:9100");
                labels.putAll(alert.labels());
                labels.put("alertname", alert.name());
                expected.put(labels, AlertRoute.receivers(labels));
            }
        }

        assertThat(receivers(expected.keySet())).containsExactlyInAnyOrderEntriesOf(expected);
    }

    /** A channel that fails cannot report its own failure. */
    @ParameterizedTest
    @CsvSource({"slack,pagerduty", "pagerduty,slack", "webhook,'pagerduty,slack'"})
    void failingChannelIsReportedOnTheOther(String failing, String receivers) throws IOException {
        assertRoute(
                receivers,
                Map.of(
                        "alertname",
                        "AlertmanagerNotificationsFailing",
                        "severity",
                        "critical",
                        "instance",
                        "alertmanager:9093",
                        "integration",
                        failing));
    }

    @ParameterizedTest
    @CsvSource({"info,'null'", "none,'null'", "page,slack"})
    void noUnknownSeverityIsLost(String severity, String receiver) throws IOException {
        assertRoute(receiver, Map.of("alertname", "SomethingNew", "severity", severity));
    }

    @Test
    void noMissingSeverityIsLost() throws IOException {
        assertRoute("slack", Map.of("alertname", "SomethingNew"));
    }

    private static void assertRoute(String receivers, Map<String, String> labels) throws IOException {
        assertThat(receivers(List.of(labels))).containsExactly(Map.entry(labels, receivers));
    }

    /** {@return the receivers to which Alertmanager routes the alerts with these labels, sorted, separated by commas} */
    private static Map<Map<String, String>, String> receivers(Collection<Map<String, String>> alerts)
            throws IOException {
        alertmanager.post(
                "/api/v2/alerts",
                JSON.writeValueAsString(
                        alerts.stream().map(labels -> Map.of("labels", labels)).toList()));
        Map<Map<String, String>, String> receivers = new HashMap<>();
        for (JsonNode alert : JSON.readTree(alertmanager.get("/api/v2/alerts"))) {
            Map<String, String> labels = new HashMap<>();
            alert.path("labels")
                    .properties()
                    .forEach(
                            label -> labels.put(label.getKey(), label.getValue().asText()));
            if (alerts.contains(labels)) {
                receivers.put(
                        labels,
                        alert.path("receivers").findValuesAsText("name").stream()
                                .sorted()
                                .collect(Collectors.joining(",")));
            }
        }
        return receivers;
    }

    static List<Path> notifications() {
        return Ops.files(DATA, ".json");
    }

    /** amtool check-config accepts an undefined template; the first alert would then be lost. */
    @ParameterizedTest
    @MethodSource("notifications")
    void everyTextOfEveryReceiverRenders(Path data) {
        TreeSet<String> all = new TreeSet<>();
        collectTexts(Ops.yaml(Ops.ALERTMANAGER).path("receivers"), all);
        assertThat(all).hasSizeGreaterThan(10);
        List<String> texts = List.copyOf(all);
        List<String> rendered = render(data, texts);

        for (int i = 0; i < texts.size(); i++) {
            assertThat(rendered.get(i)).as(texts.get(i)).doesNotContain("<no value>", "<nil>", "{{");
            if (texts.get(i).contains("_url\"")) {
                assertThat(rendered.get(i)).startsWith("https://").doesNotContainAnyWhitespaces();
            }
        }
    }

    private static void collectTexts(JsonNode node, TreeSet<String> texts) {
        if (node.isTextual() && node.asText().contains("{{")) {
            texts.add(node.asText());
        }
        node.forEach(child -> collectTexts(child, texts));
    }

    @Test
    void messageContainsAlertPlaceAndMode() {
        Path data = DATA.resolve("firing-live.json");

        assertThat(render("cryptobot.title", data))
                .isEqualTo("[FIRING:1] CryptobotOrderFailureRateHigh (critical, live)");
        assertThat(render("cryptobot.slack.text", data)).isEqualTo("""
                        *alpha: orders are failing (live mode)*
                        4 orders failed within 5 minutes; as a rule the alert fires from the 3rd on.
                        Bot: alpha, mode: live, instance: cryptobot-desktop:9100
                        Started: 2026-11-23 08:30:15 UTC""");
        assertThat(render("cryptobot.slack.color", data)).isEqualTo("danger");
        assertThat(render("cryptobot.pagerduty.summary", data))
                .isEqualTo("CryptobotOrderFailureRateHigh: alpha: orders are failing (live mode)");
        assertThat(render("cryptobot.pagerduty.severity", data)).isEqualTo("critical");
        assertThat(render("cryptobot.runbook_url", data))
                .isEqualTo("https://runbooks.example.com/CryptobotOrderFailureRateHigh.md");
        assertThat(render("cryptobot.silence_url", data))
                .isEqualTo("https://alertmanager.example.com/#/silences/new?filter=%7Bbot%3D%22alpha%22%2C"
                        + "instance%3D%22cryptobot-desktop%3A9100%22%2Cmode%3D%22live%22%2C"
                        + "alertname%3D%22CryptobotOrderFailureRateHigh%22%7D");
    }

    @Test
    void drillIsMarkedAndItsEndIsReported() {
        Path data = DATA.resolve("resolved-drill.json");

        assertThat(render("cryptobot.title", data))
                .isEqualTo("[RESOLVED] [DRILL] CryptobotOrderFailureRateHigh (critical, paper)");
        assertThat(render("cryptobot.slack.text", data))
                .startsWith("[DRILL] *drill-1: orders are failing (paper mode)*\n")
                .contains("mode: paper")
                .endsWith("Started: 2026-11-23 08:30:15 UTC, ended: 2026-11-23 08:41:00 UTC");
        assertThat(render("cryptobot.slack.color", data)).isEqualTo("good");
    }

    /** Two disks of one host make one group; the text distinguishes ended alerts from firing ones. */
    @Test
    void mixedGroupShowsWhichAlertsHaveEnded() {
        Path data = DATA.resolve("mixed.json");

        assertThat(render("cryptobot.title", data)).isEqualTo("[FIRING:1] HostDiskFilling (warning)");
        assertThat(render("cryptobot.slack.text", data)).isEqualTo("""
                        *host-1:9100: the disk / will be full within a day*
                        11% of / is free; at the rate of the last 6 hours the disk is full within 24 hours.
                        Bot: unknown, mode: unknown, instance: host-1:9100
                        Started: 2026-11-23 08:30:15 UTC

                        *host-1:9100: the disk /var will be full within a day*
                        19% of /var is free; at the rate of the last 6 hours the disk is full within 24 hours.
                        Bot: unknown, mode: unknown, instance: host-1:9100
                        Started: 2026-11-23 08:00:15 UTC, ended: 2026-11-23 08:41:00 UTC""");
        assertThat(render("cryptobot.slack.color", data)).isEqualTo("warning");
        assertThat(render("cryptobot.pagerduty.summary", data)).isEqualTo("HostDiskFilling: HostDiskFilling");
    }

    /** An alert posted by hand, with only a name and an unknown severity, must arrive too. */
    @Test
    void alertWithoutAnnotationsStillHasTextAndLinks() {
        Path data = DATA.resolve("firing-bare.json");

        assertThat(render("cryptobot.title", data)).isEqualTo("[FIRING:2] Bare (page)");
        assertThat(render("cryptobot.slack.text", data)).isEqualTo("""
                        *Bare*
                        Bot: unknown, mode: unknown, instance: unknown
                        Started: 2026-11-23 08:30:15 UTC

                        *Bare*
                        Bot: unknown, mode: unknown, instance: unknown
                        Started: 2026-11-23 08:30:16 UTC""");
        assertThat(render("cryptobot.pagerduty.severity", data)).isEqualTo("critical");
        assertThat(render("cryptobot.runbook_url", data)).isEqualTo("https://alertmanager.example.com");
        assertThat(render("cryptobot.silence_url", data))
                .isEqualTo("https://alertmanager.example.com/#/silences/new?filter=%7Balertname%3D%22Bare%22%7D");
    }

    private static String render(String template, Path data) {
        return render(data, List.of("{{ template \"" + template + "\" . }}")).get(0);
    }

    /** {@return the rendered texts; one run of amtool renders them all} */
    private static List<String> render(Path data, List<String> texts) {
        String output = Tool.AMTOOL.succeed(
                "template",
                "render",
                "--template.glob=" + Ops.SOURCE.resolve("alertmanager/templates/*.tmpl"),
                "--template.data=" + data.toAbsolutePath(),
                "--template.text=" + String.join(SEPARATOR, texts));
        List<String> rendered = Pattern.compile(SEPARATOR)
                .splitAsStream(output)
                .map(String::stripTrailing)
                .toList();
        assertThat(rendered).hasSameSizeAs(texts);
        return rendered;
    }
}
