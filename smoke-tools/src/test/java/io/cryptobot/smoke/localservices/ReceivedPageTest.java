package io.cryptobot.smoke.localservices;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class ReceivedPageTest {
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
    void showsASlackMessageAsSlackDoes() throws IOException {
        String page = page(List.of(new SlackMessage(NOON, json(SLACK))), List.of(), List.of());

        assertThat(page)
                .contains("12:00:00 UTC  #cryptobot-alerts", "<b>Alertmanager</b> <span class=\"app\">APP</span>")
                .contains("see <a rel=\"noreferrer\" href=\"https://example.org/a\">the page</a>")
                .contains("<div class=\"attachment\" style=\"border-color:#a30200\">")
                .contains("href=\"https://example.org/d\">[FIRING:1] Failed</a>")
                .contains("<b>two words</b> and 3*4*5 and <code>code</code>")
                .contains("<div><b class=\"\">bot</b><div class=\"text\">one</div></div><div class=\"long\">")
                .contains("<a class=\"button\" rel=\"noreferrer\" href=\"https://example.org/runbook\">Runbook</a>")
                .contains("<div class=\"footer\">foot</div>");
    }

    @Test
    void showsAnIncidentUntilItIsResolvedAndAnewAfterwards() throws IOException {
        PagerDutyEvent trigger = new PagerDutyEvent(NOON, "key", json(PAGER));
        PagerDutyEvent resolve =
                new PagerDutyEvent(NOON.plusSeconds(60), "key", json(PAGER.replace("trigger", "resolve")));
        PagerDutyEvent other = new PagerDutyEvent(NOON, "other", json(PAGER));

        assertThat(page(List.of(), List.of(trigger, other), List.of()))
                .containsOnlyOnce("<dd class=\"\">key</dd>")
                .contains("<span class=\"pill triggered\">triggered</span><span class=\"severity\">critical</span>")
                .contains("<dt class=\"\">mode</dt><dd class=\"\">live</dd>")
                .doesNotContain("pill resolved");
        assertThat(page(List.of(), List.of(trigger, trigger, resolve), List.of()))
                .contains("pill resolved", "<dt class=\"\">resolved</dt><dd class=\"\">12:01:00 UTC</dd>")
                .doesNotContain("pill triggered");
        assertThat(page(List.of(), List.of(trigger, resolve, trigger), List.of()))
                .contains("pill triggered")
                .doesNotContain("pill resolved");
    }

    @Test
    void showsASentryEventAndSaysWhereNothingCame() throws IOException {
        String page = page(List.of(), List.of(), List.of(new SentryEvent(NOON, "id", json(SENTRY))));

        assertThat(page)
                .contains("OrderException no funds", "Order failed: rejected")
                .contains("<dd class=\"\">abc1234</dd>", "<dt class=\"\">component</dt><dd class=\"\">bot</dd>");
        assertThat(page.split("Nothing has arrived", -1)).hasSize(3);
    }

    @Test
    void letsNothingThatWasReceivedBecomeMarkup() throws IOException {
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
                .doesNotContain("onerror='")
                .contains("&lt;script&gt;alert(1)&lt;/script&gt;");
    }

    private static String page(List<SlackMessage> slack, List<PagerDutyEvent> pagerDuty, List<SentryEvent> sentry) {
        Answer answer = ReceivedPage.html(new Received(slack, pagerDuty, sentry));
        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.headers())
                .containsEntry("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'");
        return answer.body();
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
