package io.cryptobot.ops;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

final class DashboardTest {

    private static final Pattern SELECTOR = Pattern.compile("\\{([^}]*)}");

    static List<JsonNode> dashboards() {
        return Ops.files(Ops.DASHBOARDS, ".json").stream().map(Ops::json).toList();
    }

    static List<JsonNode> panels() {
        return dashboards().stream()
                .flatMap(dashboard -> Ops.stream(dashboard.path("panels")))
                .toList();
    }

    @Test
    void everyDashboardHasAnAddressOfItsOwn() {
        assertThat(dashboards())
                .extracting(dashboard -> dashboard.path("uid").asText())
                .containsExactly("cryptobot-desktop-overview", "cryptobot-hosts-and-monitoring");
    }

    @ParameterizedTest
    @MethodSource("dashboards")
    void dashboardCanBeProvisionedFromAFile(JsonNode dashboard) {
        assertThat(dashboard.path("uid").asText()).matches("[a-z-]{8,40}");
        assertThat(dashboard.path("schemaVersion").asInt()).isBetween(39, 42);
        assertThat(dashboard.path("editable").asBoolean(true)).isFalse();
        // Grafana fills in __inputs only when a person imports the file by hand.
        assertThat(dashboard.has("__inputs")).isFalse();
        assertThat(dashboard.findValuesAsText("id")).doesNotContain("");
    }

    @ParameterizedTest
    @MethodSource("dashboards")
    void variablesChooseDataSourceInstanceAndBot(JsonNode dashboard) {
        assertThat(dashboard.at("/templating/list").findValuesAsText("name"))
                .startsWith("datasource", "instance", "bot");
        assertThat(dashboard.at("/templating/list/0/type").asText()).isEqualTo("datasource");
        for (JsonNode query : dashboard.at("/templating/list").findValues("definition")) {
            String arguments = query.asText().replaceFirst("^label_values\\((.*), \\w+\\)$", "$1");
            assertThat(Promql.unknownMetrics(arguments)).isEmpty();
            assertThat(Promql.unknownLabels(arguments)).isEmpty();
        }
    }

    @ParameterizedTest
    @MethodSource("dashboards")
    void modeStartsAndPagesAreMarkedOnEveryPanel(JsonNode dashboard) {
        JsonNode annotations = dashboard.at("/annotations/list");
        assertThat(annotations.findValuesAsText("name")).containsExactly("Trading mode", "Start of a bot", "Pages");
        for (JsonNode annotation : annotations) {
            String expr = annotation.path("expr").asText();
            assertThat(Promql.unknownMetrics(expr)).as(expr).isEmpty();
            assertThat(Promql.unknownLabels(expr)).as(expr).isEmpty();
        }
    }

    @ParameterizedTest
    @MethodSource("dashboards")
    void everyDataSourceIsTheVariable(JsonNode dashboard) {
        assertThat(dashboard.findValues("datasource"))
                .isNotEmpty()
                .allSatisfy(source ->
                        assertThat(source.toString()).isEqualTo("{\"type\":\"prometheus\",\"uid\":\"${datasource}\"}"));
    }

    @ParameterizedTest
    @MethodSource("panels")
    void panelExplainsItself(JsonNode panel) {
        assertThat(panel.path("title").asText()).isNotBlank();
        assertThat(panel.path("description").asText()).isNotBlank();
        assertThat(panel.at("/fieldConfig/defaults/unit").asText()).isIn("short", "ms", "s", "bytes", "percentunit");
        assertThat(panel.path("targets")).isNotEmpty();
    }

