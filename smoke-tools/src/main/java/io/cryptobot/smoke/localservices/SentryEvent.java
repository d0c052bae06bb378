package io.cryptobot.smoke.localservices;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Instant;

/** An error report that Sentry would have taken. Parts that are absent are empty. */
public record SentryEvent(Instant receivedAt, String eventId, JsonNode payload) {
    public SentryEvent {
        requireNonNull(receivedAt, "receivedAt is null");
        requireNonNull(eventId, "eventId is null");
        requireNonNull(payload, "payload is null");
    }

    public String environment() {
        return payload.path("environment").asText();
    }

    public String release() {
        return payload.path("release").asText();
    }

    /** {@return the type of the exception that was thrown last} */
    public String exceptionType() {
        JsonNode values = payload.path("exception").path("values");
        return values.path(values.size() - 1).path("type").asText();
    }
}
