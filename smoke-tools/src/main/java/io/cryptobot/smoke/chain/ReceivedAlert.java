package io.cryptobot.smoke.chain;

import com.fasterxml.jackson.databind.JsonNode;
import io.cryptobot.smoke.chain.Stage.Evidence;
import java.io.IOException;
import java.net.URI;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The messages about one bot's alert at the local Slack and PagerDuty. Immutable.
 *
 * @param receivers null if the alerts go to the real services
 */
record ReceivedAlert(@Nullable URI receivers, String alert, FailingBot bot) {
    /** {@return channel, title and text of the first Slack message whose title begins so} */
    Optional<Evidence> slackMessage(String beginning) throws IOException, InterruptedException {
        for (JsonNode message : received().path("slack")) {
            JsonNode attachment = message.path("payload").path("attachments").path(0);
            String title = attachment.path("title").asText();
            String text = attachment.path("text").asText();
            if (title.startsWith(beginning) && title.contains(alert) && bot.isNamedIn(text)) {
                Map<String, String> values = new LinkedHashMap<>();
                values.put("channel", message.path("payload").path("channel").asText());
                values.put("title", title);
                values.put("text", text);
                return Optional.of(new Evidence(values, receivedAt(message)));
            }
        }
        return Optional.empty();
    }

    /** {@return the summary of the first incident that PagerDuty was told to open} */
    Optional<Evidence> incident() throws IOException, InterruptedException {
        for (JsonNode event : received().path("pagerduty")) {
            String summary =
                    event.path("payload").path("payload").path("summary").asText();
            if (event.path("payload").path("event_action").asText().equals("trigger")
                    && summary.contains(alert)
                    && bot.isNamedIn(summary)) {
                return Optional.of(new Evidence(Map.of("summary", summary), receivedAt(event)));
            }
        }
        return Optional.empty();
    }

    private JsonNode received() throws IOException, InterruptedException {
        return HttpProbe.json(
                Objects.requireNonNull(receivers, "receivers is null").resolve("/_received"));
    }

    private static Optional<Instant> receivedAt(JsonNode entry) {
        return Optional.of(Instant.parse(entry.path("received_at").asText()));
    }
}
