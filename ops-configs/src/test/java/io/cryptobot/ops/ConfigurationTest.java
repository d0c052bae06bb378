package io.cryptobot.ops;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.cryptobot.telemetry.MetricCatalog;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Prometheus, Alertmanager, Grafana's provisioning and the compose file, as far as their own tools do not look. */
final class ConfigurationTest {

    private static final JsonNode PROMETHEUS = Ops.yaml(Ops.SOURCE.resolve("prometheus/prometheus.yml"));
    private static final JsonNode ALERTMANAGER = Ops.yaml(Ops.ALERTMANAGER);
    private static final JsonNode COMPOSE = Ops.yaml(Ops.SOURCE.resolve("monitoring/docker-compose.yaml"));

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

    /** The label that keeps drills from paging. Prometheus anchors the expression at both ends, as matches() does. */
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

    /** The continuous drill is no bot: all but its results is dropped, by a label that is taken away again. */
    @Test
    void ofTheContinuousDrillOnlyItsResultsAreKept() {
        JsonNode relabel = PROMETHEUS.at("/scrape_configs/0/metric_relabel_configs");
        String kept = relabel.at("/1/regex").asText();
        assertThat(Arrays.stream(MetricCatalog.values())
                        .filter(metric -> ("alert-drill;" + metric.prometheusName()).matches(kept)))
                .containsExactlyInAnyOrderElementsOf(Arrays.stream(MetricCatalog.values())
                        .filter(metric -> metric.source() == MetricCatalog.Source.DRILL)
                        .toList());
        assertThat("cryptobot-desktop;cryptobot_drills_total".matches(kept)).isFalse();
        String mark = relabel.at("/1/target_label").asText();
        assertThat(texts(relabel.at("/2/source_labels"))).containsExactly("bot", mark);
        assertThat(relabel.at("/2/regex").asText()).isEqualTo("alert-drill;");
        assertThat(relabel.at("/2/action").asText()).isEqualTo("drop");
        assertThat(relabel.at("/3/regex").asText()).isEqualTo(mark);
        assertThat(relabel.at("/3/action").asText()).isEqualTo("labeldrop");
    }

    /** The local test stack replaces these texts by its own addresses and files; another meaning would be replaced too. */
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
            assertThat(texts(rule.path("target_matchers"))).contains("severity=~\"warning|info\"");
            assertThat(texts(rule.path("equal"))).contains("instance");
            // an exporter has no bot and no drill: its alert says so, and hides nothing when somebody drills it
            if (texts(rule.path("source_matchers")).contains("drill=\"\"")) {
                assertThat(texts(rule.path("equal"))).containsExactly("instance");
            } else {
                assertThat(texts(rule.path("equal"))).contains("bot", "drill");
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
        assertThat(texts(ALERTMANAGER.at("/route/group_by")))
                .containsExactly("alertname", "instance", "bot", "mode", "drill", "integration");
        assertThat(Ops.stream(ALERTMANAGER.at("/route/routes")).filter(route -> route.has("group_wait")))
                .as("only warnings may wait")
                .allSatisfy(route -> assertThat(texts(route.path("matchers"))).containsExactly("severity=\"warning\""));
    }

    static List<Map.Entry<String, JsonNode>> services() {
        return List.copyOf(COMPOSE.path("services").properties());
    }

    @ParameterizedTest
    @MethodSource("services")
    void containerIsHardenedPinnedLocalAndWatched(Map.Entry<String, JsonNode> entry) {
        JsonNode service = entry.getValue();
        assertThat(service.path("<<").asText()).isEqualTo("hardened");
        for (JsonNode part : new JsonNode[] {COMPOSE.path("x-hardened"), service}) {
            assertThat(part.path("read_only").asBoolean(true)).isTrue();
            assertThat(part.path("privileged").asBoolean(false)).isFalse();
            assertThat(part.has("cap_add")).isFalse();
        }
        assertThat(service.has("cap_drop") || service.has("security_opt"))
                .as("takes the place of what is hardened for all")
                .isFalse();
        // a number, or the number in ${NAME:-number}: a name could be root under another name
        assertThat(service.path("user").asText()).matches("[1-9]\\d*|\\$\\{\\w+:-[1-9]\\d*}");
        assertThat(image(service)).matches(".*:v?\\d+\\.\\d+\\.\\d+.*");
        assertThat(texts(service.path("ports"))).isNotEmpty().allMatch(port -> port.startsWith("127.0.0.1:"));
        assertThat(service.at("/healthcheck/test/0").asText()).isEqualTo("CMD");
        assertThat(texts(service.at("/healthcheck/test")).toString()).contains("127.0.0.1");
        assertThat(service.at("/healthcheck/<<").asText()).isEqualTo("every-15s");
        assertThat(texts(service.path("volumes")))
                .filteredOn(volume -> volume.startsWith("."))
                .allMatch(volume -> volume.endsWith(":ro"));
    }

    @Test
    void everyContainerIsHardenedTheSameWay() {
        JsonNode hardened = COMPOSE.path("x-hardened");
        assertThat(services()).hasSize(4);
        assertThat(hardened.path("read_only").asBoolean()).isTrue();
        assertThat(texts(hardened.path("cap_drop"))).containsExactly("ALL");
        assertThat(texts(hardened.path("security_opt"))).containsExactly("no-new-privileges:true");
        assertThat(COMPOSE.path("x-every-15s").properties())
                .extracting(Map.Entry::getKey)
                .contains("interval", "timeout", "retries", "start_period");
        assertThat(texts(COMPOSE.at("/services/prometheus/command"))).contains("--rules.alert.resend-delay=30s");
        assertThat(texts(COMPOSE.at("/services/alertmanager/command"))).contains("--cluster.listen-address=");
    }

    /** Everybody on the host can read a container's environment and its arguments. */
    @Test
    void containersGetSecretsAsFiles() {
        assertThat(COMPOSE.path("secrets").properties())
                .hasSize(3)
                .allSatisfy(secret ->
                        assertThat(secret.getValue().path("file").asText()).isEqualTo("./secrets/" + secret.getKey()));
        for (Map.Entry<String, JsonNode> service : services()) {
            assertThat(service.getValue().path("environment").properties())
                    .filteredOn(variable -> variable.getKey().matches("(?i).*(PASSWORD|TOKEN|SECRET|KEY|DSN).*"))
                    .allSatisfy(variable -> {
                        assertThat(variable.getKey()).endsWith("__FILE");
                        assertThat(variable.getValue().asText()).startsWith("/run/secrets/");
                    });
        }
        String alertmanager = Ops.text(Ops.ALERTMANAGER);
        assertThat(COMPOSE.at("/services/alertmanager/secrets"))
                .hasSize(2)
                .allSatisfy(secret -> assertThat(alertmanager)
                        .contains("_file: " + secret.path("target").asText() + "\n"));
    }

    /** Of a service that is built here, the image that it is built on. */
    private static String image(JsonNode service) {
        return service.path("image").asText()
                + service.at("/build/args/JAVA_IMAGE").asText();
    }

    private static List<String> texts(JsonNode array) {
        return Ops.stream(array).map(JsonNode::asText).toList();
    }
}
