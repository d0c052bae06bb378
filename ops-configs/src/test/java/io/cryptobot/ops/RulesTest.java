package io.cryptobot.ops;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

final class RulesTest {

    private static final Path METRICS = Ops.SOURCE.resolve("prometheus/metrics.txt");

    static List<Ops.Alert> alerts() {
        return Ops.alerts();
    }

    static List<Path> runbooks() {
        return Ops.files(Ops.SOURCE.resolve("runbooks"), ".md").stream()
                .filter(file -> !file.endsWith("README.md"))
                .toList();
    }

    @Test
    void plannedExpressionsAreByteEqual() {
        assertThat(Ops.alert("CryptobotOrderFailureRateHigh").expr())
                .isEqualTo("increase(cryptobot_orders_failed_total[5m]) > 3");
        assertThat(Ops.alert("CryptobotOrderLatencySloBreached").expr())
                .isEqualTo("histogram_quantile(0.95, rate(cryptobot_order_latency_bucket[5m])) > 750");
    }

    /** Only the alerts of the bots; burn rates and the monitoring itself need no seconds. */
    @Test
    void pagingAlertsOfBotsAreEvaluatedEverySecond() {
        for (JsonNode group :
                Ops.yaml(Ops.RULES.resolve("cryptobot_desktop.yml")).path("groups")) {
            if (hasPagingAlert(group)) {
                assertThat(group.path("interval").asText()).isEqualTo("1s");
            }
        }
        for (Path file : Ops.files(Ops.RULES, ".yml")) {
            for (JsonNode group : Ops.yaml(file).path("groups")) {
                if (hasPagingAlert(group)) {
                    assertThat(group.path("interval").asText()).isIn("1s", "15s");
                }
            }
        }
    }

    private static boolean hasPagingAlert(JsonNode group) {
        return Ops.stream(group.path("rules"))
                .anyMatch(rule -> rule.at("/labels/severity").asText().equals("critical"));
    }

    @ParameterizedTest
    @MethodSource("alerts")
    void alertIsComplete(Ops.Alert alert) {
        assertThat(alert.severity()).isIn("critical", "warning", "info", "none");
        assertThat(alert.labels()).containsEntry("service", "cryptobot-desktop");
        assertThat(alert.annotations()).containsOnlyKeys("summary", "description", "runbook_url", "dashboard_url");
        assertThat(alert.annotations().values())
                .allSatisfy(text ->
                        assertThat(text).isNotBlank().isEqualTo(text.strip()).doesNotContain("{{ $value }}"));
        assertThat(alert.annotations().get("dashboard_url"))
                .startsWith("https://grafana.example.com/d/"
                        + Ops.json(Ops.DASHBOARD).path("uid").asText());
    }

    @ParameterizedTest
    @MethodSource("alerts")
    void alertNamesOnlyMetricsAndLabelsOfTheCatalogue(Ops.Alert alert) {
        if (!alert.expr().equals("vector(1)")) {
            assertThat(Promql.unknownMetrics(alert.expr())).isEmpty();
            assertThat(Promql.unknownLabels(alert.expr())).isEmpty();
        }
    }

    /** A failed scrape takes the value of a bare metric away: "for" starts again, an alert resolves, a guard opens. */
    @Test
    void everyMetricIsReadOverARange() {
        Set<String> written = Ops.rules() // by Prometheus itself, at every evaluation
                .map(rule -> rule.path("record").asText())
                .collect(Collectors.toSet());
        Ops.rules()
                .forEach(rule -> assertThat(Promql.bareMetrics(rule.path("expr").asText()))
                        .as(rule.path("alert").asText(rule.path("record").asText()))
                        .filteredOn(metric -> !metric.equals("ALERTS") && !written.contains(metric))
                        .isEmpty());
    }

