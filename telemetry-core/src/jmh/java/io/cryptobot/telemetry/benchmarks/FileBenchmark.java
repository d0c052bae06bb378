package io.cryptobot.telemetry.benchmarks;

import io.cryptobot.telemetry.MetricCatalog;
import io.cryptobot.telemetry.MetricCatalog.Source;
import io.cryptobot.telemetry.Telemetry;
import io.cryptobot.telemetry.TelemetrySettings;
import io.cryptobot.telemetry.benchmarks.Goal.Measure;
import io.cryptobot.telemetry.counters.CountersFileException;
import io.cryptobot.telemetry.counters.CountersReader;
import io.cryptobot.telemetry.counters.CountersSnapshot;
import io.cryptobot.telemetry.files.InstanceName;
import io.cryptobot.telemetry.files.RunDirectory;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/** Cost of the counters file at a scrape and at a start: a file with every metric and label of the catalogue. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 400, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 5, time = 400, timeUnit = TimeUnit.MILLISECONDS)
public class FileBenchmark {
    private static final Map<String, List<String>> LABEL_VALUES = Map.of(
            "mode", List.of("live", "paper"),
            "exchange", List.of("binance", "kraken"),
            "reason", List.of("rejected", "timeout", "network", "rate_limited", "insufficient_funds", "unknown"));

    private ScratchBot bot;
    private CountersReader reader;
    private ScratchBot restarted;

    /** Writes the file that is read, and one that is opened again and again. */
    @Setup
    public void open() throws IOException, CountersFileException {
        bot = ScratchBot.create();
        register(bot.telemetry());
        reader = CountersReader.open(bot.countersFile(), bot.instance());
        restarted = ScratchBot.create();
        register(restarted.telemetry());
        restarted.telemetry().close();
    }

    /** Removes both. */
    @TearDown
    public void close() {
        reader.close();
        bot.close();
        restarted.close();
    }

    @Benchmark
    @Shows("A consistent copy of all values, as the exporter takes it at every scrape.")
    @Goal(of = Measure.TIME, atMost = 50)
    public CountersSnapshot snapshot() throws CountersFileException {
        return reader.snapshot();
    }

    @Benchmark
    @Shows("Start of a bot with an existing file: lock, validate, map, resume the order metrics, close.")
    @Goal(of = Measure.TIME, atMost = 20_000)
    public void openExisting() {
        Telemetry.open(new TelemetrySettings(
                        InstanceName.DEFAULT,
                        new RunDirectory(restarted.countersFile().getParent())))
                .close();
    }

    @Benchmark
    @Shows("The exporter opens a file: validate, map, read every record, close.")
    public CountersSnapshot openFile() throws CountersFileException {
        try (CountersReader fresh = CountersReader.open(bot.countersFile(), bot.instance())) {
            return fresh.snapshot();
        }
    }

    private static void register(Telemetry telemetry) {
        for (MetricCatalog metric : MetricCatalog.values()) {
            if (metric.source() == Source.BOT) {
                for (String[] labels : combinations(metric.labels())) {
                    switch (metric.type()) {
                        case COUNTER -> telemetry.counter(metric, labels).inc();
                        case GAUGE -> telemetry.gauge(metric, labels).set(1);
                        case HISTOGRAM -> telemetry.histogram(metric, labels).update(100);
                    }
                }
            }
        }
    }

    private static List<String[]> combinations(List<String> labels) {
        List<String[]> combinations = new ArrayList<>();
        combinations.add(new String[0]);
        for (String label : labels) {
            List<String[]> longer = new ArrayList<>();
            for (String[] shorter : combinations) {
                for (String value : LABEL_VALUES.getOrDefault(label, List.of("one"))) {
                    String[] values = Arrays.copyOf(shorter, shorter.length + 1);
                    values[shorter.length] = value;
                    longer.add(values);
                }
            }
            combinations = longer;
        }
        return combinations;
    }
}
