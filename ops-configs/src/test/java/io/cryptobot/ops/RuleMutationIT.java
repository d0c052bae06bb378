package io.cryptobot.ops;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Runs the promtool tests of each alert against its rules as they are and as {@link RuleMutants} changes them: a change
 * that no test notices is a threshold that nobody guards. Many at a time, because a process for each would take minutes.
 */
final class RuleMutationIT {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Pattern RULE_FILES = Pattern.compile("rule_files:\\n(?:  - .*\\n)+");
    private static final Pattern VERDICT = Pattern.compile("Unit Testing:  (\\S+)\\n  (SUCCESS|FAILED:)");
    private static final int PROCESSES = 2;

    /** All alerts take minutes; those that wake people are checked in every build. */
    private static final boolean EVERY_ALERT = Boolean.getBoolean("ops.mutateAll");

    /** One set of rules, and what became of it. */
    private record Mutant(int number, String alert, boolean pages, String text) {}

    @TempDir
    Path home;

    private final List<Mutant> mutants = new ArrayList<>();
    private final List<Path> runs = new ArrayList<>();

    @Test
    void changesOfPagingAlertsAreNoticed() throws IOException {
        List<JsonNode> all = Ops.rules().toList();
        Set<String> names = new TreeSet<>();
        Ops.alerts().forEach(alert -> names.add(alert.name()));
        for (String name : names) {
            List<JsonNode> own = withWhatTheyRead(all, name);
            write(name, own, new Mutant(mutants.size(), name, false, "unchanged"));
            for (int i = 0; i < own.size(); i++) {
                boolean pages = isRead(own, own.get(i));
                for (JsonNode changed : pages || EVERY_ALERT ? RuleMutants.of(own.get(i)) : Set.<JsonNode>of()) {
                    List<JsonNode> rules = new ArrayList<>(own);
                    rules.set(i, changed);
                    write(name, rules, new Mutant(mutants.size(), name, pages, difference(own.get(i), changed)));
                }
            }
        }

        String output =
                IntStream.range(0, PROCESSES).parallel().mapToObj(this::run).reduce("", String::concat);

        Set<Integer> passed = new TreeSet<>();
        Set<Integer> failed = new TreeSet<>();
        Matcher verdict = VERDICT.matcher(output);
        while (verdict.find()) {
            int number = Integer.parseInt(
                    Path.of(verdict.group(1)).getFileName().toString().replaceFirst("-.*", ""));
            (verdict.group(2).equals("SUCCESS") ? passed : failed).add(number);
        }
        passed.removeAll(failed); // one of several test files is enough
        assertThat(passed.size() + failed.size()).isEqualTo(mutants.size());
        assertThat(output).as("every changed rule is a valid one").doesNotContain("parse error", "could not parse");
        assertThat(mutants.stream().filter(mutant -> mutant.text().equals("unchanged")))
                .allSatisfy(mutant -> assertThat(passed).as(mutant.alert()).contains(mutant.number()));

        List<Mutant> changed = mutants.stream()
                .filter(mutant -> !mutant.text().equals("unchanged"))
                .toList();
        List<Mutant> survivors = changed.stream()
                .filter(mutant -> passed.contains(mutant.number()))
                .toList();
        report(changed, survivors);
        assertThat(survivors.stream().filter(Mutant::pages).map(mutant -> mutant.alert() + ": " + mutant.text()))
                .isEmpty();
    }

    private static void report(List<Mutant> changed, List<Mutant> survivors) {
        StringBuilder report = new StringBuilder();
        for (boolean pages : new boolean[] {true, false}) {
            long of = changed.stream().filter(mutant -> mutant.pages() == pages).count();
            long alive =
                    survivors.stream().filter(mutant -> mutant.pages() == pages).count();
            if (of == 0) {
                report.append("Changed rules of the other alerts: not run, -Dops.mutateAll=true runs them\n");
                continue;
            }
            report.append("Changed rules that the tests notice, ")
                    .append(pages ? "paging" : "other")
                    .append(" alerts: ")
                    .append(of - alive)
                    .append(" of ")
                    .append(of)
                    .append('\n');
        }
        survivors.forEach(mutant -> report.append("  not noticed: ")
                .append(mutant.alert())
                .append(": ")
                .append(mutant.text())
                .append('\n'));
        System.out.print(report);
    }

    /** The rules of one alert, of the alerts that its tests also look at, and the recording rules that they read. */
    private static List<JsonNode> withWhatTheyRead(List<JsonNode> all, String name) {
        String tests =
                String.join("", Ops.ruleTests(name).stream().map(Ops::text).toList());
        List<JsonNode> alerts = all.stream()
                .filter(rule -> rule.path("alert").asText().equals(name))
                .toList();
        List<JsonNode> rules = new ArrayList<>();
        all.stream()
                .filter(rule -> rule.has("record"))
                .filter(rule -> alerts.stream().anyMatch(alert -> reads(alert, rule)))
                .forEach(rules::add);
        rules.addAll(alerts);
        assertThat(tests).contains("alertname: " + name);
        return rules;
    }

    private static boolean reads(JsonNode alert, JsonNode record) {
        return alert.path("expr").asText().contains(record.path("record").asText());
    }

    /** Whether the rule pages, or a rule that pages reads it. */
    private static boolean isRead(List<JsonNode> rules, JsonNode rule) {
        return rules.stream()
                .filter(other -> other.at("/labels/severity").asText().equals("critical"))
                .anyMatch(other -> other.equals(rule) || (rule.has("record") && reads(other, rule)));
    }

    private static String difference(JsonNode rule, JsonNode changed) {
        for (String field : List.of("expr", "for", "keep_firing_for", "labels")) {
            if (!rule.path(field).equals(changed.path(field))) {
                return field + ": " + changed.path(field).toString().replace("\\n", " ");
            }
        }
        throw new AssertionError(changed);
    }

    private void write(String name, List<JsonNode> rules, Mutant mutant) throws IOException {
        mutants.add(mutant);
        ObjectNode group = JSON.createObjectNode().put("name", "mutant");
        rules.forEach(group.putArray("rules")::add);
        ObjectNode file = JSON.createObjectNode();
        file.putArray("groups").add(group);
        Path rulesFile = home.resolve(mutant.number() + ".yml");
        Files.writeString(rulesFile, file.toString());
        for (Path test : Ops.ruleTests(name)) {
            Path copy = home.resolve(mutant.number() + "-" + test.getFileName());
            String text = Ops.text(test);
            assertThat(RULE_FILES.matcher(text).results()).hasSize(1);
            Files.writeString(
                    copy, RULE_FILES.matcher(text).replaceFirst("rule_files:\n  - " + rulesFile.getFileName() + "\n"));
            runs.add(copy);
        }
    }

    private String run(int process) {
        Object[] arguments = new Object[] {"test", "rules"};
        List<Object> line = new ArrayList<>(List.of(arguments));
        for (int i = process; i < runs.size(); i += PROCESSES) {
            line.add(runs.get(i));
        }
        return Tool.PROMTOOL.run(line.toArray()).output();
    }
}
