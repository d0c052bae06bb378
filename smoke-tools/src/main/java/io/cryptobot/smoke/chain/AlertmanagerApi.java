package io.cryptobot.smoke.chain;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The few questions that a drill has for Alertmanager. Immutable; thread-safe. */
record AlertmanagerApi(URI base) {
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

    static String receivers(JsonNode alert) {
        List<String> names = new ArrayList<>();
        alert.path("receivers")
                .forEach(receiver -> names.add(receiver.path("name").asText()));
        return String.join(",", names);
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
                        "^" + family + "\\{[^}]*integration=\"" + integration + "\"[^}]*\\} (\\S+)$", Pattern.MULTILINE)
                .matcher(page);
        double sum = 0;
        while (samples.find()) {
            sum += Double.parseDouble(samples.group(1));
        }
        return (long) sum;
    }
}
