package io.cryptobot.ops;

import static org.assertj.core.api.Assertions.assertThat;

import io.cryptobot.testing.OneJdk;
import io.cryptobot.testing.RealEngines;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The shipped rules in Prometheus' own tool. */
@OneJdk
@RealEngines
final class PrometheusIT {

    @TempDir
    Path home;

    /** promtool accepts a pattern of rule_files that matches nothing, so the test counts the rules. */
    @Test
    void unpackedConfigurationIsValidAndLoadsEveryRule() throws IOException {
        OpsConfigs.unpack(home);

        assertThat(Tool.PROMTOOL.succeed("check", "config", home.resolve("ops/prometheus/prometheus.yml")))
                .contains(Ops.files(Ops.RULES, ".yml").stream()
                        .map(file -> Ops.stream(Ops.yaml(file).path("groups"))
                                        .mapToInt(group -> group.path("rules").size())
                                        .sum()
                                + " rules found")
                        .toList());
    }

    @Test
    void rulesPassTheLinter() {
        for (Path rules : Ops.files(Ops.RULES, ".yml")) {
            assertThat(Tool.PROMTOOL.succeed("check", "rules", "--lint-fatal", rules))
                    .contains("SUCCESS");
        }
    }

    @Test
    void rulesDoWhatTheirTestsSay() {
        RuleTestRun run = RuleTestRun.of(Ops.files(Ops.RULE_TESTS, ".test.yml"));

        assertThat(run.failed()).as(run.output()).isEmpty();
    }
}
