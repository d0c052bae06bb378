package io.cryptobot.ops;

import static java.util.stream.Collectors.toCollection;

import io.cryptobot.telemetry.MetricCatalog;
import io.cryptobot.telemetry.MetricType;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The names in an expression, compared with the metric catalogue. promtool checks the syntax but not the names. */
final class Promql {

    /**
     * Metrics of other sources, with the labels that rules use: series that Prometheus writes itself, and metrics of the exporter,
     * the JVM, Prometheus, Alertmanager and node_exporter.
     */
    private static final Map<String, Set<String>> OTHER_METRICS = Map.ofEntries(
            Map.entry("up", Set.of()),
            Map.entry("ALERTS", Set.of()),
            Map.entry("cryptobot:bot_expected", Set.of("mode")),
            Map.entry("cryptobot_exporter_certificate_not_after_timestamp_seconds", Set.of()),
            Map.entry("scrape_duration_seconds", Set.of()),
            Map.entry("jvm_cpu_seconds", Set.of()),
            Map.entry("jvm_memory_heap_max_bytes", Set.of()),
            Map.entry("jvm_memory_heap_used_bytes", Set.of()),
            Map.entry("jvm_threads_blocked", Set.of()),
            Map.entry("jvm_threads_current", Set.of()),
            Map.entry("jvm_threads_deadlocked", Set.of()),
            Map.entry("prometheus_config_last_reload_successful", Set.of()),
            Map.entry("prometheus_rule_evaluation_failures_total", Set.of("rule_group")),
            Map.entry("prometheus_rule_group_iterations_missed_total", Set.of("rule_group")),
            Map.entry("prometheus_notifications_alertmanagers_discovered", Set.of()),
            Map.entry("prometheus_notifications_errors_total", Set.of("alertmanager")),
            Map.entry("prometheus_notifications_sent_total", Set.of("alertmanager")),
            Map.entry("prometheus_remote_storage_samples_pending", Set.of("remote_name")),
            Map.entry("prometheus_rule_group_last_duration_seconds", Set.of("rule_group")),
            Map.entry("prometheus_tsdb_head_samples_appended_total", Set.of()),
            Map.entry("prometheus_tsdb_head_series", Set.of()),
            Map.entry("alertmanager_config_last_reload_successful", Set.of()),
            Map.entry("alertmanager_config_hash", Set.of()),
            Map.entry("alertmanager_cluster_members", Set.of()),
            Map.entry("alertmanager_notifications_failed_total", Set.of("integration", "reason")),
            Map.entry("alertmanager_notifications_total", Set.of("integration")),
            Map.entry("node_cpu_seconds_total", Set.of("cpu", "mode")),
            Map.entry("node_memory_MemAvailable_bytes", Set.of()),
            Map.entry("node_memory_MemTotal_bytes", Set.of()),
            Map.entry("node_filesystem_avail_bytes", Set.of("fstype")),
            Map.entry("node_filesystem_size_bytes", Set.of("fstype")));

    /**
     * Labels that the catalogue does not list: of every scraped series, of the exporter, of the relabelling in
     * prometheus.yml, of histogram buckets, and of ALERTS.
     */
    private static final Set<String> COMMON_LABELS = Set.of(
            "job", "instance", "bot", "drill", "le", "alertname", "alertstate", "service", "severity", "__name__");

    private static final Pattern STRING = Pattern.compile("\"[^\"]*\"");
    private static final Pattern SELECTOR = Pattern.compile("([a-zA-Z_:][\\w:]*)?\\{([^}]*)}");
    private static final Pattern GROUPING =
            Pattern.compile("\\b(?:by|without|on|ignoring|group_left|group_right)\\s*\\(([^)]*)\\)");
    private static final Pattern SUBQUERY = Pattern.compile("\\)\\[\\w+:\\w*]");
    private static final Pattern RANGE = Pattern.compile("\\[[^]]*]");
    private static final Pattern WORD = Pattern.compile("(?<![\\w.])[a-zA-Z_:][\\w:]*+(?!\\s*\\()");
    private static final Set<String> OPERATORS = Set.of("and", "or", "unless", "bool", "offset");

    private Promql() {}

    /** {@return every name that the exporter can serve for the catalogue, with buckets, sums and counts} */
    static Set<String> knownMetrics() {
        return Arrays.stream(MetricCatalog.values())
                .flatMap(metric -> metric.type() == MetricType.HISTOGRAM
                        ? Stream.of("_bucket", "_sum", "_count").map(suffix -> metric.prometheusName() + suffix)
                        : Stream.of(metric.prometheusName()))
                .collect(toCollection(TreeSet::new));
    }

