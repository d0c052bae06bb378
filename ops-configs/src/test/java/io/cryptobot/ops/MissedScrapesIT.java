package io.cryptobot.ops;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.cryptobot.testing.OneJdk;
import io.cryptobot.testing.RealEngines;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * No alert changes because scrapes fail: the promtool tests of every alert hold also with {@link ScrapeGaps} in their series, at the
 * same times and with the same texts.
 */
@OneJdk
@RealEngines
final class MissedScrapesIT {

    /** Their tests look less than a scrape before and after the end of a range of 5 minutes, which a failed scrape there moves. */
    private static final Set<String> ON_THE_EDGE = Set.of(
            "CryptobotJvmGcTimeHigh", "HostCpuHigh", "PrometheusMissingRuleEvaluations", "PrometheusRuleFailures");

    @TempDir
    Path directory;

    @Test
    void everyRuleTestHoldsWhenScrapesFail() throws IOException {
        Map<Path, String> variants = new TreeMap<>();
        TreeSet<String> tried = new TreeSet<>();
        for (Path file : Ops.files(Ops.RULE_TESTS, ".test.yml")) {
            String alert = file.getFileName().toString().replaceFirst("\\..*", "");
            if (ON_THE_EDGE.contains(alert)) {
                continue;
            }
            JsonNode source = Ops.yamlWithoutAliases(file);
            // the other rules of the file would take most of the time
            Path rules = Files.writeString(
                    directory.resolve(file.getFileName() + ".rules.yml"), Ops.ruleFile(Ops.rulesOf(checked(source))));
            for (JsonNode test : source.path("tests")) {
                for (ScrapeGaps gaps : ScrapeGaps.of(test)) {
                    ObjectNode variant = source.deepCopy();
                    variant.putArray("rule_files").add(rules.toString());
                    variant.putArray("tests").add(gaps.test());
                    Path written = directory.resolve(variants.size() + ".test.yml");
                    Files.writeString(written, variant.toString());
                    variants.put(
                            written,
                            file.getFileName() + ": " + test.path("name").asText() + ": " + gaps.name());
                    tried.add(alert);
                }
            }
        }
        RuleTestRun run = RuleTestRun.of(List.copyOf(variants.keySet()));
        assertThat(run.failed().stream().map(variants::get))
                .as("tests that failed scrapes change; %s", run.output())
                .isEmpty();
        System.out.printf("Rule tests with failed scrapes: %d, of %d alerts%n", variants.size(), tried.size());
    }

    /** {@return the alerts that a promtool file checks} */
    private static Set<String> checked(JsonNode file) {
        return Set.copyOf(file.path("tests").findValuesAsText("alertname"));
    }
}
