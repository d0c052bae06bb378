package io.cryptobot.ops;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/**
 * Keeps docs/alerts.md and the index of the runbooks equal to the rules, their tests and reviews; {@code
 * -Ddocs.update=true} writes them anew.
 */
final class AlertsPageTest {

    private static final JsonNode REVIEWS = Ops.yaml(Ops.REVIEWS);
    private static final Path INDEX = Ops.SOURCE.resolve("runbooks/README.md");
    private static final Path PAGE = Path.of("..", "docs", "alerts.md");
    private static final String COMMAND =
            "mvn -pl ops-configs -am test -Dtest=AlertsPageTest -Dsurefire.failIfNoSpecifiedTests=false -Ddocs.update=true";

    @Test
    void docsPageSaysWhatTheRulesAndTheirTestsSay() throws IOException {
        assertGenerated(PAGE, page());
    }

    @Test
    void indexOfTheRunbooksIsThatOfTheAlerts() throws IOException {
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
                        + "The tables tell when an alert fires and when not, as its tests prove it; times count from the first sample"
                        + " of the test.\nWhere an alert goes is asked of Alertmanager's own tool, for each alert in each mode and in a drill."
                        + " What becomes of a page\nafterwards: [people and calendar](on-call.md).\n");
        for (JsonNode rule : Ops.rules().filter(rule -> rule.has("alert")).toList()) {
            String name = rule.path("alert").asText();
            String heading = "\n## " + name + "\n";
            boolean first = page.indexOf(heading) < 0;
            if (first) {
                page.append(heading)
                        .append("\nOwner: ")
                        .append(REVIEWS.path(name).path("owner").asText())
                        .append(", last reviewed ")
                        .append(REVIEWS.path(name).path("reviewed").asText())
                        .append(".\n");
            }
            page.append('\n').append("**").append(rule.at("/labels/severity").asText());
            page.append("**: ")
                    .append(plain(rule.at("/annotations/description").asText()))
                    .append("\n\n```\n");
            page.append(rule.path("expr").asText()).append("\n```\n\n");
            page.append(AlertRoute.of(Ops.alert(rule)).sentence(REVIEWS.path(name)))
                    .append("\n\n");
            page.append("True for ").append(rule.path("for").asText("0s")).append(", then kept ");
            page.append(rule.path("keep_firing_for").asText("0s"));
            page.append(". [Runbook](../")
                    .append("ops-configs/")
                    .append(Ops.SOURCE)
                    .append("/runbooks/");
            page.append(name).append(".md)\n");
            if (lastOf(rule)) {
                page.append("\n| situation | at |\n|---|---|\n");
                Ops.ruleTests(name)
                        .forEach(file ->
                                Ops.stream(Ops.yaml(file).path("tests")).forEach(test -> page.append(row(name, test))));
            }
        }
        return page.toString();
    }

    private static boolean lastOf(JsonNode rule) {
        List<JsonNode> same = Ops.rules()
                .filter(other -> other.path("alert").equals(rule.path("alert")))
                .toList();
        return same.get(same.size() - 1).equals(rule);
    }

    private static String row(String alert, JsonNode test) {
        List<String> checks = new ArrayList<>();
        for (JsonNode check : test.path("alert_rule_test")) {
            if (check.path("alertname").asText().equals(alert)) {
                checks.add(check.path("eval_time").asText() + (check.has("exp_alerts") ? " **fires**" : " silent"));
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
