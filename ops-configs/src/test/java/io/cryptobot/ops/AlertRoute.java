package io.cryptobot.ops;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The intended receivers of an alert. {@code docs/alerts.md} shows them, and a test compares them with the routes of a real
 * Alertmanager.
 *
 * @param seen the labels with which the promtool tests see the alert fire
 */
record AlertRoute(Ops.Alert alert, Set<String> seen) {

    private static final String SILENT_IN_PAPER_MODE =
            "unless on (job, instance, bot) last_over_time(cryptobot_trading_mode{mode=\"paper\"}[";
    private static final String LIVE_MODE_ONLY = "last_over_time(cryptobot_trading_mode{mode=\"live\"}[1m]) == 1";

    static AlertRoute of(Ops.Alert alert) {
        Set<String> seen = new TreeSet<>();
        Ops.testsOf(alert.name())
                .flatMap(test -> Ops.stream(test.path("alert_rule_test")))
                .filter(check -> check.path("alertname").asText().equals(alert.name()))
                .flatMap(check -> Ops.stream(check.path("exp_alerts")))
                .map(fired -> fired.path("exp_labels"))
                .filter(labels -> labels.path("severity").asText().equals(alert.severity()))
                .forEach(labels -> labels.fieldNames().forEachRemaining(seen::add));
        return new AlertRoute(alert, seen);
    }

    /** {@return the receivers of an alert with these labels, sorted, separated by commas} */
    static String receivers(Map<String, String> labels) {
        if ("Watchdog".equals(labels.get("alertname"))) {
            return "heartbeat";
        }
        if (labels.containsKey("drill") || "paper".equals(labels.get("mode"))) {
            return "slack";
        }
        return "critical".equals(labels.get("severity")) ? "pagerduty,slack" : "slack";
    }

    /** Whether the alert pages although its bot is in paper mode, or although it is not about a bot. */
    boolean pagesInPaperMode() {
        boolean hasModeOfSeries = seen.contains("mode") && !alert.labels().containsKey("mode");
        return alert.severity().equals("critical") && !hasModeOfSeries && !isSilentInPaperMode();
    }

    private boolean isSilentInPaperMode() {
        return alert.expr().contains(SILENT_IN_PAPER_MODE) || alert.expr().startsWith(LIVE_MODE_ONLY);
    }

    /** {@return a sentence for the page, with the reason if the alert pages in paper mode} */
    String sentence(JsonNode review) {
        String sentence = "Goes to " + people(Map.of());
        if (!alert.severity().equals("critical")) {
            return sentence + ".";
        }
        if (pagesInPaperMode()) {
            sentence += "; the same in paper mode ("
                    + review.path("pages_in_paper_mode").asText() + ")";
        } else {
            sentence += isSilentInPaperMode()
                    ? "; silent in paper mode"
                    : "; in paper mode to " + people(Map.of("mode", "paper"));
        }
        if (!seen.contains("bot")) {
            return sentence + "."; // a drill is a bot
        }
        return sentence
                + (alert.expr().contains("bot!~\"drill")
                        ? "; silent in drills."
                        : "; in drills to " + people(Map.of("drill", "true")) + ".");
    }

    private String people(Map<String, String> series) {
        Map<String, String> labels = new TreeMap<>(alert.labels());
        labels.put("alertname", alert.name());
        labels.putAll(series);
        return receivers(labels)
                .replace("pagerduty,slack", "PagerDuty and Slack")
                .replace("slack", "Slack")
                .replace("heartbeat", "the heartbeat monitor");
    }

    @Override
    public String toString() {
        return alert.toString();
    }
}
