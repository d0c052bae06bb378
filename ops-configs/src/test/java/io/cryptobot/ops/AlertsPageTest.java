package io.cryptobot.ops;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/**
 * Keeps docs/alerts.md and the index of the runbooks equal to the rules, their tests and reviews; {@code
 * -Ddocs.update=true} generates them.
 */
final class AlertsPageTest {

    private static final JsonNode REVIEWS = Ops.yaml(Ops.REVIEWS);
    private static final Path INDEX = Ops.SOURCE.resolve("runbooks/README.md");
    private static final Path PAGE = Path.of("..", "docs", "alerts.md");
    private static final Pattern TWO_SAMPLES = Pattern.compile("\\b(?:increase|rate|changes|predict_linear)\\(");
    private static final String COMMAND =
            "mvn -pl ops-configs -am test -Dtest=AlertsPageTest -Dsurefire.failIfNoSpecifiedTests=false -Ddocs.update=true";

    @Test
    void docsPageMatchesTheRulesAndTheirTests() throws IOException {
        assertGenerated(PAGE, page());
    }

    @Test
    void indexOfTheRunbooksListsTheAlerts() throws IOException {
        assertGenerated(INDEX, index());
    }

    private static void assertGenerated(Path file, String content) throws IOException {
        if (Boolean.getBoolean("docs.update")) {
            Files.writeString(file, content);
        }
        assertThat(file).as("%s is generated: %s", file, COMMAND).hasContent(content);
    }

    private static String index() {
        StringBuilder index = new StringBuilder(
                "# Runbooks\n\nOne for each alert, which links to it. Generated from the"
                        + " rules and from `reviews/alerts.yml`.\n\n| alert | severity | owner | last reviewed |\n|---|---|---|---|\n");
        Ops.alerts().stream()
                .collect(Collectors.groupingBy(
                        Ops.Alert::name,
                        TreeMap::new,
                        Collectors.mapping(Ops.Alert::severity, Collectors.joining(", "))))
                .forEach((name, severities) -> index.append("| [" + name + "](" + name + ".md) | " + severities + " | "
                        + REVIEWS.path(name).path("owner").asText() + " | "
                        + REVIEWS.path(name).path("reviewed").asText() + " |\n"));
        return index.toString();
    }

    private static String page() {
        StringBuilder page = new StringBuilder(
                "# Alerts\n\nGenerated from the rules in `ops-configs`, their promtool tests and `reviews/alerts.yml`; to change"
                        + " this page, change them and run\n`" + COMMAND + "`.\n\n"
                        + "The tables show when an alert fires and when it is silent. Each row is a promtool test; its times"
                        + " count from the first sample of the test.\n`amtool` computes the route of each alert in each mode and in"
                        + " a drill. Work after a page: [people and calendar](on-call.md).\n");
        Map<String, List<JsonNode>> rulesByName = Ops.rules()
                .filter(rule -> rule.has("alert"))
                .collect(Collectors.groupingBy(
                        rule -> rule.path("alert").asText(), LinkedHashMap::new, Collectors.toList()));
        rulesByName.forEach((name, rules) -> page.append(section(name, rules)));
        return page.toString();
    }

    /** An alert has a rule for each severity, which may stand in different files. */
    private static String section(String name, List<JsonNode> rules) {
        JsonNode review = REVIEWS.path(name);
        StringBuilder section = new StringBuilder("\n## " + name + "\n\nOwner: "
                + review.path("owner").asText() + ", last reviewed "
                + review.path("reviewed").asText() + ". [Runbook](../ops-configs/" + Ops.SOURCE + "/runbooks/" + name
                + ".md)\n");
        for (JsonNode rule : rules) {
            section.append("\n**" + rule.at("/labels/severity").asText() + "**: "
                    + plain(rule.at("/annotations/description").asText())
                    + "\n\n```\n" + rule.path("expr").asText() + "\n```\n\n"
                    + AlertRoute.of(Ops.alert(rule)).sentence(review)
                    + "\n\n`for: " + rule.path("for").asText("0s") + "`, `keep_firing_for: "
                    + rule.path("keep_firing_for").asText("0s") + "`\n\n"
                    + failedScrapes(rule.path("expr").asText()) + "\n");
        }
        section.append("\n| situation | at |\n|---|---|\n");
        Ops.testsOf(name).forEach(test -> section.append(row(name, rules.size() > 1, test)));
        return section.toString();
    }

    /** What a failed scrape does, by the ranges that the expression reads. */
    private static String failedScrapes(String expr) {
        List<String> ranges = Pattern.compile("\\[(\\w+)(?::\\w*)?]")
                .matcher(expr)
                .results()
                .map(range -> range.group(1))
                .distinct()
                .toList();
        return ranges.isEmpty()
                ? "Failed scrapes: it reads no scraped metric."
                : "Failed scrapes: none changes it as long as "
                        + (TWO_SAMPLES.matcher(expr).find() ? "two scrapes succeed" : "one scrape succeeds")
                        + " in each range that it reads (" + String.join(", ", ranges) + ").";
    }

    private static String row(String alert, boolean severalSeverities, JsonNode test) {
        List<String> checks = new ArrayList<>();
        for (JsonNode check : test.path("alert_rule_test")) {
            if (check.path("alertname").asText().equals(alert)) {
                String severities = Ops.stream(check.path("exp_alerts"))
                        .map(fired -> fired.at("/exp_labels/severity").asText())
                        .distinct()
                        .sorted()
                        .collect(Collectors.joining(", "));
                checks.add(check.path("eval_time").asText()
                        + (severities.isEmpty() ? " silent" : " **fires**")
                        + (severalSeverities && !severities.isEmpty() ? " (" + severities + ")" : ""));
            }
        }
        if (checks.isEmpty()) {
            return ""; // is about a recorded series
        }
        return "| " + test.path("name").asText() + " | " + String.join(", ", checks) + " |\n";
    }

    /** The text of an annotation with dots in the place of each value, and nothing for the case that there is none. */
    private static String plain(String annotation) {
        return annotation
                .replaceAll("(?s)\\{\\{ else }}.*?\\{\\{ end }}", "")
                .replaceAll("(?s)\\{\\{ (?:with|end)\\b.*?}}", "")
                .replaceAll("(?s)\\{\\{.*?}}", "…");
    }
}
