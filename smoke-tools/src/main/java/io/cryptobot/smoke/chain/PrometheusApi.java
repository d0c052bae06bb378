package io.cryptobot.smoke.chain;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.math.BigDecimal;
import java.net.URI;
import java.net.URLEncoder;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.regex.Pattern;

/**
 * Requests to Prometheus's stable HTTP API. Each throws {@link IOException} when Prometheus does not answer, or not as it should;
 * the message names the address, without the query, which may be longer than a line. Immutable; thread-safe.
 *
 * @param base the address without a path
 */
public record PrometheusApi(URI base) {
    private static final String JOB = "cryptobot-desktop";
    private static final String RULES = "/api/v1/rules?type=alert";
    private static final YAMLMapper YAML = new YAMLMapper();

    /** One series and its last value. */
    record Sample(Map<String, String> labels, double value) {}

    /** An exporter that is scraped, and the result of the last scrape. */
    record Target(String url, String health, String lastError, Duration interval, Duration timeout) {
        boolean isUp() {
            return health.equals("up");
        }

        /** {@return its problem, as a text for people} */
        String trouble() {
            return "target " + url + " is " + health + ": " + lastError;
        }

        static Duration longest(List<Target> targets, Function<Target, Duration> time) {
            return targets.stream().map(time).max(Duration::compareTo).orElse(Duration.ZERO);
        }
    }

    /**
     * An alerting rule as it is loaded.
     *
     * @param interval of its evaluations
     * @param range the longest range of its expression
     */
    record Rule(
            String health,
            String lastError,
            Duration interval,
            Duration holdsFor,
            Duration keepsFiringFor,
            Duration range,
            Map<String, String> labels) {}

    /** @throws IOException if it is not ready */
    void requireReady() throws IOException, InterruptedException {
        HttpProbe.get(base.resolve("/-/ready"));
    }

    /** {@return the first series of an instant query} */
    Optional<Sample> query(String expression) throws IOException, InterruptedException {
        JsonNode result = result("/api/v1/query?query=" + encoded(expression));
        if (result.isEmpty()) {
            return Optional.empty();
        }
        String value = result.path(0).path("value").path(1).asText();
        try {
            return Optional.of(new Sample(labels(result.path(0).path("metric")), Double.parseDouble(value)));
        } catch (NumberFormatException e) {
            throw new IOException(base + " answered a query with the value '" + value + "'", e);
        }
    }

    /** {@return the series of an expression at an instant} */
    public JsonNode series(String expression, Instant at) throws IOException, InterruptedException {
        return result("/api/v1/query?query=" + encoded(expression) + "&time=" + seconds(at));
    }

    /** {@return the series of an expression between two instants, both included} */
    public JsonNode series(String expression, Instant from, Instant to, Duration step)
            throws IOException, InterruptedException {
        return result("/api/v1/query_range?query=" + encoded(expression) + "&start=" + seconds(from) + "&end="
                + seconds(to) + "&step=" + step.toSeconds());
    }

    private static String encoded(String expression) {
        return URLEncoder.encode(expression, UTF_8);
    }

    private static String seconds(Instant instant) {
        return BigDecimal.valueOf(instant.toEpochMilli(), 3).toPlainString();
    }

    /** {@return the labels of a series} */
    public static Map<String, String> seriesLabels(JsonNode series) {
        return labels(series.path("metric"));
    }