    @Test
    void bareMetricsAreFound() {
        assertThat(Promql.bareMetrics(
                        "last_over_time(a{x=\"1\"}[1m] offset 5m) == 1 unless on (b, job) c{y=\"[5m]\"} > 2.5"))
                .containsExactly("c");
        assertThat(Promql.bareMetrics("rate((sum without () ({__name__=~\"j\"}))[5m:15s]) > time() - d"))
                .containsExactly("d");
        assertThat(Promql.bareMetrics("sum without () ({__name__=~\"j\"}) > 0")).containsExactly("{}");
        assertThat(Promql.bareMetrics("max by (job) (e) and absent_over_time(f[1h])"))
                .containsExactly("e");
    }

    /** RuleMutants has no other bridges, so that one which differs by mistake is found here. */
    @Test
    void bridgeIsAMinuteExceptInThreeAlerts() {
        Map<String, Set<String>> others = Map.of(
                "CryptobotTradingLoopStale", Set.of("15s", "1m"), // else a gap would count as a loop that stands still
                "CryptobotCrashLooping", Set.of("15m"), // the guard of a range of 15 minutes
                "CryptobotDrillOverdue", Set.of("15m")); // a drill writes its result once in six hours
        Pattern bridge = Pattern.compile("\\blast_over_time\\([^\\[]*\\[(\\w+)]");
        assertThat(Ops.alerts())
                .allSatisfy(alert -> assertThat(bridge.matcher(alert.expr().replaceAll("\"[^\"]*\"", ""))
                                .results()
                                .map(match -> match.group(1)))
                        .isSubsetOf(others.getOrDefault(alert.name(), Set.of("1m"))));
    }

    /** Only one rule is about the difference of two clocks. The end of a certificate is not of a bot's clock. */
    @Test
    void noRuleComparesTheTimeOfABotWithThatOfPrometheus() {
        assertThat(Ops.alerts().stream()
                        .filter(alert -> alert.expr().matches("(?s).*\\b(?:time|timestamp)\\(.*"))
                        .map(Ops.Alert::name))
                .containsExactlyInAnyOrder("CryptobotClockSkew", "CryptobotExporterCertificateExpiring");
    }

    /** Install compares the rules of the host with this list; {@code -Ddocs.update=true} generates it. */
    @Test
    void listOfMetricsIsTheCatalogue() throws IOException {
        String list = String.join("\n", Promql.knownOwnMetrics()) + "\n";
        if (Boolean.getBoolean("docs.update")) {
            Files.writeString(METRICS, list);
        }
        assertThat(METRICS)
                .as("generated from the catalogue with -Ddocs.update=true")
                .hasContent(list);
    }

    @Test
    void namesOutsideTheCatalogueAreFound() {
        String expr = "sum by (nope, mode) (rate(cryptobot_order_total{color=\"red\"}[5m])) / up > on (bot) 3e2";
        assertThat(Promql.unknownMetrics(expr)).containsExactly("cryptobot_order_total");
        assertThat(Promql.unknownLabels(expr)).containsExactly("color", "nope", "mode");
        // a histogram's own name is not a series
        assertThat(Promql.unknownMetrics("cryptobot_order_latency > 1")).containsExactly("cryptobot_order_latency");
    }

    @ParameterizedTest
    @MethodSource("alerts")
    void alertHasItsRunbook(Ops.Alert alert) {
        assertThat(alert.annotations()).containsEntry("runbook_url", Ops.RUNBOOK_BASE + alert.name() + ".md");
        assertThat(OpsConfigs.class.getResource("/ops/runbooks/" + alert.name() + ".md"))
                .isNotNull();
    }

    @ParameterizedTest
    @MethodSource("runbooks")
    void runbookBelongsToAnAlertAndHasTheFourSections(Path runbook) {
        String name = runbook.getFileName().toString().replace(".md", "");
        assertThat(Ops.alerts()).extracting(Ops.Alert::name).contains(name);
        List<String> lines = Ops.text(runbook).lines().toList();
        assertThat(lines).startsWith("# " + name);
        assertThat(lines.stream().filter(line -> line.startsWith("## ")))
                .containsExactly("## Meaning", "## Impact", "## Diagnosis", "## Mitigation");
    }

