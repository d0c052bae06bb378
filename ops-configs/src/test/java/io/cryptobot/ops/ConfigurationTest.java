package io.cryptobot.ops;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.cryptobot.telemetry.MetricCatalog;
import java.util.Arrays;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Facts about Prometheus, Alertmanager and Grafana's provisioning that their own tools do not check. */
final class ConfigurationTest {

    private static final JsonNode PROMETHEUS = Ops.yaml(Ops.SOURCE.resolve("prometheus/prometheus.yml"));
    private static final JsonNode ALERTMANAGER = Ops.yaml(Ops.ALERTMANAGER);

    @Test
    void botsAreScrapedEverySecondAtThePlannedAddress() {
        JsonNode job = Ops.stream(PROMETHEUS.path("scrape_configs"))
                .filter(config -> config.path("job_name").asText().equals("cryptobot-desktop"))
                .findFirst()
                .orElseThrow();
        assertThat(job.at("/static_configs/0/targets/0").asText()).isEqualTo("cryptobot-desktop:9100");
        assertThat(job.path("metrics_path").asText()).isEqualTo("/metrics");
        assertThat(job.path("scrape_interval").asText()).isEqualTo("1s");
        assertThat(job.path("scrape_timeout").asText()).isEqualTo("900ms");
        assertThat(Ops.json(Ops.DASHBOARD).path("uid").asText()).isEqualTo("cryptobot-desktop-overview");
        assertThat(Ops.yaml(Ops.SOURCE.resolve("grafana/provisioning/datasources/prometheus.yml"))
                        .at("/datasources/0/jsonData/timeInterval")
                        .asText())
                .isEqualTo(job.path("scrape_interval").asText());
    }

    /** With this label a drill does not page. Prometheus anchors the expression at both ends, like matches(). */
    @ParameterizedTest
    @CsvSource({
        "drill,true",
        "drill-1,true",
        "drill-night,true",
        "drilling,false",
        "cryptobot-desktop,false",
        "my-drill,false"
    })
    void botIsADrillByItsName(String bot, boolean drill) {
        JsonNode relabel = PROMETHEUS.at("/scrape_configs/0/metric_relabel_configs/0");
        assertThat(relabel.at("/source_labels/0").asText()).isEqualTo("bot");
        assertThat(relabel.path("target_label").asText()).isEqualTo("drill");
        assertThat(relabel.path("replacement").asText()).isEqualTo("true");
        assertThat(bot.matches(relabel.path("regex").asText())).isEqualTo(drill);
        assertThat(Ops.text(Ops.RULES.resolve("cryptobot_desktop.yml")))
                .as("the inventory has no relabelling")
                .contains(
                        "cryptobot:bot_expected{bot!~\"" + relabel.path("regex").asText() + "\"}");
    }

    /** The continuous drill is not a bot: a temporary label marks its results, and all other series of it are dropped. */
    @Test
    void onlyTheResultsOfTheContinuousDrillAreKept() {
        JsonNode relabel = PROMETHEUS.at("/scrape_configs/0/metric_relabel_configs");
        String kept = relabel.at("/1/regex").asText();
        assertThat(Arrays.stream(MetricCatalog.values())
                        .filter(metric -> ("alert-drill;" + metric.prometheusName()).matches(kept)))
                .containsExactlyInAnyOrderElementsOf(Arrays.stream(MetricCatalog.values())
                        .filter(metric -> metric.source() == MetricCatalog.Source.DRILL)
                        .toList());
        assertThat("cryptobot-desktop;cryptobot_drills_total".matches(kept)).isFalse();
        String mark = relabel.at("/1/target_label").asText();
        assertThat(Ops.texts(relabel.at("/2/source_labels"))).containsExactly("bot", mark);
        assertThat(relabel.at("/2/regex").asText()).isEqualTo("alert-drill;");
        assertThat(relabel.at("/2/action").asText()).isEqualTo("drop");
        assertThat(relabel.at("/3/regex").asText()).isEqualTo(mark);
        assertThat(relabel.at("/3/action").asText()).isEqualTo("labeldrop");
    }

