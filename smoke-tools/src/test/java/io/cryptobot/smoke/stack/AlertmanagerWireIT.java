package io.cryptobot.smoke.stack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.gson.Gson;
import com.google.gson.JsonParseException;
import com.slack.api.SlackConfig;
import com.slack.api.util.json.GsonFactory;
import com.slack.api.webhook.Payload;
import io.cryptobot.smoke.JsonSchemas;
import io.cryptobot.smoke.localservices.PagerDutyEvent;
import io.cryptobot.smoke.localservices.SlackMessage;
import io.cryptobot.testing.OneJdk;
import io.cryptobot.testing.RealEngines;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What the real Alertmanager sends with the shipped routes and templates, read by others than the receivers: Slack's own
 * model, which here fails at a field that it does not know, and a schema of PagerDuty's published constraints.
 */
@OneJdk
@RealEngines
class AlertmanagerWireIT {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String LONG = "ż\"<&>' ".repeat(400);
    private static final Gson SLACK = slackModel();

    @TempDir
    Path work;

    @AutoClose
    private RunningAlertmanager alertmanager;

    @BeforeEach
    void start() throws Exception {
        // so that the end of an alert is told before the test ends
        alertmanager = new RunningAlertmanager(work, Map.of("group_interval: 30s", "group_interval: 1s"));
    }

    @Test
    void slackAndPagerDutyCanReadEveryMessage() throws Exception {
        List<Map<String, String>> alerts = List.of(
                labels("CryptobotOrderFailureRateHigh", "critical", "live"),
                labels("CryptobotOrderLatencyP95High", "critical", "paper"),
                labels("Odd \"name\" <script>, {braces} ünï", "critical", "live"),
                Map.of("alertname", "Bare", "severity", "critical"));
        Instant now = Instant.now();
        send(alerts, now.minusSeconds(60), now.plusSeconds(600));
        await(4, "FIRING", 3, "trigger");
        send(alerts, now.minusSeconds(60), now);
        await(4, "RESOLVED", 3, "resolve");

        for (SlackMessage message : alertmanager.received().slack()) {
            Payload payload = SLACK.fromJson(message.payload().toString(), Payload.class);
            assertThat(message.channel()).isEqualTo("#cryptobot-alerts");
            assertThat(payload.getAttachments()).singleElement().satisfies(attachment -> {
                assertThat(attachment.getTitle()).isEqualTo(message.title()).hasSizeBetween(1, 1024);
                assertThat(attachment.getFallback()).isNotBlank();
                assertThat(attachment.getColor()).isIn("danger", "good");
                assertThat(attachment.getActions())
                        .hasSize(3)
                        .allSatisfy(action -> assertThat(action.getUrl()).startsWith("http"));
            });
        }
        String schema = schema();
        for (PagerDutyEvent event : alertmanager.received().pagerDuty()) {
            JsonSchemas.assertValid(schema, asSent(event));
        }
    }

    @Test
    void bothReadersRefuseWhatTheyShould() throws Exception {
        assertThatThrownBy(() -> SLACK.fromJson("{\"attachments\":[{\"colour\":\"good\"}]}", Payload.class))
                .isInstanceOf(JsonParseException.class);

        send(
                List.of(labels("CryptobotOrderFailureRateHigh", "critical", "live")),
                Instant.now(),
                Instant.now().plusSeconds(600));
        await(1, "FIRING", 1, "trigger");
        JsonNode good = asSent(alertmanager.received().pagerDuty().get(0));
        ObjectNode bad = good.deepCopy();
        ((ObjectNode) bad.path("payload")).put("severity", "page");
        assertThat(JsonSchemas.errors(schema(), bad)).hasSize(1);
        bad = good.deepCopy();
        ((ObjectNode) bad.path("links").path(0)).put("href", "not an address");
        assertThat(JsonSchemas.errors(schema(), bad)).hasSize(1);
        bad = good.deepCopy();
        bad.remove("payload");
        assertThat(JsonSchemas.errors(schema(), bad)).hasSize(1);
    }

    private static Gson slackModel() {
        SlackConfig config = new SlackConfig();
        config.setFailOnUnknownProperties(true);
        config.setLibraryMaintainerMode(true);
        return GsonFactory.createSnakeCase(config);
    }

    private static Map<String, String> labels(String name, String severity, String mode) {
        return Map.of(
                "alertname",
                name,
                "severity",
                severity,
                "mode",
                mode,
                "bot",
                "cryptobot-desktop",
                "service",
                "cryptobot-desktop",
                "instance",
                "cryptobot-desktop:9100");
    }

    private void send(List<Map<String, String>> alerts, Instant from, Instant until) throws Exception {
        ArrayNode body = JSON.createArrayNode();
        for (Map<String, String> labels : alerts) {
            ObjectNode alert = body.addObject().put("startsAt", from.toString()).put("endsAt", until.toString());
            labels.forEach(alert.putObject("labels")::put);
            if (labels.size() > 2) { // the bare one has nothing that a template could count on
                alert.putObject("annotations")
                        .put("summary", LONG)
                        .put("description", LONG)
                        .put("runbook_url", "https://runbooks.example.com/a.md")
                        .put("dashboard_url", "https://grafana.example.com/d/a?var-bot=cryptobot-desktop");
            }
        }
        alertmanager.post(body);
    }

    private void await(int slack, String status, int pagerDuty, String action) {
        alertmanager.await(
                "every message and event has come",
                () -> alertmanager.received().slack().stream()
                                        .filter(message -> message.title().startsWith("[" + status))
                                        .count()
                                >= slack
                        && alertmanager.received().pagerDuty().stream()
                                        .filter(event -> event.action().equals(action))
                                        .count()
                                >= pagerDuty);
    }

    /** The receivers keep no routing key. */
    private static JsonNode asSent(PagerDutyEvent event) {
        ObjectNode sent = event.payload().deepCopy();
        return sent.put("routing_key", "0".repeat(32));
    }

    private static String schema() throws IOException {
        try (InputStream file =
                AlertmanagerWireIT.class.getResourceAsStream("/io/cryptobot/smoke/pagerduty-events-v2.schema.json")) {
            return new String(Objects.requireNonNull(file).readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