    @Test
    void pagesForPeopleNameOnlyMetricsOfTheCatalogueAndFilesThatExist() {
        Set<String> known = Promql.knownMetrics();
        for (Path page : Ops.files(Ops.SOURCE, ".md")) {
            assertThat(Pattern.compile("\\bcryptobot_\\w+[a-z]\\b(?!\\()")
                            .matcher(Ops.text(page))
                            .results()
                            .map(result -> result.group())
                            .filter(name -> !name.equals("cryptobot_desktop"))
                            .filter(name -> Ops.rules()
                                    .noneMatch(
                                            rule -> rule.path("record").asText().contains(name))))
                    .as(page.toString())
                    .isSubsetOf(known);
            assertThat(Pattern.compile("]\\((?!https?:)([^)]+)\\)")
                            .matcher(Ops.text(page))
                            .results()
                            .map(result -> page.resolveSibling(result.group(1)).normalize()))
                    .as(page.toString())
                    .allMatch(Files::exists);
        }
    }

    @Test
    void everyAlertHasAnOwnerAndAReviewDate() {
        JsonNode reviews = Ops.yaml(Ops.REVIEWS);
        assertThat(reviews.properties())
                .extracting(Map.Entry::getKey)
                .containsExactlyInAnyOrderElementsOf(
                        Ops.alerts().stream().map(Ops.Alert::name).collect(Collectors.toSet()));
        assertThat(reviews).allSatisfy(review -> {
            assertThat(review.path("owner").asText()).isIn("developer", "sre");
            assertThat(LocalDate.parse(review.path("reviewed").asText())).isNotNull();
        });
    }

    /** If this list and {@code reviews/alerts.yml} differ, a paper bot pages without a documented reason. */
    @Test
    void whatPagesInPaperModeHasAReason() {
        JsonNode reviews = Ops.yaml(Ops.REVIEWS);
        assertThat(Ops.alerts().stream()
                        .map(AlertRoute::of)
                        .filter(AlertRoute::pagesInPaperMode)
                        .map(route -> route.alert().name()))
                .containsExactlyInAnyOrderElementsOf(reviews.properties().stream()
                        .filter(review -> !review.getValue()
                                .path("pages_in_paper_mode")
                                .asText()
                                .isBlank())
                        .map(Map.Entry::getKey)
                        .toList());
    }

    /** What fires in a test must also be silent before, and again later: an alert that never resolves is worthless. */
    @ParameterizedTest
    @MethodSource("alerts")
    void alertHasATestInWhichItFiresAndIsSilentAndResolves(Ops.Alert alert) {
        if (alert.name().equals("Watchdog")) {
            return; // fires always
        }
        List<JsonNode> tests = Ops.testsOf(alert.name())
                .filter(test -> !checks(test, alert).isEmpty())
                .toList();
        assertThat(tests)
                .as(
                        "a test whose last check of the alert is silent, after it has fired at severity %s",
                        alert.severity())
                .anySatisfy(test -> {
                    List<JsonNode> checks = checks(test, alert);
                    assertThat(checks.get(checks.size() - 1).toString()).doesNotContain(severity(alert));
                });
        assertThat(tests.toString()).contains(severity(alert));
        assertThat(tests)
                .as("a test in which the alert is silent before or without firing")
                .anySatisfy(test ->
                        assertThat(checks(test, alert).get(0).has("exp_alerts")).isFalse());
    }

    private static List<JsonNode> checks(JsonNode test, Ops.Alert alert) {
        return Ops.stream(test.path("alert_rule_test"))
                .filter(check -> check.path("alertname").asText().equals(alert.name()))
                .toList();
    }

    private static String severity(Ops.Alert alert) {
        return "\"severity\":\"" + alert.severity() + "\"";
    }
}
