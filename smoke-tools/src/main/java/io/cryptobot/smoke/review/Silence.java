package io.cryptobot.smoke.review;

import com.fasterxml.jackson.databind.JsonNode;
import io.cryptobot.smoke.chain.HttpProbe;
import io.cryptobot.smoke.chain.LabelMatcher;
import java.io.IOException;
import java.net.URI;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;

/** A time in which somebody did not want to hear of some alerts. Immutable. */
public record Silence(String createdBy, String comment, Instant from, Instant to, List<LabelMatcher> matchers) {
    /** For so long Alertmanager keeps a silence that has ended, unless it was told otherwise by {@code --data.retention}. */
    public static final Duration KEPT = Duration.ofDays(5);

    public Silence {
        matchers = List.copyOf(matchers);
    }

    /**
     * {@return the silences that Alertmanager remembers and that held between two instants, first to last}
     *
     * @throws IOException when it does not answer, or not as it should; the message is for a person
     */
    public static List<Silence> read(URI alertmanager, Instant from, Instant to)
            throws IOException, InterruptedException {
        URI address = alertmanager.resolve("/api/v2/silences");
        JsonNode answer;
        try {
            answer = HttpProbe.json(address);
        } catch (IOException e) {
            throw new IOException("Alertmanager: " + e.getMessage(), e);
        }
        if (!answer.isArray()) {
            throw new IOException("Alertmanager: " + address + " did not answer as Alertmanager does");
        }
        List<Silence> silences = new ArrayList<>();
        for (JsonNode node : answer) {
            try {
                List<LabelMatcher> matchers = new ArrayList<>();
                node.path("matchers").forEach(matcher -> matchers.add(LabelMatcher.of(matcher)));
                silences.add(new Silence(
                        node.path("createdBy").asText(),
                        node.path("comment").asText(),
                        Instant.parse(node.path("startsAt").asText()),
                        Instant.parse(node.path("endsAt").asText()),
                        matchers));
            } catch (DateTimeException e) {
                throw new IOException("Alertmanager: " + address + " tells a silence without a time", e);
            }
        }
        silences.removeIf(silence -> silence.to.isBefore(from) || silence.from.isAfter(to));
        silences.sort(Comparator.comparing(Silence::from));
        return silences;
    }

    /** Whether it kept this firing, or a part of it, from the people. */
    public boolean covers(Firing firing) {
        return from.isBefore(firing.to())
                && to.isAfter(firing.from())
                && matchers.stream().allMatch(matcher -> matcher.matches(firing.labels()));
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
