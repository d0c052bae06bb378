package io.cryptobot.smoke.review;

import static java.util.Objects.requireNonNull;

import io.cryptobot.smoke.chain.Silence;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;

/**
 * One alert from when it began to fire until it ended. Immutable.
 *
 * @param from of its first evaluation
 * @param to of its last evaluation, or the end of the query
 * @param isOngoing whether it still fired then
 */
record Firing(Map<String, String> labels, Instant from, Instant to, boolean isOngoing) {
    Firing {
        labels = Map.copyOf(labels);
        requireNonNull(from, "from is null");
        requireNonNull(to, "to is null");
    }

    String alert() {
        return label("alertname");
    }

    /** {@return the bot's name; empty if the alert is about no bot} */
    String bot() {
        return label("bot");
    }

    String severity() {
        return label("severity");
    }

    Duration duration() {
        return Duration.between(from, to);
    }

    boolean isDrill() {
        return label("drill").equals("true");
    }

    /** Whether the shipped routes page somebody for this alert. */
    boolean pages() {
        return severity().equals("critical") && !isDrill() && !label("mode").equals("paper");
    }

    /** Whether the silence covered this firing or a part of it. */
    boolean isSilencedBy(Silence silence) {
        return silence.from().isBefore(to) && silence.to().isAfter(from) && silence.covers(labels);
    }

    /** {@return the alert with severity, mode and bot, for people} */
    String name() {
        StringBuilder about = new StringBuilder(severity());
        for (String label : new String[] {"mode", "bot"}) {
            if (!label(label).isEmpty()) {
                about.append(", ").append(label(label));
            }
        }
        return alert() + " (" + about + (isDrill() ? ", drill" : "") + ")";
    }

    private String label(String name) {
        return labels.getOrDefault(name, "");
    }
}