    /** The local test stack replaces these texts with its own addresses and files, so each must have one meaning only. */
    @Test
    void addressesAndSecretPathsAreReplaceableAsText() {
        String prometheus = Ops.text(Ops.SOURCE.resolve("prometheus/prometheus.yml"));
        assertThat(prometheus).containsOnlyOnce("cryptobot-desktop:9100").containsOnlyOnce("localhost:9090");
        assertThat(Pattern.compile("- targets: \\[\"alertmanager:9093\"]")
                        .matcher(prometheus)
                        .results())
                .hasSize(Pattern.compile("alertmanager:9093")
                        .matcher(prometheus)
                        .results()
                        .toList()
                        .size());
        assertThat(Ops.text(Ops.ALERTMANAGER))
                .containsOnlyOnce("https://events.pagerduty.com/v2/enqueue")
                .containsOnlyOnce("127.0.0.1:9095")
                .containsOnlyOnce("/etc/alertmanager/secrets/slack_api_url")
                .containsOnlyOnce("/etc/alertmanager/secrets/pagerduty_routing_key");
    }

    @Test
    void slackAndPagerDutyGetTheEndOfAnAlertToo() {
        JsonNode slack = receiver("slack").at("/slack_configs/0");
        assertThat(slack.path("channel").asText()).isEqualTo("#cryptobot-alerts");
        assertThat(slack.path("send_resolved").asBoolean()).isTrue();
        assertThat(receiver("pagerduty")
                        .at("/pagerduty_configs/0/send_resolved")
                        .asBoolean())
                .isTrue();
        assertThat(receiver("heartbeat").at("/webhook_configs/0/send_resolved").asBoolean(true))
                .isFalse();
    }

    private static JsonNode receiver(String name) {
        return Ops.stream(ALERTMANAGER.path("receivers"))
                .filter(receiver -> receiver.path("name").asText().equals(name))
                .findFirst()
                .orElseThrow();
    }

    @ParameterizedTest
    @ValueSource(strings = {"api_url", "routing_key", "service_key", "slack_api_url", "password", "credentials"})
    void secretsAreOnlyFiles(String key) {
        assertThat(ALERTMANAGER.findValues(key)).isEmpty();
    }

    /** An alert that paged and resolves while it is inhibited leaves its PagerDuty incident open for ever. */
    @Test
    void inhibitionNeverHidesAPagingAlertNorARealOneBehindADrill() {
        assertThat(ALERTMANAGER.path("inhibit_rules")).isNotEmpty().allSatisfy(rule -> {
            assertThat(Ops.texts(rule.path("target_matchers"))).contains("severity=~\"warning|info\"");
            assertThat(Ops.texts(rule.path("equal"))).contains("instance");
            // an exporter has no bot and no drill: its alert has an empty drill label, and a drill of it inhibits
            // nothing
            if (Ops.texts(rule.path("source_matchers")).contains("drill=\"\"")) {
                assertThat(Ops.texts(rule.path("equal"))).containsExactly("instance");
            } else {
                assertThat(Ops.texts(rule.path("equal"))).contains("bot", "drill");
            }
        });
    }

    @Test
    void pagingRouteIsNeverMuted() {
        assertThat(ALERTMANAGER.findValues("mute_time_intervals")).isEmpty();
        assertThat(ALERTMANAGER.findValues("active_time_intervals")).isEmpty();
    }

    @Test
    void criticalAlertsLeaveAtOnce() {
        assertThat(ALERTMANAGER.at("/route/group_wait").asText()).isEqualTo("0s");
        assertThat(ALERTMANAGER.at("/route/group_interval").asText()).isEqualTo("30s");
        assertThat(Ops.texts(ALERTMANAGER.at("/route/group_by")))
                .containsExactly("alertname", "instance", "bot", "mode", "drill", "integration");
        assertThat(Ops.stream(ALERTMANAGER.at("/route/routes")).filter(route -> route.has("group_wait")))
                .as("only warnings may wait")
                .allSatisfy(
                        route -> assertThat(Ops.texts(route.path("matchers"))).containsExactly("severity=\"warning\""));
    }
}