    /** {@return the names of the alerts whose rules are loaded, with how often each is evaluated} */
    public Map<String, Duration> ruleIntervals() throws IOException, InterruptedException {
        JsonNode groups = call(RULES).path("groups");
        if (!groups.isArray()) {
            throw unexpected(RULES);
        }
        Map<String, Duration> intervals = new TreeMap<>();
        for (JsonNode group : groups) {
            group.path("rules")
                    .forEach(rule -> intervals.put(rule.path("name").asText(), seconds(group.path("interval"))));
        }
        return intervals;
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

    /** {@return the exporters that it scrapes} */
    List<Target> targets() throws IOException, InterruptedException {
        List<Target> targets = new ArrayList<>();
        for (JsonNode target : call("/api/v1/targets?state=active").path("activeTargets")) {
            if (target.path("labels").path("job").asText().equals(JOB)) {
                targets.add(new Target(
                        target.path("scrapeUrl").asText(),
                        target.path("health").asText(),
                        target.path("lastError").asText(),
                        PrometheusDuration.parse(target.path("scrapeInterval").asText("1m")),
                        PrometheusDuration.parse(target.path("scrapeTimeout").asText("10s"))));
            }
        }
        return targets;
    }

    /** {@return the rule that raises an alert} */
    Optional<Rule> rule(String alert) throws IOException, InterruptedException {
        for (JsonNode group : call(RULES).path("groups")) {
            for (JsonNode rule : group.path("rules")) {
                if (rule.path("name").asText().equals(alert)) {
                    return Optional.of(new Rule(
                            rule.path("health").asText(),
                            rule.path("lastError").asText(),
                            seconds(group.path("interval")),
                            seconds(rule.path("duration")),
                            seconds(rule.path("keepFiringFor")),
                            longestRange(rule.path("query").asText()),
                            labels(rule.path("labels"))));
                }
            }
        }
        return Optional.empty();
    }

    /** {@return the labels that it adds to everything it sends} */
    Map<String, String> externalLabels() throws IOException, InterruptedException {
        String yaml = call("/api/v1/status/config").path("yaml").asText();
        try {
            return labels(YAML.readTree(yaml).path("global").path("external_labels"));
        } catch (JsonProcessingException e) {
            throw new IOException(base + " reports a configuration that is not YAML", e);
        }
    }

    /** {@return the problem of the rule or the scrape, as a text for people; empty if there is none} */
    Optional<String> problem(String alert) throws IOException, InterruptedException {
        for (Target target : targets()) {
            if (!target.isUp()) {
                return Optional.of(target.trouble());
            }
        }
        Optional<Rule> rule = rule(alert);
        return rule.isEmpty()
                ? Optional.of("the rule " + alert + " is not loaded")
                : rule.map(Rule::lastError).filter(error -> !error.isEmpty());
    }

    /** {@return the Alertmanagers that it sends alerts to} */
    List<String> alertmanagers() throws IOException, InterruptedException {
        List<String> urls = new ArrayList<>();
        call("/api/v1/alertmanagers")
                .path("activeAlertmanagers")
                .forEach(each -> urls.add(each.path("url").asText()));
        return urls;
    }

    private static Duration longestRange(String expression) {
        return Pattern.compile("\\[([0-9a-z]+)[]:]")
                .matcher(expression)
                .results()
                .map(range -> PrometheusDuration.parse(range.group(1)))
                .max(Duration::compareTo)
                .orElse(Duration.ZERO);
    }

    private static Duration seconds(JsonNode number) {
        return Duration.ofMillis(Math.round(number.asDouble() * 1000));
    }

    private static Map<String, String> labels(JsonNode node) {
        Map<String, String> labels = new HashMap<>();
        node.properties()
                .forEach(label -> labels.put(label.getKey(), label.getValue().asText()));
        return labels;
    }

    private JsonNode call(String pathAndQuery) throws IOException, InterruptedException {
        JsonNode data;
        try {
            data = HttpProbe.json(base.resolve(pathAndQuery)).path("data");
        } catch (IOException e) {
            throw new IOException(withoutQuery(String.valueOf(e.getMessage())), e);
        }
        if (!data.isObject()) {
            throw unexpected(pathAndQuery);
        }
        return data;
    }

    private JsonNode result(String pathAndQuery) throws IOException, InterruptedException {
        JsonNode result = call(pathAndQuery).path("result");
        if (!result.isArray()) {
            throw unexpected(pathAndQuery);
        }
        return result;
    }

    /** {@return a failure for an answer that lacks what Prometheus always sends} */
    public IOException unexpected(String pathAndQuery) {
        return new IOException(withoutQuery(base.resolve(pathAndQuery) + " did not answer as Prometheus does"));
    }

    private static String withoutQuery(String message) {
        return message.replaceAll("\\?\\S*", "");
    }
}
