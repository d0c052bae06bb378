package io.cryptobot.ops;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** The shipped rules in Prometheus' own tool. */
final class PrometheusIT {

    private static final String RULES_IN_TESTS = "../../../main/resources/ops/prometheus/rules/cryptobot_desktop.yml";

    @TempDir
    Path home;

    static List<Path> ruleTests() {
        return Ops.files(Ops.RULE_TESTS, ".test.yml");
    }

    /** promtool is content when the pattern of rule_files matches nothing, hence the count. */
    @Test
    void unpackedConfigurationIsValidAndLoadsEveryRule() throws IOException {
        OpsConfigs.unpack(home);

        Tool.Result result = Tool.PROMTOOL.run("check", "config", home.resolve("ops/prometheus/prometheus.yml"));

        assertThat(result.exitCode()).as(result.output()).isZero();
        assertThat(result.output()).contains(Ops.alerts().size() + " rules found");
    }

    @Test
    void rulesPassTheLinter() {
        Tool.Result result = Tool.PROMTOOL.run("check", "rules", "--lint-fatal", Ops.RULES);

        assertThat(result.exitCode()).as(result.output()).isZero();
    }

    @ParameterizedTest
    @MethodSource("ruleTests")
    void rulesDoWhatTheirTestsSay(Path ruleTest) {
        Tool.Result result = Tool.PROMTOOL.run("test", "rules", ruleTest);

        assertThat(result.exitCode()).as(result.output()).isZero();
    }

    /** Each change of a rule must be noticed by that rule's test; otherwise the test proves less than it seems to. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "CryptobotOrderFailureRateHigh | > 3 | > 2",
                "CryptobotOrderFailureRateHigh | > 3 | > 4",
                "CryptobotOrderFailureRateHigh | > 3 | >= 3",
                "CryptobotOrderFailureRateHigh | > 3 | < 3",
                "CryptobotOrderFailureRateHigh | [5m]) > 3 | [4m]) > 3",
                "CryptobotOrderFailureRateHigh | [5m]) > 3 | [6m]) > 3",
                "CryptobotOrderFailureRateHigh | increase( | rate(",
                "CryptobotOrderFailureRateHigh | increase( | delta(",
                "CryptobotOrderFailureRateHigh | increase(cryptobot_orders_failed_total[5m]) | sum by (job, instance, bot) (increase(cryptobot_orders_failed_total[5m]))",
                "CryptobotOrderFailureRateHigh | keep_firing_for: 5m | keep_firing_for: 4m",
                "CryptobotOrderFailureRateHigh | keep_firing_for: 5m | keep_firing_for: 6m",
                "CryptobotOrderLatencySloBreached | 0.95 | 0.94",
                "CryptobotOrderLatencySloBreached | 0.95 | 0.96",
                "CryptobotOrderLatencySloBreached | > 750 | > 749",
                "CryptobotOrderLatencySloBreached | > 750 | > 760",
                "CryptobotOrderLatencySloBreached | > 750 | >= 750",
                "CryptobotOrderLatencySloBreached | [5m])) > 750 | [4m])) > 750",
                "CryptobotOrderLatencySloBreached | [5m])) > 750 | [6m])) > 750",
                "CryptobotOrderLatencySloBreached | rate(cryptobot_order_latency_bucket[5m]) | cryptobot_order_latency_bucket",
                "CryptobotOrderLatencySloBreached | keep_firing_for: 5m | keep_firing_for: 4m",
                "CryptobotOrderLatencySloBreached | keep_firing_for: 5m | keep_firing_for: 6m",
                "CryptobotDown | for: 10s | for: 8s",
                "CryptobotDown | for: 10s | for: 12s",
                "CryptobotDown | unless on (job, instance, bot) cryptobot_trading_mode{mode=\"paper\"} == 1 | ''",
                "CryptobotDown | unless on (job, instance, bot) | unless on (job, instance)",
                "CryptobotDown | and on (job, instance, bot) | and on (job, instance)",
                "CryptobotScrapeDown | for: 15s | for: 12s",
                "CryptobotScrapeDown | for: 15s | for: 17s",
                "CryptobotScrapeDown | up{job=\"cryptobot-desktop\"} == 0 | up == 0",
                "CryptobotMissing | for: 1m | for: 50s",
                "CryptobotMissing | for: 1m | for: 80s",
                "CryptobotMissing | (job, instance) cryptobot_up | (job, instance) cryptobot_up == 1",
                "CryptobotMissing | == 1 unless | < 2 unless",
            })
    void ruleTestsNoticeAChangedRule(String alert, String original, String changed) throws IOException {
        String rules = Ops.text(Ops.RULES);
        assertThat(rules).contains(original);
        Path mutant = Files.writeString(home.resolve("mutant.yml"), rules.replace(original, changed));
        Path ruleTest = Ops.RULE_TESTS.resolve(alert + ".test.yml");
        assertThat(Ops.text(ruleTest)).contains(RULES_IN_TESTS);
        Path copy = Files.writeString(
                home.resolve("mutant.test.yml"), Ops.text(ruleTest).replace(RULES_IN_TESTS, mutant.toString()));

        assertThat(Tool.PROMTOOL.run("check", "rules", mutant).exitCode())
                .as("the changed rule is a valid one")
                .isZero();
        Tool.Result result = Tool.PROMTOOL.run("test", "rules", copy);
        assertThat(result.exitCode()).isNotZero();
        assertThat(result.output()).contains("exp:[");
    }
}
