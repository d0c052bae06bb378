package io.cryptobot.smoke.receiver;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;

/** What was received, for people and for scripts. */
final class ReceivedPage {
    private static final String HEAD = """
            <!doctype html><html lang="en"><meta charset="utf-8"><meta http-equiv="refresh" content="2">
            <title>Local receivers</title>
            <style>body{font:15px/1.5 sans-serif;max-width:50em;margin:2em auto;padding:0 1em}
            article{border-left:4px solid #888;margin:1em 0;padding:.2em 1em;white-space:pre-wrap;overflow-wrap:anywhere}
            .danger{border-color:#c22}.warning{border-color:#d90}.good{border-color:#2a4}time{color:#666}</style>
            """;

    private ReceivedPage() {}

    static Answer html(Received received) {
        StringBuilder page = new StringBuilder(HEAD);
        page.append("<h1>Slack</h1>");
        newestFirst(received.slack()).forEach(message -> {
            String color = List.of("danger", "warning", "good").contains(message.color()) ? message.color() : "";
            article(page, color, message.receivedAt(), message.channel() + " " + message.title(), text(message));
        });
        page.append("<h1>PagerDuty</h1>");
        newestFirst(received.pagerDuty())
                .forEach(event -> article(
                        page,
                        event.action().equals("resolve") ? "good" : "danger",
                        event.receivedAt(),
                        event.action() + " " + event.severity(),
                        event.summary()));
        page.append("<h1>Sentry</h1>");
        newestFirst(received.sentry())
                .forEach(event -> article(
                        page,
                        "danger",
                        event.receivedAt(),
                        event.exceptionType(),
                        event.eventId() + " " + event.environment() + " " + event.release()));
        return new Answer(
                200,
                "text/html; charset=utf-8",
                page.toString(),
                Map.of("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'"));
    }

    static Answer json(Received received) {
        ObjectNode document = StrictJson.MAPPER.createObjectNode();
        ArrayNode slack = document.putArray("slack");
        received.slack().forEach(message -> entry(slack, message.receivedAt(), message.payload()));
        ArrayNode pagerDuty = document.putArray("pagerduty");
        received.pagerDuty()
                .forEach(event ->
                        entry(pagerDuty, event.receivedAt(), event.payload()).put("dedup_key", event.dedupKey()));
        ArrayNode sentry = document.putArray("sentry");
        received.sentry()
                .forEach(event ->
                        entry(sentry, event.receivedAt(), event.payload()).put("event_id", event.eventId()));
        return Answer.json(200, document);
    }

    private static ObjectNode entry(ArrayNode list, Instant receivedAt, JsonNode payload) {
        ObjectNode entry = list.addObject().put("received_at", receivedAt.toString());
        entry.set("payload", payload);
        return entry;
    }

    private static String text(SlackMessage message) {
        StringBuilder text = new StringBuilder(message.text());
        for (JsonNode field : message.payload().path("attachments").path(0).path("fields")) {
            text.append('\n')
                    .append(field.path("title").asText())
                    .append(": ")
                    .append(field.path("value").asText());
        }
        for (JsonNode action : message.payload().path("attachments").path(0).path("actions")) {
            text.append('\n')
                    .append(action.path("text").asText())
                    .append(" → ")
                    .append(action.path("url").asText());
        }
        return text.toString();
    }

    private static <T> List<T> newestFirst(List<T> entries) {
        List<T> reversed = new ArrayList<>(entries);
        Collections.reverse(reversed);
        return reversed;
    }

    private static void article(StringBuilder page, String color, Instant receivedAt, String title, String text) {
        page.append("<article class=\"")
                .append(color)
                .append("\"><time>")
                .append(receivedAt)
                .append("</time> <b>");
        page.append(escape(title)).append("</b>\n").append(escape(text)).append("</article>\n");
    }

    private static String escape(String text) {
        return text.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;");
    }
}
