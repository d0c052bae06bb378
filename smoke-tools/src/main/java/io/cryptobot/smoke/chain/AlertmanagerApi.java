package io.cryptobot.smoke.chain;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Requests to Alertmanager's stable HTTP API. Each throws {@link IOException} when Alertmanager does not answer, or not as it
 * should; the message names the address. Immutable; thread-safe.
 *
 * @param base the address without a path
 */
public record AlertmanagerApi(URI base) {
    /** @throws IOException if it is not ready */
    void requireReady() throws IOException, InterruptedException {
        HttpProbe.get(base.resolve("/-/ready"));
    }

    /** {@return the configuration in force} */
    AlertmanagerConfig config() throws IOException, InterruptedException {
        return AlertmanagerConfig.parse(HttpProbe.json(base.resolve("/api/v2/status"))
                .path("config")
                .path("original")
                .asText());
    }

    /** {@return the silences in force now} */
    List<Silence> silences() throws IOException, InterruptedException {
        return silences(node -> node.path("status").path("state").asText().equals("active"));
    }

    /** {@return the silences that it still stores and that were active between two instants, first to last} */
    public List<Silence> silences(Instant from, Instant to) throws IOException, InterruptedException {
        List<Silence> silences = silences(node -> true);
        silences.removeIf(
                silence -> silence.to().isBefore(from) || silence.from().isAfter(to));
        silences.sort(Comparator.comparing(Silence::from));
        return silences;
    }

    private List<Silence> silences(Predicate<JsonNode> wanted) throws IOException, InterruptedException {
        URI address = base.resolve("/api/v2/silences");
        JsonNode answer = HttpProbe.json(address);
        if (!answer.isArray()) {
            throw new IOException(address + " did not answer as Alertmanager does");
        }
        List<Silence> silences = new ArrayList<>();
        for (JsonNode node : answer) {
            if (wanted.test(node)) {
                List<LabelMatcher> matchers = new ArrayList<>();
                node.path("matchers").forEach(matcher -> matchers.add(LabelMatcher.of(matcher)));
                try {
                    silences.add(new Silence(
                            node.path("id").asText(),
                            node.path("createdBy").asText(),
                            node.path("comment").asText(),
                            Instant.parse(node.path("startsAt").asText()),
                            Instant.parse(node.path("endsAt").asText()),
                            matchers));
                } catch (DateTimeException e) {
                    throw new IOException(address + " contains a silence without a time", e);
                }
            }
        }
        return silences;
    }

    /** {@return the labels of every alert that it has and that has not ended} */
    List<Map<String, String>> alerts() throws IOException, InterruptedException {
        List<Map<String, String>> alerts = new ArrayList<>();
        HttpProbe.json(base.resolve("/api/v2/alerts")).forEach(alert -> alerts.add(labels(alert)));
        return alerts;
    }

    /** {@return labels of the alerts that share a message now} */
    List<Map<String, String>> group(String receiver, Map<String, String> groupLabels)
            throws IOException, InterruptedException {
        for (JsonNode group : HttpProbe.json(base.resolve("/api/v2/alerts/groups"))) {
            if (group.path("receiver").path("name").asText().equals(receiver)
                    && labels(group).equals(groupLabels)) {
                List<Map<String, String>> alerts = new ArrayList<>();
                group.path("alerts").forEach(alert -> alerts.add(labels(alert)));
                return alerts;
            }
        }
        return List.of();
    }

    private static Map<String, String> labels(JsonNode node) {
        Map<String, String> labels = new HashMap<>();
        node.path("labels")
                .properties()
                .forEach(label -> labels.put(label.getKey(), label.getValue().asText()));
        return labels;
    }

    /** {@return the alert of a bot, with its labels, status and receivers} */
    Optional<JsonNode> alert(String name, FailingBot bot) throws IOException, InterruptedException {
        String filter = URLEncoder.encode("bot=\"" + bot.name() + "\"", StandardCharsets.UTF_8);
        for (JsonNode alert : HttpProbe.json(base.resolve("/api/v2/alerts?filter=" + filter))) {
            if (alert.path("labels").path("alertname").asText().equals(name) && bot.matches(alert.path("labels"))) {
                return Optional.of(alert);
            }
        }
        return Optional.empty();
    }

    static boolean isActive(JsonNode alert) {
        return alert.path("status").path("state").asText().equals("active");
    }

    static List<String> receivers(JsonNode alert) {
        List<String> names = new ArrayList<>();
        alert.path("receivers")
                .forEach(receiver -> names.add(receiver.path("name").asText()));
        return names;
    }

    /**
     * {@return Alertmanager's own count of its requests to one kind of receiver} Requests, not notifications: those are
     * counted before they are sent.
     */
    NotificationCount notifications(String integration) throws IOException, InterruptedException {
        String page = HttpProbe.get(base.resolve("/metrics"));
        return new NotificationCount(
                sum(page, "alertmanager_notification_requests_total", integration),
                sum(page, "alertmanager_notification_requests_failed_total", integration));
    }

    private static long sum(String page, String family, String integration) {
        Matcher samples = Pattern.compile(
                        "^" + family + "\\{[^}]*integration=\"" + integration + "\"[^}]*\\} ([0-9.eE+]+)$",
                        Pattern.MULTILINE)
                .matcher(page);
        double sum = 0;
        while (samples.find()) {
            sum += Double.parseDouble(samples.group(1));
        }
        return (long) sum;
    }
}
