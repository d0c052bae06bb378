package io.cryptobot.smoke.review;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.cryptobot.smoke.chain.PrometheusApi;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The alerts that fired, read from Prometheus's series {@code ALERTS}, which has no data of times when Prometheus was down.
 * Interruptions of up to 90 seconds are ignored, because some rules are evaluated only once a minute. Immutable; thread-safe.
 */
record AlertHistory(PrometheusApi prometheus) {
    private static final Duration STEP = Duration.ofSeconds(15);
    private static final Duration WINDOW = Duration.ofSeconds(90);
    /** Prometheus answers a range query with at most 11,000 points for each series. */
    private static final long MAX_POINTS = 10_000;

    /**
     * {@return every firing between two instants except those of the Watchdog, ordered by their start}
     *
     * @throws IOException when Prometheus does not answer, or not as it should; the message is for a person
     */
    List<Firing> firings(Instant from, Instant to) throws IOException, InterruptedException {
        String selector = "ALERTS{alertstate=\"firing\",alertname!=\"Watchdog\"}";
        Set<Map<String, String>> now = new TreeSet<>(Comparator.comparing(labels -> new TreeMap<>(labels).toString()));
        for (JsonNode series : series(selector, to)) {
            now.add(labels(series));
        }
        Map<Map<String, String>, List<Long>> points = new LinkedHashMap<>();
        String counted = "count_over_time(" + selector + "[" + WINDOW.toSeconds() + "s])";
        long end = to.toEpochMilli();
        // the last point is the end itself: an alert that has just begun to fire is included
        long steps = Math.max(0, end - from.toEpochMilli() + STEP.toMillis() - 1) / STEP.toMillis();
        for (long left = steps; left >= 0; left -= MAX_POINTS) {
            Instant start = Instant.ofEpochMilli(end - left * STEP.toMillis());
            Instant last = Instant.ofEpochMilli(end - Math.max(0, left - MAX_POINTS + 1) * STEP.toMillis());
            JsonNode answer = Source.PROMETHEUS.ask(() -> prometheus.series(counted, start, last, STEP));
            for (JsonNode series : answer) {
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
        firings.removeIf(firing ->
                firing.to().isBefore(from.truncatedTo(ChronoUnit.SECONDS))); // only inside the window of the last point
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
        for (JsonNode series : series(selector.toString(), Instant.ofEpochMilli(point))) {
            JsonNode values = series.path("values");
            if (!values.isEmpty()) {
                found = Instant.ofEpochMilli(millis(values.path(first ? 0 : values.size() - 1)));
            }
        }
        return found.truncatedTo(ChronoUnit.SECONDS);
    }

    /** {@return the names of the alerts whose rules are loaded, with how often each is evaluated} */
    Map<String, Duration> rules() throws IOException, InterruptedException {
        return Source.PROMETHEUS.ask(prometheus::ruleIntervals);
    }

    /** {@return the value of an expression without labels at an instant; empty for none} */
    Optional<Double> value(String expression, Instant at) throws IOException, InterruptedException {
        JsonNode result = series(expression, at);
        String value = result.path(0).path("value").path(1).asText();
        try {
            return value.isEmpty() ? Optional.empty() : Optional.of(Double.parseDouble(value));
        } catch (NumberFormatException e) {
            throw new IOException("Prometheus at " + prometheus.base() + " answered with the value '" + value + "'", e);
        }
    }

    private JsonNode series(String expression, Instant at) throws IOException, InterruptedException {
        return Source.PROMETHEUS.ask(() -> prometheus.series(expression, at));
    }

    private long millis(JsonNode sample) throws IOException {
        if (!sample.path(0).isNumber()) {
            throw Source.PROMETHEUS.failure(prometheus.unexpected("/api/v1/query"));
        }
        return Math.round(sample.path(0).asDouble() * 1000);
    }

    private static Map<String, String> labels(JsonNode series) {
        Map<String, String> labels = PrometheusApi.seriesLabels(series);
        labels.remove("__name__");
        labels.remove("alertstate");
        return labels;
    }
}
