package io.cryptobot.ops;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import com.fasterxml.jackson.databind.JsonNode;
import io.cryptobot.testing.OneJdk;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** The shipped routes and message texts in Alertmanager's own tool. */
@OneJdk
final class AlertmanagerIT {

    private static final Path DATA = Path.of("src/test/resources/notifications");

    @TempDir
    Path home;

    @Test
    void unpackedConfigurationIsValid() throws IOException {
        OpsConfigs.unpack(home);

        Tool.Result result = Tool.AMTOOL.run("check-config", home.resolve("ops/alertmanager/alertmanager.yml"));

        assertThat(result.exitCode()).as(result.output()).isZero();
        assertThat(result.output()).contains("4 receivers", "1 templates");
    }

    /** As the compose file mounts it: beside the templates. */
    @Test
    void configurationThatPagesNobodyIsValid() throws IOException {
        OpsConfigs.unpack(home);
        Path local = Files.copy(
                home.resolve(LocalAlertmanager.PATH), home.resolve("ops/alertmanager/alertmanager-local.yml"));

        Tool.Result result = Tool.AMTOOL.run("check-config", local);

        assertThat(result.exitCode()).as(result.output()).isZero();
        assertThat(result.output()).contains("4 receivers", "1 templates");
    }

    static Stream<Arguments> everyAlertInEveryMode() {
        return Ops.alerts().stream()
                .flatMap(alert -> Stream.of(
                        arguments(alert, Map.of("mode", "live")),
                        arguments(alert, Map.of("mode", "paper")),
                        arguments(alert, Map.of("mode", "live", "drill", "true")),
                        arguments(alert, Map.of("mode", "paper", "drill", "true")),
                        arguments(alert, Map.of())));
    }

    /** People are paged for a critical alert, except in paper mode and in drills; everybody else reads Slack. */
    @ParameterizedTest
    @MethodSource("everyAlertInEveryMode")
    void alertReachesThePeopleItIsMeantFor(Ops.Alert alert, Map<String, String> series) {
        Map<String, String> labels = new TreeMap<>(series);
        labels.put("bot", "alpha");
        labels.put("instance", "cryptobot-desktop:9100");
        labels.putAll(alert.labels());
        labels.put("alertname", alert.name());
        assertRoute(AlertRoute.receivers(labels), labels);
    }

    /** A channel that fails cannot tell so itself. */
    @ParameterizedTest
    @CsvSource({"slack,pagerduty", "pagerduty,slack", "webhook,'pagerduty,slack'"})
    void failingChannelIsToldOnTheOther(String failing, String receivers) {
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
    @CsvSource({"info,'null'", "none,'null'", "page,slack", "'',slack"})
    void noUnknownSeverityIsLost(String severity, String receiver) {
        assertRoute(receiver, Map.of("alertname", "SomethingNew", "severity", severity));
    }

    private static void assertRoute(String receivers, Map<String, String> labels) {
        List<Object> arguments = new ArrayList<>(List.of(
                "config", "routes", "test", "--config.file=" + Ops.ALERTMANAGER, "--verify.receivers=" + receivers));
        labels.forEach((name, value) -> arguments.add(name + "=" + value));
        Tool.Result result = Tool.AMTOOL.run(arguments.toArray());
        assertThat(result.exitCode()).as("%s: %s", labels, result.output()).isZero();
    }

    static Stream<Arguments> everyTextOfEveryNotification() {
        TreeSet<String> texts = new TreeSet<>();
        collectTexts(Ops.yaml(Ops.ALERTMANAGER).path("receivers"), texts);
        assertThat(texts).hasSizeGreaterThan(10);
        return Ops.files(DATA, ".json").stream().flatMap(data -> texts.stream().map(text -> arguments(data, text)));
    }

    private static void collectTexts(JsonNode node, TreeSet<String> texts) {
        if (node.isTextual() && node.asText().contains("{{")) {
            texts.add(node.asText());
        }
        node.forEach(child -> collectTexts(child, texts));
    }

    /** amtool check-config accepts a template that does not exist; the first alert would then be lost. */
    @ParameterizedTest
    @MethodSource("everyTextOfEveryNotification")
    void everyTextRenders(Path data, String text) {
        String rendered = render(data, text);

        assertThat(rendered).doesNotContain("<no value>", "<nil>", "{{");
        if (text.contains("_url\"")) {
            assertThat(rendered).startsWith("https://").doesNotContainAnyWhitespaces();
        }
    }

    @Test
    void pageSaysWhatWhereAndInWhichMode() {
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
    void drillIsMarkedAndItsEndIsTold() {
        Path data = DATA.resolve("resolved-drill.json");

        assertThat(render("cryptobot.title", data))
                .isEqualTo("[RESOLVED] [DRILL] CryptobotOrderFailureRateHigh (critical, paper)");
        assertThat(render("cryptobot.slack.text", data))
                .startsWith("[DRILL] *drill-1: orders are failing (paper mode)*\n")
                .contains("mode: paper")
                .endsWith("Started: 2026-11-23 08:30:15 UTC, ended: 2026-11-23 08:41:00 UTC");
        assertThat(render("cryptobot.slack.color", data)).isEqualTo("good");
    }

    /** Two disks of one host make one group; what has ended is told from what goes on. */
    @Test
    void mixedGroupTellsWhatHasEnded() {
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

    /** An alert that somebody posts by hand, with nothing but a name and an odd severity, must arrive too. */
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
        return render(data, "{{ template \"" + template + "\" . }}");
    }

    private static String render(Path data, String text) {
        Tool.Result result = Tool.AMTOOL.run(
                "template",
                "render",
                "--template.glob=" + Ops.SOURCE.resolve("alertmanager/templates/*.tmpl"),
                "--template.data=" + data.toAbsolutePath(),
                "--template.text=" + text);
        assertThat(result.exitCode()).as(result.output()).isZero();
        return result.output().stripTrailing();
    }
}
