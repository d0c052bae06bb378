package io.cryptobot.smoke.chain;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.util.Optional;
import java.util.OptionalDouble;

/** The few questions that a drill has for Prometheus, by its stable HTTP API. Immutable; thread-safe. */
record PrometheusApi(URI base) {
    /** {@return the value of an instant query that gives at most one series} */
    OptionalDouble query(String expression) throws IOException, InterruptedException {
        JsonNode result = call("/api/v1/query?query=" + URLEncoder.encode(expression, UTF_8))
                .path("result");
        if (result.isEmpty()) {
            return OptionalDouble.empty();
        }
        return OptionalDouble.of(
                Double.parseDouble(result.path(0).path("value").path(1).asText()));
    }

    /** {@return the state of an alert about a bot in a mode: {@code inactive}, {@code pending} or {@code firing}} */
    String alertState(String alert, FailingBot bot) throws IOException, InterruptedException {
        for (JsonNode each : call("/api/v1/alerts").path("alerts")) {
            JsonNode labels = each.path("labels");
            if (labels.path("alertname").asText().equals(alert) && bot.matches(labels)) {
                return each.path("state").asText();
            }
        }
        return "inactive";
    }

    /** {@return what is wrong with the rule or the scrape, for a person; empty when nothing is seen} */
    Optional<String> problem(String alert) throws IOException, InterruptedException {
        for (JsonNode target : call("/api/v1/targets?state=active").path("activeTargets")) {
            if (target.path("labels").path("job").asText().equals("cryptobot-desktop")
                    && !target.path("health").asText().equals("up")) {
                return Optional.of("target " + target.path("scrapeUrl").asText() + " is "
                        + target.path("health").asText() + ": "
                        + target.path("lastError").asText());
            }
        }
        for (JsonNode group : call("/api/v1/rules?type=alert").path("groups")) {
            for (JsonNode rule : group.path("rules")) {
                if (rule.path("name").asText().equals(alert)) {
                    return Optional.of(rule.path("lastError").asText()).filter(error -> !error.isEmpty());
                }
            }
        }
        return Optional.of("the rule " + alert + " is not loaded");
    }

    /** {@return how many Alertmanagers Prometheus knows and reaches} */
    int alertmanagers() throws IOException, InterruptedException {
        return call("/api/v1/alertmanagers").path("activeAlertmanagers").size();
    }

    private JsonNode call(String pathAndQuery) throws IOException, InterruptedException {
        return HttpProbe.json(base.resolve(pathAndQuery)).path("data");
    }
}
