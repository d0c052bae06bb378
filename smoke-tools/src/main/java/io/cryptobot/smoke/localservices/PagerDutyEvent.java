package io.cryptobot.smoke.localservices;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Instant;

/** An event that PagerDuty would have taken. The routing key is not in it. Parts that are absent are empty. */
public record PagerDutyEvent(Instant receivedAt, String dedupKey, JsonNode payload) {
    public PagerDutyEvent {
        requireNonNull(receivedAt, "receivedAt is null");
        requireNonNull(dedupKey, "dedupKey is null");
        requireNonNull(payload, "payload is null");
    }

    /** {@return {@code trigger}, {@code acknowledge} or {@code resolve}} */
    public String action() {
        return payload.path("event_action").asText();
    }

    public String summary() {
        return payload.path("payload").path("summary").asText();
    }

    public String severity() {
        return payload.path("payload").path("severity").asText();
    }
}