    /** {@return the metrics of the catalogue and those of the exporter itself} */
    static Set<String> knownOwnMetrics() {
        Set<String> metrics = knownMetrics();
        OTHER_METRICS.keySet().stream()
                .filter(name -> name.startsWith("cryptobot_"))
                .forEach(metrics::add);
        return metrics;
    }

    /** {@return the metrics in the expression that are not in the catalogue and not of another source} */
    static Set<String> unknownMetrics(String expr) {
        Set<String> metrics = metrics(expr);
        metrics.removeAll(knownMetrics());
        metrics.removeAll(OTHER_METRICS.keySet());
        Ops.rules().forEach(rule -> metrics.remove(rule.path("record").asText()));
        return metrics;
    }

    /** {@return the labels in the expression that no metric in it has} */
    static Set<String> unknownLabels(String expr) {
        Set<String> labels = labels(expr);
        labels.removeAll(COMMON_LABELS);
        for (String name : metrics(expr)) {
            labels.removeAll(OTHER_METRICS.getOrDefault(name, Set.of()));
            Arrays.stream(MetricCatalog.values())
                    .filter(metric -> name.startsWith(metric.prometheusName()))
                    .forEach(metric -> labels.removeAll(metric.labels()));
        }
        return labels;
    }

    /**
     * {@return the selectors in the expression that are not read over a range, nor in a subquery} Such a selector has no value
     * after a failed scrape. A selector without a name is given as "{}".
     */
    static Set<String> bareMetrics(String expr) {
        String text = STRING.matcher(expr).replaceAll("");
        text = GROUPING.matcher(text).replaceAll(" ");
        for (Matcher subquery = SUBQUERY.matcher(text); subquery.find(); subquery = SUBQUERY.matcher(text)) {
            text = text.substring(0, openingOf(text, subquery.start())).replaceFirst("\\w+$", "") + " "
                    + text.substring(subquery.end());
        }
        text = text.replaceAll("\\{[^}]*}", "{}").replaceAll("[\\w:]*(?:\\{})?\\[[^]]*]", " ");
        Set<String> bare = metrics(text);
        if (text.replaceAll("[\\w:]+\\{}", " ").contains("{}")) {
            bare.add("{}");
        }
        return bare;
    }

    /** {@return the seconds of a duration of one unit, such as 90s, 15m, 6h or 1d} */
    static int seconds(String duration) {
        int number = Integer.parseInt(duration.substring(0, duration.length() - 1));
        return switch (duration.charAt(duration.length() - 1)) {
            case 's' -> number;
            case 'm' -> number * 60;
            case 'h' -> number * 3600;
            case 'd' -> number * 86400;
            default -> throw new IllegalArgumentException(duration);
        };
    }

    /** {@return where the group begins that this parenthesis closes} */
    private static int openingOf(String text, int closing) {
        int depth = 0;
        for (int i = closing; i >= 0; i--) {
            depth += text.charAt(i) == ')' ? 1 : text.charAt(i) == '(' ? -1 : 0;
            if (depth == 0) {
                return i;
            }
        }
        throw new IllegalArgumentException(text);
    }

    private static Set<String> metrics(String expr) {
        String bare = STRING.matcher(expr).replaceAll("");
        bare = SELECTOR.matcher(bare).replaceAll("$1 ");
        bare = GROUPING.matcher(bare).replaceAll(" ");
        bare = RANGE.matcher(bare).replaceAll(" ");
        Set<String> metrics = new LinkedHashSet<>();
        WORD.matcher(bare).results().map(result -> result.group()).forEach(metrics::add);
        metrics.removeAll(OPERATORS);
        return metrics;
    }

    private static Set<String> labels(String expr) {
        Set<String> labels = new LinkedHashSet<>();
        String bare = STRING.matcher(expr).replaceAll("");
        Matcher selector = SELECTOR.matcher(bare);
        while (selector.find()) {
            addWords(selector.group(2), labels);
        }
        Matcher grouping = GROUPING.matcher(bare);
        while (grouping.find()) {
            addWords(grouping.group(1), labels);
        }
        return labels;
    }

    private static void addWords(String text, Set<String> words) {
        Pattern.compile("\\w+")
                .matcher(text)
                .results()
                .map(result -> result.group())
                .forEach(words::add);
    }
}
