package io.cryptobot.smoke.review;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.cryptobot.smoke.chain.HttpProbe;
import java.io.IOException;
import java.math.BigDecimal;
import java.net.URI;
import java.net.URLEncoder;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What has fired, as Prometheus remembers it in its series {@code ALERTS}. It cannot know of the time in which it did not run
 * itself. Interruptions of up to a minute and a half count as none: rules are evaluated as seldom as once a minute. Immutable;
 * thread-safe.
 *
 * @param prometheus without a path
 */
public record AlertHistory(URI prometheus) {
    private static final Duration STEP = Duration.ofSeconds(15);
    private static final Duration WINDOW = Duration.ofSeconds(90);
    /** Prometheus answers a range query with at most 11,000 points for each series. */
    private static final long MAX_POINTS = 10_000;

    /**
     * {@return every firing between two instants, but for the Watchdog, in the order of their beginnings}
     *
     * @throws IOException when Prometheus does not answer, or not as it should; the message is for a person
     */
    public List<Firing> firings(Instant from, Instant to) throws IOException, InterruptedException {
        String selector = "ALERTS{alertstate=\"firing\",alertname!=\"Watchdog\"}";
        Set<Map<String, String>> now = new TreeSet<>(Comparator.comparing(labels -> new TreeMap<>(labels).toString()));
        for (JsonNode series : query(selector, to)) {
            now.add(labels(series));
        }
        Map<Map<String, String>, List<Long>> points = new LinkedHashMap<>();
        String counted = "count_over_time(" + selector + "[" + WINDOW.toSeconds() + "s])";
        long end = to.toEpochMilli();
        // the last point is the end itself: what began to fire a moment ago is seen too
        long steps = Math.max(0, end - from.toEpochMilli() + STEP.toMillis() - 1) / STEP.toMillis();
        for (long left = steps; left >= 0; left -= MAX_POINTS) {
            long start = end - left * STEP.toMillis();
            long last = end - Math.max(0, left - MAX_POINTS + 1) * STEP.toMillis();
            for (JsonNode series : call("/api/v1/query_range?query=" + URLEncoder.encode(counted, UTF_8) + "&start="
                    + seconds(start) + "&end=" + seconds(last) + "&step=" + STEP.toSeconds())) {
                List<Long> seen = points.computeIfAbsent(labels(series), labels -> new ArrayList<>());
                for (JsonNode value : series.path("values")) {
                    seen.add(millis(value));
                }
            }
        }
        List<Firing> firings = new ArrayList<>();
        for (Map.Entry<Map<String, String>, List<Long>> series : points.entrySet()) {
            addFirings(series.getKey(), series.getValue(), to, now.contains(series.getKey()), firings);
        }
        firings.removeIf(firing -> firing.to()
                .isBefore(from.truncatedTo(ChronoUnit.SECONDS))); // seen only through the width of the window
        firings.sort(Comparator.comparing(Firing::from).thenComparing(Firing::name));
        return firings;
    }

    private void addFirings(
            Map<String, String> labels, List<Long> points, Instant to, boolean firesThen, List<Firing> all)
            throws IOException, InterruptedException {
        int begin = 0;
        for (int next = 1; next <= points.size(); next++) {
            boolean isLast = next == points.size();
            if (isLast || points.get(next) - points.get(next - 1) > STEP.toMillis() + 1) {
                Instant first = exact(labels, points.get(begin), true);
                boolean lasts = isLast && firesThen;
                all.add(new Firing(
                        labels,
                        first,
                        lasts ? to.truncatedTo(ChronoUnit.SECONDS) : exact(labels, points.get(next - 1), false),
                        lasts));
                begin = next;
            }
        }
    }

    /** {@return the first or the last sample in the window before a point} */
    private Instant exact(Map<String, String> labels, long point, boolean first)
            throws IOException, InterruptedException {
        StringBuilder selector = new StringBuilder("ALERTS{alertstate=\"firing\"");
        labels.forEach((name, value) ->
                selector.append(',').append(name).append('=').append(TextNode.valueOf(value))); // quoted as PromQL is
        selector.append("}[").append(WINDOW.toSeconds()).append("s]");
        Instant found = Instant.ofEpochMilli(point).minus(first ? Duration.ZERO : WINDOW.minus(STEP));
        for (JsonNode series : query(selector.toString(), Instant.ofEpochMilli(point))) {
            JsonNode values = series.path("values");
            if (!values.isEmpty()) {
                found = Instant.ofEpochMilli(millis(values.path(first ? 0 : values.size() - 1)));
            }
        }
        return found.truncatedTo(ChronoUnit.SECONDS);
    }

    /** {@return the names of the alerts whose rules are loaded, with how often each is evaluated} */
    public Map<String, Duration> rules() throws IOException, InterruptedException {
        Map<String, Duration> names = new TreeMap<>();
        JsonNode groups = data("/api/v1/rules?type=alert").path("groups");
        if (!groups.isArray()) {
            throw strange("/api/v1/rules");
        }
        for (JsonNode group : groups) {
            for (JsonNode rule : group.path("rules")) {
                names.put(
                        rule.path("name").asText(),
                        Duration.ofMillis(Math.round(group.path("interval").asDouble() * 1000)));
            }
        }
        return names;
    }

    /** {@return the value of an expression without labels at an instant; empty for none} */
    Optional<Double> value(String expression, Instant at) throws IOException, InterruptedException {
        JsonNode result = query(expression, at);
        String value = result.path(0).path("value").path(1).asText();
        try {
            return value.isEmpty() ? Optional.empty() : Optional.of(Double.parseDouble(value));
        } catch (NumberFormatException e) {
            throw new IOException("Prometheus at " + prometheus + " answered with the value '" + value + "'", e);
        }
    }

    private JsonNode query(String expression, Instant at) throws IOException, InterruptedException {
        return call(
                "/api/v1/query?query=" + URLEncoder.encode(expression, UTF_8) + "&time=" + seconds(at.toEpochMilli()));
    }

    private JsonNode call(String pathAndQuery) throws IOException, InterruptedException {
        JsonNode result = data(pathAndQuery).path("result");
        if (!result.isArray()) {
            throw strange(pathAndQuery);
        }
        return result;
    }

    private JsonNode data(String pathAndQuery) throws IOException, InterruptedException {
        JsonNode data;
        try {
            data = HttpProbe.json(prometheus.resolve(pathAndQuery)).path("data");
        } catch (IOException e) {
            throw new IOException("Prometheus: " + withoutQuery(e), e);
        }
        if (!data.isObject()) {
            throw strange(pathAndQuery);
        }
        return data;
    }

    private IOException strange(String pathAndQuery) {
        return new IOException("Prometheus: " + prometheus + pathAndQuery.replaceAll("\\?.*", "")
                + " did not answer as Prometheus does");
    }

    /** A query of a line and more would hide what is wrong. */
    static String withoutQuery(IOException e) {
        return String.valueOf(e.getMessage()).replaceAll("\\?\\S*", "");
    }

    private static String seconds(long millis) {
        return BigDecimal.valueOf(millis, 3).toPlainString();
    }

    private long millis(JsonNode sample) throws IOException {
        if (!sample.path(0).isNumber()) {
            throw strange("/api/v1/query");
        }
        return Math.round(sample.path(0).asDouble() * 1000);
    }

    private static Map<String, String> labels(JsonNode series) {
        Map<String, String> labels = new HashMap<>();
        series.path("metric")
                .properties()
                .forEach(label -> labels.put(label.getKey(), label.getValue().asText()));
        labels.remove("__name__");
        labels.remove("alertstate");
        return labels;
    }
}
