package io.cryptobot.ops;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.cryptobot.testing.OneJdk;
import io.cryptobot.testing.RealEngines;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Runs the promtool tests of each alert against its rules and against their {@link RuleMutants}: a mutant that no test detects
 * is an untested threshold. One process runs many mutants, because a process for each would take minutes.
 */
@OneJdk
@RealEngines
@Tag("mutation")
final class RuleMutationIT {

    private static final Pattern RULE_FILES = Pattern.compile("rule_files:\\n(?:  - .*\\n)+");

    private static final Path UNNOTICED = Ops.RULE_TESTS.resolve("unnoticed.txt");
    private static final int CONTEXT = 40;

    /** Mutants of all alerts take minutes; every build checks the alerts that page. */
    private static final boolean EVERY_ALERT = Boolean.getBoolean("ops.mutateAll");

    private static final String UNCHANGED = "unchanged";

    /** One set of rules, and a file for each test of the alert. */
    private record Mutant(String alert, boolean pages, String text, List<Path> tests) {

        boolean isChanged() {
            return !text.equals(UNCHANGED);
        }
    }

    @TempDir
    Path home;

    private int written;

    @Test
    void changesOfPagingAlertsAreNoticed() throws IOException {
        Set<String> names = new TreeSet<>();
        Ops.alerts().forEach(alert -> names.add(alert.name()));
        List<Mutant> mutants = new ArrayList<>();
        for (String name : names) {
            List<JsonNode> own = Ops.rulesOf(Set.of(name));
            assertThat(String.join(
                            "", Ops.ruleTests(name).stream().map(Ops::text).toList()))
                    .contains("alertname: " + name);
            if (!EVERY_ALERT && own.stream().noneMatch(rule -> isRead(own, rule))) {
                continue; // no mutants, and PrometheusIT runs the tests of the unchanged rules
            }
            mutants.add(write(name, false, UNCHANGED, own));
            for (int i = 0; i < own.size(); i++) {
                boolean pages = isRead(own, own.get(i));
                for (JsonNode changed : pages || EVERY_ALERT ? RuleMutants.of(own.get(i)) : Set.<JsonNode>of()) {
                    List<JsonNode> rules = new ArrayList<>(own);
                    rules.set(i, changed);
                    mutants.add(write(name, pages, difference(own.get(i), changed), rules));
                }
            }
        }

        List<Mutant> alive = new ArrayList<>(mutants);
        int rounds =
                mutants.stream().mapToInt(mutant -> mutant.tests().size()).max().orElseThrow();
        for (int round = 0; round < rounds; round++) {
            // a mutant that one test has detected is not run again
            alive.removeAll(noticed(alive, round));
        }

        assertThat(alive)
                .as("the unchanged rules pass")
                .containsAll(
                        mutants.stream().filter(mutant -> !mutant.isChanged()).toList());
        List<Mutant> survivors = alive.stream().filter(Mutant::isChanged).toList();
        assertThat(survivors.stream().filter(Mutant::pages).map(mutant -> mutant.alert() + ": " + mutant.text()))
                .as("changes of paging alerts that no test notices")
                .isEmpty();
        report(mutants.stream().filter(Mutant::isChanged).toList(), survivors);
    }

    private static Set<Mutant> noticed(List<Mutant> mutants, int round) {
        List<Mutant> shown =
                mutants.stream().filter(mutant -> round < mutant.tests().size()).toList();
        RuleTestRun run = RuleTestRun.of(
                shown.stream().map(mutant -> mutant.tests().get(round)).toList());
        assertThat(run.output())
                .as("every changed rule is a valid one")
                .doesNotContain("parse error", "could not parse");
        return shown.stream()
                .filter(mutant -> run.failed().contains(mutant.tests().get(round)))
                .collect(Collectors.toSet());
    }

