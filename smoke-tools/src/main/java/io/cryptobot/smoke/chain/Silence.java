package io.cryptobot.smoke.chain;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** A silence of Alertmanager. Immutable. */
public record Silence(
        String id, String createdBy, String comment, Instant from, Instant to, List<LabelMatcher> matchers) {
    /** How long Alertmanager keeps a silence after its end, unless {@code --data.retention} is set. */
    public static final Duration KEPT = Duration.ofDays(5);

    public Silence {
        matchers = List.copyOf(matchers);
    }

    /** Whether an alert with these labels is silenced while this silence is in force. */
    public boolean covers(Map<String, String> labels) {
        return matchers.stream().allMatch(matcher -> matcher.matches(labels));
    }

    /** {@return the matchers as Alertmanager writes them} */
    public String what() {
        return matchers.stream()
                .map(matcher -> matcher.name()
                        + (matcher.regex() ? (matcher.equal() ? "=~" : "!~") : (matcher.equal() ? "=" : "!="))
                        + "\"" + matcher.value() + "\"")
                .collect(Collectors.joining(" "));
    }
}
