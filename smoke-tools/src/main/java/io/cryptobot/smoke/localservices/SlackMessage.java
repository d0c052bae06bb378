package io.cryptobot.smoke.localservices;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Instant;

/** A message that Slack would have shown. Parts that are absent are empty. */
public record SlackMessage(Instant receivedAt, JsonNode payload) {
    public SlackMessage {
        requireNonNull(receivedAt, "receivedAt is null");
        requireNonNull(payload, "payload is null");
    }

    public String channel() {
        return payload.path("channel").asText();
    }

    public String username() {
        return payload.path("username").asText();
    }

    /** {@return the title of the first attachment, which is where Alertmanager puts it} */
    public String title() {
        return attachment().path("title").asText();
    }

    /** {@return the text of the message and of its first attachment} */
    public String text() {
        return (payload.path("text").asText() + "\n" + attachment().path("text").asText()).strip();
    }

    /** {@return {@code danger}, {@code warning}, {@code good} or a number such as {@code #ff0000}} */
    public String color() {
        return attachment().path("color").asText();
    }

    private JsonNode attachment() {
        return payload.path("attachments").path(0);
    }
}
