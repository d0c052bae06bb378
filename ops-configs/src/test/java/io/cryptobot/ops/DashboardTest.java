package io.cryptobot.ops;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

final class DashboardTest {

    private static final JsonNode DASHBOARD = Ops.json(Ops.DASHBOARD);

    static List<JsonNode> panels() {
        return Ops.stream(DASHBOARD.path("panels")).toList();
    }

    @Test
    void dashboardCanBeProvisionedFromAFile() {
        assertThat(DASHBOARD.path("uid").asText()).matches("[a-z-]{8,40}");
        assertThat(DASHBOARD.path("schemaVersion").asInt()).isBetween(39, 42);
        assertThat(DASHBOARD.path("editable").asBoolean(true)).isFalse();
        // Grafana fills in __inputs only when a person imports the file by hand.
        assertThat(DASHBOARD.has("__inputs")).isFalse();
        assertThat(DASHBOARD.findValuesAsText("id")).doesNotContain("");
    }

    @Test
    void variablesChooseDataSourceInstanceAndBot() {
        assertThat(DASHBOARD.at("/templating/list").findValuesAsText("name"))
                .containsExactly("datasource", "instance", "bot");
        assertThat(DASHBOARD.at("/templating/list/0/type").asText()).isEqualTo("datasource");
        for (JsonNode query : DASHBOARD.at("/templating/list").findValues("definition")) {
            String arguments = query.asText().replaceFirst("^label_values\\((.*), \\w+\\)$", "$1");
            assertThat(Promql.unknownMetrics(arguments)).isEmpty();
            assertThat(Promql.unknownLabels(arguments)).isEmpty();
        }
    }

    @Test
    void everyDataSourceIsTheVariable() {
        assertThat(DASHBOARD.findValues("datasource"))
                .isNotEmpty()
                .allSatisfy(source ->
                        assertThat(source.toString()).isEqualTo("{\"type\":\"prometheus\",\"uid\":\"${datasource}\"}"));
    }

    @ParameterizedTest
    @MethodSource("panels")
    void panelExplainsItself(JsonNode panel) {
        assertThat(panel.path("title").asText()).isNotBlank();
        assertThat(panel.path("description").asText()).isNotBlank();
        assertThat(panel.at("/fieldConfig/defaults/unit").asText()).isIn("short", "ms", "s");
        assertThat(panel.path("targets")).isNotEmpty();
    }

    @ParameterizedTest
    @MethodSource("panels")
    void panelNamesOnlyMetricsAndLabelsOfTheCatalogue(JsonNode panel) {
        for (JsonNode target : panel.path("targets")) {
            String expr = target.path("expr").asText();
            assertThat(Promql.unknownMetrics(expr)).as(expr).isEmpty();
            assertThat(Promql.unknownLabels(expr)).as(expr).isEmpty();
            assertThat(expr)
                    .satisfiesAnyOf(
                            text -> assertThat(text).contains("instance=~\"$instance\""),
                            text -> assertThat(text).startsWith("ALERTS{"));
        }
    }

    @Test
    void panelsHaveTheirOwnIdsAndPlaces() {
        Set<String> cells = new HashSet<>();
        List<Integer> ids = new ArrayList<>();
        for (JsonNode panel : panels()) {
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

    /** The red line is drawn where the alert fires, on panels that show the alert's own expression. */
    @Test
    void thresholdsAreThoseOfTheRules() {
        for (String name : List.of("CryptobotOrderFailureRateHigh", "CryptobotOrderLatencySloBreached")) {
            Ops.Alert alert = Ops.alerts().stream()
                    .filter(candidate -> candidate.name().equals(name))
                    .findFirst()
                    .orElseThrow();
            String[] sides = alert.expr().split(" > ", 2);
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
}