    @ParameterizedTest
    @MethodSource("panels")
    void panelNamesOnlyMetricsAndLabelsOfTheCatalogue(JsonNode panel) {
        for (JsonNode target : panel.path("targets")) {
            String expr = target.path("expr").asText();
            assertThat(Promql.unknownMetrics(expr)).as(expr).isEmpty();
            assertThat(Promql.unknownLabels(expr)).as(expr).isEmpty();
            assertThat(SELECTOR.matcher(expr).results())
                    .as("a variable of the dashboard, or a job of the monitoring itself: %s", expr)
                    .allSatisfy(selector -> assertThat(selector.group(1))
                            .containsAnyOf(
                                    "instance=~\"$instance\"",
                                    "instance=~\"$host\"",
                                    "job=\"prometheus\"",
                                    "job=~\"prometheus|alertmanager\"",
                                    "job=\"alertmanager\"",
                                    "service=\"cryptobot-desktop\""));
        }
    }

    @ParameterizedTest
    @MethodSource("dashboards")
    void panelsHaveTheirOwnIdsAndPlaces(JsonNode dashboard) {
        Set<String> cells = new HashSet<>();
        List<Integer> ids = new ArrayList<>();
        for (JsonNode panel : dashboard.path("panels")) {
            ids.add(panel.path("id").asInt());
            JsonNode place = panel.path("gridPos");
            assertThat(place.path("x").asInt() + place.path("w").asInt()).isLessThanOrEqualTo(24);
            for (int x = 0; x < place.path("w").asInt(); x++) {
                for (int y = 0; y < place.path("h").asInt(); y++) {
                    assertThat(cells.add((place.path("x").asInt() + x) + ","
                                    + (place.path("y").asInt() + y)))
                            .as("%s overlaps another panel", panel.path("title"))
                            .isTrue();
                }
            }
        }
        assertThat(ids).doesNotHaveDuplicates();
    }

    /** Panels that show the alert's own expression draw the red line at its threshold. */
    @Test
    void thresholdsAreThoseOfTheRules() {
        for (String name : List.of("CryptobotOrderFailureRateHigh", "CryptobotOrderLatencySloBreached")) {
            String[] sides = Ops.alert(name).expr().split(" > ", 2);
            List<JsonNode> shown = panels().stream()
                    .filter(panel -> panel.path("targets").findValuesAsText("expr").stream()
                            .map(expr -> expr.replaceAll("\\{[^}]*}", ""))
                            .anyMatch(sides[0]::equals))
                    .toList();
            assertThat(shown).as("panels with %s", sides[0]).hasSize(2);
            for (JsonNode panel : shown) {
                assertThat(panel.at("/fieldConfig/defaults/thresholds/steps/1/value")
                                .asText())
                        .isEqualTo(sides[1]);
            }
        }
    }

    /** Panels that show a rule's value with another selector name the rule and draw the line at its threshold. */
    @ParameterizedTest
    @MethodSource("panels")
    void lineIsWhereTheNamedAlertFires(JsonNode panel) {
        Matcher named = Pattern.compile("([A-Z]\\w+) fires above the line")
                .matcher(panel.path("description").asText());
        if (!named.find()) {
            return;
        }
        double line = panel.at("/fieldConfig/defaults/thresholds/steps/1/value").asDouble();
        assertThat(Ops.alerts())
                .filteredOn(alert -> alert.name().equals(named.group(1)))
                .as(named.group(1))
                .isNotEmpty()
                .allSatisfy(alert ->
                        assertThat(limits(alert.expr())).as(alert.expr()).contains(line));
    }

    /**
     * {@return the limits that the expression names} A value that is compared with itself of a minute ago stands for a minute. Such
     * a time is given in seconds and in hours, the units of the panels.
     */
    private static List<Double> limits(String expr) {
        Stream<Double> compared = Pattern.compile(" > (\\d+(?:\\.\\d+)?)")
                .matcher(expr)
                .results()
                .map(match -> Double.valueOf(match.group(1)));
        Stream<Double> unchanged = Pattern.compile(" == [^=]* offset (\\w+)\\)")
                .matcher(expr)
                .results()
                .map(match -> Promql.seconds(match.group(1)))
                .flatMap(seconds -> Stream.of((double) seconds, seconds / 3600.0));
        return Stream.concat(compared, unchanged).toList();
    }
}
