package io.cryptobot.smoke.localservices;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the page shows in a real browser. */
class ReceivedPageIT {
    @TempDir
    Path work;

    private static final Instant NOON = Instant.parse("2026-11-25T12:00:00Z");
    private static final String HOSTILE = "</div><script>alert(1)</script><img src=x onerror='alert(2)'>\"&amp;";

    private static final String SLACK = """
            {"channel":"#cryptobot-alerts","username":"Alertmanager","text":"see <https://example.org/a|the page>",
            "attachments":[{"title":"[FIRING:1] Failed","title_link":"https://example.org/d",
            "text":"*two words* and 3*4*5 and `code`","color":"danger","footer":"foot",
            "fields":[{"title":"bot","value":"one","short":true},{"title":"why","value":"two","short":false}],
            "actions":[{"type":"button","text":"Runbook","url":"https://example.org/runbook"}]}]}
            """;

    private static final String PAGER = """
            {"event_action":"trigger","payload":{"summary":"orders fail","severity":"critical","source":"Alertmanager",
            "class":"CryptobotOrderFailureRateHigh","custom_details":{"mode":"live"}},
            "links":[{"href":"https://example.org/runbook","text":"Runbook"}]}
            """;

    private static final String SENTRY = """
            {"level":"error","environment":"test","release":"abc1234","tags":{"component":"bot"},
            "logentry":{"message":"Order failed: {}","formatted":"Order failed: rejected"},
            "exception":{"values":[{"type":"OrderException","value":"no funds"}]}}
            """;

    @Test
    void showsMessagesAsSlackDoesAndIncidentsUntilTheyAreResolved() throws Exception {
        List<PagerDutyEvent> events = new ArrayList<>();
        tell(events, "key", "trigger");
        tell(events, "over", "trigger", "trigger", "resolve");
        tell(events, "again", "trigger", "resolve", "trigger");

        String page = page(List.of(new SlackMessage(NOON, json(SLACK))), events, List.of());

        assertThat(page)
                .contains("12:00:00 UTC  #cryptobot-alerts", "<b>Alertmanager</b> <span class=\"app\">APP</span>")
                .contains("see <a rel=\"noreferrer\" href=\"https://example.org/a\">the page</a>")
                .contains("<div class=\"attachment\" style=\"border-color: rgb(163, 2, 0);\">")
                .contains("href=\"https://example.org/d\">[FIRING:1] Failed</a>")
                .contains("<b>two words</b> and 3*4*5 and <code>code</code>")
                .contains("<div><b>bot</b><div class=\"text\">one</div></div><div class=\"long\">")
                .contains("<a class=\"button\" rel=\"noreferrer\" href=\"https://example.org/runbook\">Runbook</a>")
                .contains("<div class=\"footer\">foot</div>");
        assertThat(page)
                .containsOnlyOnce("<dd>key</dd>")
                .containsOnlyOnce("<dd>over</dd>")
                .containsOnlyOnce("<dd>again</dd>");
        assertThat(incident(page, "key"))
                .contains("<span class=\"pill triggered\">triggered</span><span class=\"severity\">critical</span>")
                .contains("<dt>mode</dt><dd>live</dd>")
                .doesNotContain("pill resolved");
        assertThat(incident(page, "over"))
                .contains("pill resolved", "<dt>resolved</dt><dd>12:02:00 UTC</dd>")
                .doesNotContain("pill triggered");
        assertThat(incident(page, "again")).contains("pill triggered").doesNotContain("pill resolved");
    }

    private static void tell(List<PagerDutyEvent> events, String key, String... actions) throws IOException {
        for (int minute = 0; minute < actions.length; minute++) {
            JsonNode payload = json(PAGER.replace("trigger", actions[minute]));
            events.add(new PagerDutyEvent(NOON.plusSeconds(60L * minute), key, payload));
        }
    }

    private static String incident(String page, String key) {
        return Arrays.stream(page.split("<article", -1))
                .filter(article -> article.contains("<dd>" + key + "</dd>"))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void showsASentryEventAndSaysWhereNothingCame() throws Exception {
        String page = page(List.of(), List.of(), List.of(new SentryEvent(NOON, "id", json(SENTRY))));

        assertThat(page)
                .contains("OrderException no funds", "Order failed: rejected")
                .contains("<dd>abc1234</dd>", "<dt>component</dt><dd>bot</dd>");
        assertThat(page.split("Nothing has arrived", -1)).hasSize(3);
    }

    @Test
    void letsNothingThatWasReceivedBecomeMarkup() throws Exception {
        JsonNode slack = hostile(json(SLACK));
        ((ObjectNode) slack.path("attachments").path(0)).put("color", "red;background:url(x)");
        ((ObjectNode) slack.path("attachments").path(0).path("actions").path(0)).put("url", "javascript:alert(3)");
        ((ObjectNode) slack).put("text", "<javascript:alert(4)|click> " + HOSTILE);
        ObjectNode pager = (ObjectNode) hostile(json(PAGER));
        ObjectNode details = (ObjectNode) pager.path("payload").path("custom_details");
        details.put("<script>", "x");

        String page = page(
                List.of(new SlackMessage(NOON, slack)),
                List.of(new PagerDutyEvent(NOON, HOSTILE, pager)),
                List.of(new SentryEvent(NOON, HOSTILE, hostile(json(SENTRY)))));

        assertThat(page)
                .doesNotContain("<script", "<img", "javascript:alert(3)", "href=\"javascript", "background:url")
                .doesNotContainPattern("<[^>]*onerror")
                .contains("&lt;script&gt;alert(1)&lt;/script&gt;");
    }

    private String page(List<SlackMessage> slack, List<PagerDutyEvent> pagerDuty, List<SentryEvent> sentry)
            throws IOException, InterruptedException {
        try (LocalServices services = LocalServices.start(0)) {
            slack.forEach(services.journal()::add);
            pagerDuty.forEach(services.journal()::add);
            sentry.forEach(services.journal()::add);
            return RenderedPage.main(services.pageUrl(), Files.createTempDirectory(work, "browser"));
        }
    }

    @Test
    void aPolicyForbidsForeignScripts() {
        for (String path : List.of("/", "/page.js", "/page.css")) {
            Answer answer = requireNonNull(ReceivedPage.at(path));
            assertThat(answer.status()).isEqualTo(200);
            assertThat(answer.headers())
                    .containsEntry(
                            "Content-Security-Policy",
                            "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src data:");
        }
    }

    private static JsonNode json(String text) throws IOException {
        return new ObjectMapper().readTree(text);
    }

    /** The same with every text replaced by one that would like to be markup. */
    private static JsonNode hostile(JsonNode node) {
        if (node instanceof ObjectNode object) {
            object.properties().forEach(field -> field.setValue(hostile(field.getValue())));
        } else if (node instanceof ArrayNode array) {
            for (int index = 0; index < array.size(); index++) {
                array.set(index, hostile(array.get(index)));
            }
        }
        return node.isTextual() ? TextNode.valueOf(HOSTILE) : node;
    }
}
