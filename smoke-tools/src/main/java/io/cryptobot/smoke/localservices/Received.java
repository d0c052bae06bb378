package io.cryptobot.smoke.localservices;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.util.List;

/** All messages that were accepted up to a time, oldest first. Immutable. */
public record Received(List<SlackMessage> slack, List<PagerDutyEvent> pagerDuty, List<SentryEvent> sentry) {
    public Received {
        slack = List.copyOf(slack);
        pagerDuty = List.copyOf(pagerDuty);
        sentry = List.copyOf(sentry);
    }

    /** {@return the JSON document of {@code /_received}} */
    JsonNode toJson() {
        ObjectNode document = StrictJson.MAPPER.createObjectNode();
        ArrayNode messages = document.putArray("slack");
        slack.forEach(message -> entry(messages, message.receivedAt(), message.payload()));
        ArrayNode events = document.putArray("pagerduty");
        pagerDuty.forEach(
                event -> entry(events, event.receivedAt(), event.payload()).put("dedup_key", event.dedupKey()));
        ArrayNode errors = document.putArray("sentry");
        sentry.forEach(
                event -> entry(errors, event.receivedAt(), event.payload()).put("event_id", event.eventId()));
        return document;
    }

    private static ObjectNode entry(ArrayNode list, Instant receivedAt, JsonNode payload) {
        ObjectNode entry = list.addObject().put("received_at", receivedAt.toString());
        entry.set("payload", payload);
        return entry;
    }
}
