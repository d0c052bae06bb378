package io.cryptobot.smoke.drill;

import io.cryptobot.smoke.cli.CheckResult;
import io.cryptobot.smoke.cli.CheckResult.Status;
import io.cryptobot.smoke.cli.CommandFailure;
import io.cryptobot.smoke.cli.ExitCode;
import io.cryptobot.telemetry.MetricCatalog;
import io.cryptobot.telemetry.Telemetry;
import io.cryptobot.telemetry.TelemetrySettings;
import io.cryptobot.telemetry.counters.CountersFileException;
import io.cryptobot.telemetry.counters.CountersReader;
import io.cryptobot.telemetry.counters.CountersSnapshot;
import io.cryptobot.telemetry.files.InstanceName;
import io.cryptobot.telemetry.files.RunDirectory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.OptionalDouble;

/**
 * The results of the drills, as metrics in a counters file of their own, {@code alert-drill.counters}. The name must not begin
 * with {@code drill-}: files of such bots are removed, and their alerts are marked as drills. Thread-safe.
 */
public final class DrillMetrics implements AutoCloseable {
    static final InstanceName NAME = new InstanceName("alert-drill");

    private static final List<String> HOPS =
            List.of("exporter", "prometheus", "rule", "alertmanager", "slack", "resolved");

    private final Telemetry telemetry;

    private DrillMetrics(Telemetry telemetry) {
        this.telemetry = telemetry;
        for (Result result : Result.values()) { // a counter that is created late loses its first increment
            telemetry.counter(MetricCatalog.DRILLS, result.label());
        }
    }

    private enum Result {
        PASSED,
        ACCEPTED,
        FAILED;

        String label() {
            return switch (this) {
                case PASSED -> "passed";
                case ACCEPTED -> "accepted";
                case FAILED -> "failed";
            };
        }

        static Result of(ExitCode exitCode) {
            return switch (exitCode) {
                case PASS -> PASSED;
                case NOT_VERIFIABLE -> ACCEPTED;
                case FAILED, USAGE, CONFIGURATION, TIMEOUT, INTERNAL, ORDERS_IN_FLIGHT, NOT_STORED, NO_STACK -> FAILED;
            };
        }
    }

    /**
     * {@return the metrics, with the counts of an earlier run}
     *
     * @throws CommandFailure if they cannot be written, because another run owns them or the directory is unusable
     */
    public static DrillMetrics open(RunDirectory runDirectory) {
        OptionalDouble lastSuccess =
                lastSuccess(runDirectory); // which is reset when the file is opened, as every gauge is
        Telemetry telemetry = Telemetry.open(new TelemetrySettings(NAME, runDirectory));
        String problem = telemetry.degradedReason().orElse("");
        if (!problem.isEmpty()) {
            telemetry.close();
            throw new CommandFailure(
                    ExitCode.CONFIGURATION,
                    "the results of the drills cannot be written: " + problem
                            + "; end another --every, or check CRYPTOBOT_RUN_DIR");
        }
        DrillMetrics metrics = new DrillMetrics(telemetry);
        lastSuccess.ifPresent(telemetry.gauge(MetricCatalog.DRILL_LAST_SUCCESS_TIMESTAMP)::set);
        return metrics;
    }

    /** A restart must not reset the time since the last good drill, if drills have failed for hours. */
    private static OptionalDouble lastSuccess(RunDirectory runDirectory) {
        Path file = runDirectory.countersFile(NAME);
        if (!Files.exists(file)) {
            return OptionalDouble.empty();
        }
        try (CountersReader reader = CountersReader.open(file, NAME)) {
            return reader.snapshot().series().stream()
                    .filter(series -> series.descriptor()
                            .name()
                            .equals(MetricCatalog.DRILL_LAST_SUCCESS_TIMESTAMP.prometheusName()))
                    .mapToDouble(CountersSnapshot.Series::value)
                    .filter(Double::isFinite)
                    .findFirst();
        } catch (CountersFileException e) {
            return OptionalDouble.empty(); // it is replaced soon after
        }
    }

    /** Counts a drill that has ended. */
    public void record(DrillResult drill) {
        Result result = Result.of(drill.exitCode());
        for (String hop : HOPS) {
            double seconds = drill.results().stream()
                    .filter(each -> each.id().equals(hop) && each.status() == Status.PASS)
                    .map(CheckResult::duration)
                    .mapToDouble(DrillMetrics::seconds)
                    .findFirst()
                    .orElse(Double.NaN); // which the exporter leaves out
            telemetry.gauge(MetricCatalog.DRILL_HOP_SECONDS, hop).set(seconds);
        }
        telemetry.gauge(MetricCatalog.DRILL_LAST_PASSED).set(result == Result.FAILED ? 0 : 1);
        if (result != Result.FAILED) {
            telemetry
                    .gauge(MetricCatalog.DRILL_LAST_SUCCESS_TIMESTAMP)
                    .set(Instant.now().toEpochMilli() / 1000.0);
        }
        telemetry.counter(MetricCatalog.DRILLS, result.label()).inc();
    }

    private static double seconds(Duration duration) {
        return duration.toMillis() / 1000.0;
    }

    @Override
    public void close() {
        telemetry.close();
    }
}
