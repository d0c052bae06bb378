package io.cryptobot.ops;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Keeps docs/alerts.md equal to the rules and their tests; {@code -Ddocs.update=true} writes it anew. */
final class AlertsPageTest {

    private static final Path PAGE = Path.of("..", "docs", "alerts.md");
    private static final String COMMAND =
            "mvn -pl ops-configs -am test -Dtest=AlertsPageTest -Dsurefire.failIfNoSpecifiedTests=false -Ddocs.update=true";

    @Test
    void docsPageSaysWhatTheRulesAndTheirTestsSay() throws IOException {
        String page = page();
        if (Boolean.getBoolean("docs.update")) {
            Files.writeString(PAGE, page);
        }
        assertThat(PAGE).as("docs/alerts.md is generated: %s", COMMAND).hasContent(page);
    }

    private static String page() {
        StringBuilder page = new StringBuilder(
                "# Alerts\n\nGenerated from the rules in `ops-configs` and from their promtool tests; to change"
                        + " this page, change them and run\n`" + COMMAND + "`.\n\n"
                        + "The tables tell when an alert fires and when not, as its tests prove it; times count from the first sample"
                        + " of the test.\nCritical goes to PagerDuty and Slack, warning to Slack, none to the heartbeat monitor;"
                        + " paper mode and drills only to Slack. What becomes of a page\n"
                        + "afterwards: [people and calendar](on-call.md).\n");
        for (JsonNode rule : Ops.rules().filter(rule -> rule.has("alert")).toList()) {
            String name = rule.path("alert").asText();
            String heading = "\n## " + name + "\n";
            boolean first = page.indexOf(heading) < 0;
            page.append(first ? heading : "")
                    .append('\n')
                    .append("**")
                    .append(rule.at("/labels/severity").asText());
            page.append("**: ")
                    .append(plain(rule.at("/annotations/description").asText()))
                    .append("\n\n```\n");
            page.append(rule.path("expr").asText()).append("\n```\n\n");
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
        return "| " + test.path("name").asText() + " | " + String.join(", ", checks) + " |\n";
    }

    /** The text of an annotation with dots in the place of each value. */
    private static String plain(String annotation) {
        return annotation
                .replaceAll("\\{\\{[^}]*\\$labels\\.(\\w+)[^}]*}}", "…")
                .replaceAll("\\{\\{[^}]*}}", "…");
    }
}
