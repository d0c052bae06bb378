package io.cryptobot.ops;

import static org.assertj.core.api.Assertions.assertThat;

import io.cryptobot.testing.OneJdk;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The shipped rules in Prometheus' own tool. */
@OneJdk
final class PrometheusIT {

    @TempDir
    Path home;

    /** promtool is content when the pattern of rule_files matches nothing, hence the count. */
    @Test
    void unpackedConfigurationIsValidAndLoadsEveryRule() throws IOException {
        OpsConfigs.unpack(home);

        Tool.Result result = Tool.PROMTOOL.run("check", "config", home.resolve("ops/prometheus/prometheus.yml"));

        assertThat(result.exitCode()).as(result.output()).isZero();
        assertThat(result.output())
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
            Tool.Result result = Tool.PROMTOOL.run("check", "rules", "--lint-fatal", rules);
            assertThat(result.exitCode()).as(result.output()).isZero();
        }
    }

    @Test
    void rulesDoWhatTheirTestsSay() {
        RuleTestRun run = RuleTestRun.of(Ops.files(Ops.RULE_TESTS, ".test.yml"));

        assertThat(run.failed()).as(run.output()).isEmpty();
    }
}