    /** Every build checks the alerts that page; a file lists the undetected mutants of the others. */
    private static void report(List<Mutant> changed, List<Mutant> survivors) throws IOException {
        System.out.println("Changed rules that the tests notice, paging alerts: " + score(changed, survivors, true));
        if (EVERY_ALERT) {
            String others =
                    "Changed rules that the tests notice, other alerts: " + score(changed, survivors, false) + "\n"
                            + survivors.stream()
                                    .filter(mutant -> !mutant.pages())
                                    .map(mutant -> "  not noticed: " + mutant.alert() + ": " + mutant.text() + "\n")
                                    .collect(Collectors.joining());
            if (Boolean.getBoolean("docs.update")) {
                Files.writeString(UNNOTICED, others);
            }
            assertThat(UNNOTICED).as("generated with -Ddocs.update=true").hasContent(others);
        }
        System.out.print(Ops.text(UNNOTICED));
    }

    private static String score(List<Mutant> changed, List<Mutant> survivors, boolean pages) {
        long all = changed.stream().filter(mutant -> mutant.pages() == pages).count();
        long alive =
                survivors.stream().filter(mutant -> mutant.pages() == pages).count();
        return (all - alive) + " of " + all;
    }

    /** Whether the rule pages, or a rule that pages reads it. */
    private static boolean isRead(List<JsonNode> rules, JsonNode rule) {
        return rules.stream()
                .filter(other -> other.at("/labels/severity").asText().equals("critical"))
                .anyMatch(other -> other.equals(rule) || (rule.has("record") && Ops.reads(other, rule)));
    }

    /** {@return the change, with some context} */
    private static String difference(JsonNode rule, JsonNode changed) {
        for (String field : List.of("expr", "for", "keep_firing_for", "labels")) {
            String before = text(rule.path(field));
            String after = text(changed.path(field));
            if (!before.equals(after)) {
                int start = 0;
                int word = 0;
                while (start < Math.min(before.length(), after.length())
                        && before.charAt(start) == after.charAt(start)) {
                    word = isOfWord(before.charAt(start++)) ? word : start;
                }
                int rest = 0;
                int restWord = 0;
                while (rest < Math.min(before.length(), after.length()) - start
                        && before.charAt(before.length() - 1 - rest) == after.charAt(after.length() - 1 - rest)) {
                    restWord = isOfWord(before.charAt(before.length() - 1 - rest++)) ? restWord : rest;
                }
                start = word;
                rest = restWord;
                int end = before.length() - rest;
                return field + ": …" + before.substring(Math.max(0, start - CONTEXT), start) + "⟦"
                        + before.substring(start, end) + " → " + after.substring(start, after.length() - rest) + "⟧"
                        + before.substring(end, Math.min(before.length(), end + CONTEXT)) + "…";
            }
        }
        throw new AssertionError(changed);
    }

    private static boolean isOfWord(char character) {
        return Character.isLetterOrDigit(character) || "_.<>=!".indexOf(character) >= 0;
    }

    private static String text(JsonNode value) {
        return (value.isTextual() ? value.asText() : value.toString()).replaceAll("\\s+", " ");
    }

    private Mutant write(String name, boolean pages, String text, List<JsonNode> rules) throws IOException {
        int number = written++;
        Path rulesFile = Files.writeString(home.resolve(number + ".yml"), Ops.ruleFile(rules));
        List<Path> tests = new ArrayList<>();
        for (String test : testsOf(name)) {
            assertThat(RULE_FILES.matcher(test).results()).hasSize(1);
            tests.add(Files.writeString(
                    home.resolve(number + "-" + tests.size() + ".test.yml"),
                    RULE_FILES.matcher(test).replaceFirst("rule_files:\n  - " + rulesFile.getFileName() + "\n")));
        }
        return new Mutant(name, pages, text, tests);
    }

    /** {@return a promtool file for each test of an alert; the tests of whole days come last, when few mutants are left} */
    private static List<String> testsOf(String alert) {
        List<String> tests = new ArrayList<>();
        Ops.ruleTests(alert).stream()
                .sorted(Comparator.comparing((Path file) -> file.toString().contains(".slow."))
                        .thenComparing(file -> Ops.text(file).length()))
                .map(file -> Ops.withoutAliases(file).split("(?m)^(?=  - name: )"))
                .forEach(parts -> Arrays.stream(parts).skip(1).forEach(test -> tests.add(parts[0] + test)));
        return tests;
    }
}
