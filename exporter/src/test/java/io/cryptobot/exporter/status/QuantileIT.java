package io.cryptobot.exporter.status;

import static org.assertj.core.api.Assertions.assertThat;

import io.cryptobot.telemetry.MetricCatalog;
import io.cryptobot.testing.ChildProcess;
import io.cryptobot.testing.ChildProcess.Result;
import io.cryptobot.testing.RealEngines;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The page's p95 beside that of the latency alert's own expression in Prometheus. */
@RealEngines
class QuantileIT {
    private static final List<Double> BOUNDS = MetricCatalog.LATENCY_BOUNDS_MS;

    @TempDir
    Path temporary;

    @Test
    void isWhatPrometheusComputes() throws Exception {
        long seed = new Random().nextLong();
        Random random = new Random(seed);
        StringBuilder tests = new StringBuilder("rule_files: []\nevaluation_interval: 15s\ntests:\n");
        for (int round = 0; round < 100; round++) {
            long[] counts = new long[BOUNDS.size() + 1];
            int lowest = random.nextInt(counts.length);
            int buckets = random.nextInt(counts.length - lowest) + 1;
            for (int order = random.nextInt(200); order >= 0; order--) {
                counts[lowest + random.nextInt(buckets)]++;
            }
            append(tests, counts);
        }
        Path file = Files.writeString(temporary.resolve("quantile.test.yml"), tests);
        Result promtool = ChildProcess.program("promtool", "test", "rules", file)
                .debianPackage("prometheus")
                .run();
        assertThat(promtool.exitCode())
                .as("seed %s: %s", seed, promtool.output())
                .isZero();
    }

    /** Counts that grow from 0 to these at once, some time within the five minutes. */
    private static void append(StringBuilder tests, long[] counts) {
        double expected = Latencies.of(BOUNDS, counts).quantile(0.95).orElseThrow();
        tests.append("- interval: 15s\n  input_series:\n");
        long cumulative = 0;
        for (int index = 0; index < counts.length; index++) {
            cumulative += counts[index];
            String bound = index < BOUNDS.size() ? BOUNDS.get(index).toString() : "+Inf";
            tests.append("  - series: 'cryptobot_order_latency_bucket{le=\"" + bound + "\"}'\n    values: '0x8 "
                    + cumulative + "x12'\n");
        }
        tests.append("  promql_expr_test:\n  - expr: abs(histogram_quantile(0.95,"
                + " rate(cryptobot_order_latency_bucket[5m])) - " + expected + ") < bool 1e-6\n"
                + "    eval_time: 5m\n    exp_samples:\n    - labels: '{}'\n      value: 1\n");
    }
}
