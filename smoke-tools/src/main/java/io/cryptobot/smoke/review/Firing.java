package io.cryptobot.smoke.review;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import java.time.Instant;
import java.util.Map;

/**
 * One alert from when it began to fire until it ended. Immutable.
 *
 * @param from of its first evaluation
 * @param to of its last evaluation, or the end of what was looked at
 * @param lasts whether it still fired then
 */
public record Firing(Map<String, String> labels, Instant from, Instant to, boolean lasts) {
    public Firing {
        labels = Map.copyOf(labels);
        requireNonNull(from, "from is null");
        requireNonNull(to, "to is null");
    }

    public String alert() {
        return label("alertname");
    }

    /** {@return the bot's name; empty where the alert is about none} */
    public String bot() {
        return label("bot");
    }

    public String severity() {
        return label("severity");
    }

    public Duration duration() {
        return Duration.between(from, to);
    }

    public boolean isDrill() {
        return label("drill").equals("true");
    }

    /** Whether the shipped routes page somebody for it. */
    public boolean pages() {
        return severity().equals("critical") && !isDrill() && !label("mode").equals("paper");
    }

    /** {@return the alert with what tells it from its like, for people} */
    public String name() {
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
