package io.cryptobot.smoke.localservices;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.slack.api.Slack;
import com.slack.api.model.Attachment;
import com.slack.api.model.Field;
import com.slack.api.webhook.Payload;
import io.cryptobot.telemetry.sentry.SentryDsn;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class LocalServicesIT {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final HttpClient CLIENT = HttpClient.newHttpClient();
    /** As Alertmanager 0.25 sends it. */
    private static final String ALERTMANAGER_TO_SLACK = """
            {"channel":"#cryptobot-alerts","username":"Alertmanager","attachments":[{"title":"[FIRING] Failed <orders>",
            "title_link":"http://vm:9093/#/alerts","text":"3 orders failed","fallback":"[FIRING]","callback_id":"",
            "fields":[{"title":"bot","value":"cryptobot-desktop","short":true}],
            "actions":[{"type":"button","text":"Runbook","url":"https://example.org/runbook"}],
            "footer":"","color":"danger","mrkdwn_in":["fallback","pretext","text"]}]}
            """;

    private static final String ALERTMANAGER_TO_PAGERDUTY = """
            {"routing_key":"0123456789abcdef0123456789abcdef","dedup_key":"d1","event_action":"trigger",
            "payload":{"summary":"3 orders failed","source":"Alertmanager","severity":"critical",
            "custom_details":{"firing":"x","num_firing":"1"}},"client":"Alertmanager",
            "client_url":"http://vm:9093","links":[{"href":"https://example.org","text":"runbook"}]}
            """;

    private static final String EVENT_ID = "0123456789abcdef0123456789abcdef";
    private static final String EVENT = "{\"event_id\":\"" + EVENT_ID
            + "\",\"timestamp\":1,\"environment\":\"test\",\"message\":{\"formatted\":\"x\"}}";

    @TempDir
    Path browser;

    private LocalServices receivers;

    @BeforeEach
    void start() throws IOException {
        receivers = LocalServices.start(0);
    }

    @AfterEach
    void stop() {
        receivers.close();
    }

    @Test
    void takesAlertmanagersSlackMessage() throws Exception {
        Instant before = Instant.now();
        HttpResponse<String> answer = post(receivers.slackUrl(), ALERTMANAGER_TO_SLACK);

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.body()).isEqualTo("ok");
        SlackMessage message = receivers
                .awaitSlack(sent -> sent.color().equals("danger"), Duration.ofSeconds(5))
                .orElseThrow();
        assertThat(message.channel()).isEqualTo("#cryptobot-alerts");
        assertThat(message.title()).isEqualTo("[FIRING] Failed <orders>");
        assertThat(message.text()).isEqualTo("3 orders failed");
        assertThat(message.receivedAt()).isBetween(before, Instant.now());
        assertThat(RenderedPage.main(receivers.pageUrl(), browser))
                .contains("[FIRING] Failed &lt;orders&gt;", "href=\"https://example.org/runbook\">Runbook</a>");
    }

    /** Slack's own client library, so that the receiver is not fitted to one sender. */
    @Test
    void takesWhatSlacksOwnLibrarySends() throws IOException {
        Payload payload = Payload.builder()
                .text("t")
                .attachments(List.of(Attachment.builder()
                        .title("a")
                        .color("#ff0000")
                        .fields(List.of(Field.builder()
                                .title("f")
                                .value("v")
                                .valueShortEnough(true)
                                .build()))
                        .build()))
                .build();

        assertThat(Slack.getInstance().send(receivers.slackUrl(), payload).getCode())
                .isEqualTo(200);
        assertThat(receivers.received().slack()).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "junk",
                "[]",
                "{\"text\":\"a\"} {}",
                "{\"text\":\"a\",\"text\":\"b\"}",
                "{\"txt\":\"a\"}",
                "{\"text\":7}",
                "{\"attachments\":{}}",
                "{\"attachments\":[7]}",
                "{\"attachments\":[{\"titel\":\"a\"}]}",
                "{\"attachments\":[{\"color\":\"red\"}]}",
                "{\"attachments\":[{\"fields\":[{\"short\":\"yes\"}]}]}",
                "{\"attachments\":[{\"actions\":{}}]}",
                "{\"text\":\"a\",\"blocks\":{}}"
            })
    void refusesAnInvalidSlackMessage(String body) throws Exception {
        HttpResponse<String> answer = post(receivers.slackUrl(), body);

        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(answer.body()).isEqualTo("invalid_payload");
        assertThat(receivers.received().slack()).isEmpty();
    }

    @Test
    void refusesWhatSlackRefuses() throws Exception {
        String base = receivers.pageUrl() + "services/";

        assertThat(post(base + "T1/B1/x", "{\"text\":\"a\"}").body()).isEqualTo("no_team");
        assertThat(post(receivers.slackUrl() + "x", "{\"text\":\"a\"}").body()).isEqualTo("invalid_token");
        assertThat(post(receivers.slackUrl(), "{\"channel\":\"#c\"}").body()).isEqualTo("no_text");
        assertThat(send(HttpRequest.newBuilder(URI.create(receivers.slackUrl()))
                                .POST(BodyPublishers.ofString("{\"text\":\"a\"}")))
                        .statusCode())
                .isEqualTo(400);
    }

    @Test
    void takesAlertmanagersPagerDutyEventAndKeepsNoRoutingKey() throws Exception {
        HttpResponse<String> answer = post(receivers.pagerDutyUrl(), ALERTMANAGER_TO_PAGERDUTY);

        assertThat(answer.statusCode()).isEqualTo(202);
        assertThat(answer.body())
                .isEqualTo("{\"status\":\"success\",\"message\":\"Event processed\",\"dedup_key\":\"d1\"}");
        PagerDutyEvent event = receivers.received().pagerDuty().get(0);
        assertThat(event.action()).isEqualTo("trigger");
        assertThat(event.dedupKey()).isEqualTo("d1");
        assertThat(event.severity()).isEqualTo("critical");
        assertThat(get(receivers.pageUrl() + "_received")).doesNotContain("routing_key");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "/routing_key | \"short\" | 'routing_key' must be 32 letters and digits",
                "/event_action | \"fire\" | 'event_action' must be one of trigger, acknowledge, resolve",
                "/payload/severity | \"page\" | 'payload.severity' must be one of critical, error, warning, info",
                "/payload/summary | \"\" | 'payload.summary' must have 1 to 1024 characters",
                "/payload/source | 7 | 'payload.source' must be a string",
                "/payload/sevrity | \"x\" | 'payload.sevrity' is not a known field",
                "/links | {} | 'links' must be an array",
                "/links | [{\"text\":\"x\"}] | 'links.href' is missing or blank",
                "/images | [{\"src\":7}] | 'images.src' must be a string",
                "/payload/custom_details | \"x\" | 'payload.custom_details' must be an object",
                "/extra | 1 | 'extra' is not a known field",
            })
    void refusesAnInvalidPagerDutyEventAndSaysWhy(String pointer, String value, String error) throws Exception {
        ObjectNode event = (ObjectNode) JSON.readTree(ALERTMANAGER_TO_PAGERDUTY);
        String parent = pointer.substring(0, pointer.lastIndexOf('/'));
        ((ObjectNode) event.at(parent)).set(pointer.substring(pointer.lastIndexOf('/') + 1), JSON.readTree(value));

        HttpResponse<String> answer = post(receivers.pagerDutyUrl(), event.toString());

        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(JSON.readTree(answer.body()).path("errors"))
                .extracting(JsonNode::asText)
                .contains(error);
        assertThat(receivers.received().pagerDuty()).isEmpty();
    }

    @Test
    void takesASentryEnvelopeWithAndWithoutCompressionAndLength() throws Exception {
        String head = "{\"event_id\":\"" + EVENT_ID + "\"}\n";

        assertThat(envelope(head + "{\"type\":\"event\",\"length\":" + EVENT.length() + "}\n" + EVENT + "\n")
                        .body())
                .isEqualTo("{\"id\":\"" + EVENT_ID + "\"}");
        assertThat(envelope(head + "{\"type\":\"client_report\",\"length\":2}\n{}\n{\"type\":\"event\"}\n" + EVENT)
                        .statusCode())
                .isEqualTo(200);
        assertThat(receivers.received().sentry())
                .hasSize(2)
                .extracting(SentryEvent::environment)
                .containsOnly("test");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "junk",
                "{}\n{\"type\":\"event\"}\nEVENT",
                "HEAD\n{\"type\":\"event\",\"length\":3}\nEVENT",
                "HEAD\n{\"type\":\"event\",\"length\":9999}\nEVENT",
                "HEAD\n{\"type\":\"event\",\"length\":-1}\nEVENT",
                "HEAD\n{\"length\":2}\n{}",
                "HEAD\n{\"type\":\"event\"}\njunk",
                "HEAD\n{\"type\":\"event\"}\n{\"event_id\":\"other\",\"timestamp\":1,\"message\":\"x\"}",
                "HEAD\n{\"type\":\"event\"}\n{\"event_id\":\"ID\"}",
            })
    void refusesAnInvalidEnvelope(String template) throws Exception {
        String body = template.replace("HEAD", "{\"event_id\":\"ID\"}")
                .replace("EVENT", EVENT)
                .replace("ID", EVENT_ID);

        HttpResponse<String> answer = envelope(body);

        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(answer.body()).startsWith("{\"detail\":\"invalid envelope: ");
        assertThat(receivers.received().sentry()).isEmpty();
    }

    @Test
    void refusesAWrongKeyProjectOrEncoding() throws Exception {
        assertThat(envelope("x", "Sentry sentry_key=ffffffffffffffffffffffffffffffff", "1")
                        .statusCode())
                .isEqualTo(403);
        assertThat(envelope("x", "Sentry sentry_key=" + key(), "2").statusCode())
                .isEqualTo(403);
        assertThat(envelope("x", "Basic x", "1").statusCode()).isEqualTo(401);
        assertThat(send(HttpRequest.newBuilder(envelopeUri("1"))
                                .header("X-Sentry-Auth", "Sentry sentry_key=" + key())
                                .header("Content-Encoding", "gzip")
                                .POST(BodyPublishers.ofString("not gzip")))
                        .statusCode())
                .isEqualTo(400);
        assertThat(envelope("{}\n".repeat(2_000_000)).statusCode()).isEqualTo(413);
    }

    @Test
    void failsAsOftenAsTold() throws Exception {
        receivers.inject(Fault.parse("slack=429:2"));
        receivers.inject(Fault.parse("pagerduty=500:1"));

        HttpResponse<String> first = post(receivers.slackUrl(), ALERTMANAGER_TO_SLACK);
        assertThat(first.statusCode()).isEqualTo(429);
        assertThat(first.headers().firstValue("Retry-After")).contains("1");
        assertThat(first.body()).isEqualTo("{\"retry_after\":1,\"ok\":false,\"error\":\"rate_limited\"}");
        assertThat(post(receivers.slackUrl(), ALERTMANAGER_TO_SLACK).statusCode())
                .isEqualTo(429);
        assertThat(post(receivers.slackUrl(), ALERTMANAGER_TO_SLACK).statusCode())
                .isEqualTo(200);
        assertThat(post(receivers.pagerDutyUrl(), ALERTMANAGER_TO_PAGERDUTY).statusCode())
                .isEqualTo(500);
        assertThat(post(receivers.pagerDutyUrl(), ALERTMANAGER_TO_PAGERDUTY).statusCode())
                .isEqualTo(202);
        assertThat(receivers.received().slack()).hasSize(1);
    }

    @Test
    void closesTheConnectionOrLeavesTheSenderWaiting() throws Exception {
        receivers.inject(Fault.parse("slack=reset:1"));
        assertThatThrownBy(() -> post(receivers.slackUrl(), ALERTMANAGER_TO_SLACK))
                .isInstanceOf(IOException.class);
        assertThat(post(receivers.slackUrl(), ALERTMANAGER_TO_SLACK).statusCode())
                .isEqualTo(200);

        receivers.inject(Fault.parse("pagerduty=hang"));
        List<CompletableFuture<HttpResponse<String>>> waiting = Stream.generate(() -> CLIENT.sendAsync(
                        HttpRequest.newBuilder(URI.create(receivers.pagerDutyUrl()))
                                .POST(BodyPublishers.ofString(ALERTMANAGER_TO_PAGERDUTY))
                                .build(),
                        BodyHandlers.ofString()))
                .limit(20)
                .toList();
        assertThat(post(receivers.slackUrl(), ALERTMANAGER_TO_SLACK).statusCode())
                .as("others are served meanwhile")
                .isEqualTo(200);
        assertThat(waiting).noneMatch(CompletableFuture::isDone);
        assertThat(receivers.received().pagerDuty()).isEmpty();

        receivers.close();
        assertThat(waiting).allSatisfy(each -> assertThat(each).failsWithin(Duration.ofSeconds(10)));
    }

    @Test
    void failsForTheTimeThatItWasTold() throws Exception {
        receivers.inject(Fault.parse("slack=500:10m"));
        for (int request = 0; request < 5; request++) {
            assertThat(post(receivers.slackUrl(), ALERTMANAGER_TO_SLACK).body()).isEqualTo("rollup_error");
        }
        receivers.inject(Fault.parse("slack=500:1ms"));
        TimeUnit.MILLISECONDS.sleep(5);
        assertThat(post(receivers.slackUrl(), ALERTMANAGER_TO_SLACK).statusCode())
                .isEqualTo(200);
    }

    @Test
    void showsAndForgetsWhatItReceived() throws Exception {
        post(receivers.slackUrl(), ALERTMANAGER_TO_SLACK);
        JsonNode received = JSON.readTree(get(receivers.pageUrl() + "_received"));
        assertThat(received.at("/slack/0/payload/channel").asText()).isEqualTo("#cryptobot-alerts");
        assertThat(Instant.parse(received.at("/slack/0/received_at").asText())).isBeforeOrEqualTo(Instant.now());

        assertThat(post(receivers.pageUrl() + "_reset", "").statusCode()).isEqualTo(200);

        assertThat(receivers.received()).isEqualTo(new Received(List.of(), List.of(), List.of()));
        assertThat(post(receivers.pageUrl() + "elsewhere", "").statusCode()).isEqualTo(404);
    }

    @Test
    void givesUpWaitingAfterTheTimeout() throws InterruptedException {
        assertThat(receivers.awaitSlack(message -> true, Duration.ofMillis(50))).isEmpty();
    }

    @Test
    void endsItsThreads() {
        receivers.close();

        assertThat(Thread.getAllStackTraces().keySet())
                .filteredOn(thread -> thread.getName().equals("local-services"))
                .allMatch(thread -> joins(thread));
    }

    private static boolean joins(Thread thread) {
        try {
            thread.join(5_000);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return !thread.isAlive();
    }

    private HttpResponse<String> envelope(String body) throws IOException, InterruptedException {
        return envelope(body, "Sentry sentry_version=7,sentry_client=test,sentry_key=" + key(), "1");
    }

    private HttpResponse<String> envelope(String body, String authentication, String project)
            throws IOException, InterruptedException {
        ByteArrayOutputStream compressed = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(compressed)) {
            gzip.write(body.getBytes(StandardCharsets.UTF_8));
        }
        return send(HttpRequest.newBuilder(envelopeUri(project))
                .header("Content-Type", "application/x-sentry-envelope")
                .header("Content-Encoding", "gzip")
                .header("X-Sentry-Auth", authentication)
                .POST(BodyPublishers.ofByteArray(compressed.toByteArray())));
    }

    private URI envelopeUri(String project) {
        return URI.create(receivers.pageUrl() + "api/" + project + "/envelope/");
    }

    private String key() {
        return SentryDsn.parse(receivers.sentryDsn()).publicKey();
    }

    private static HttpResponse<String> post(String url, String body) throws IOException, InterruptedException {
        return send(HttpRequest.newBuilder(URI.create(url))
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString(body)));
    }

    private static String get(String url) throws IOException, InterruptedException {
        return send(HttpRequest.newBuilder(URI.create(url))).body();
    }

    private static HttpResponse<String> send(HttpRequest.Builder request) throws IOException, InterruptedException {
        return CLIENT.send(request.timeout(Duration.ofSeconds(10)).build(), BodyHandlers.ofString());
    }
}
