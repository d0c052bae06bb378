package io.cryptobot.telemetry.benchmarks;

import io.cryptobot.telemetry.benchmarks.Goal.Measure;
import io.cryptobot.telemetry.benchmarks.peers.Recorder;
import java.io.IOException;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Threads;
import org.openjdk.jmh.annotations.Warmup;

/** Cost of counting an order for the thread that counts it, compared with other metrics libraries. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 400, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 5, time = 400, timeUnit = TimeUnit.MILLISECONDS)
public class RecordingBenchmark {
    /** Who records. */
    @Param({"cryptobot", "simpleclient", "client_java", "micrometer", "opentelemetry", "dropwizard"})
    public String library = "";

    private Recorder recorder;

    /** Makes the library's registry and its series. */
    @Setup
    public void open() throws IOException {
        recorder = Recorder.of(library);
    }

    /** Gives back what the library holds. */
    @TearDown
    public void close() {
        recorder.close();
    }

    @Benchmark
    @Shows("One counter increment.")
    @Goal(of = Measure.BYTES, atMost = 0)
    @Goal(of = Measure.RATIO, atMost = 1.1)
    public void counter() {
        recorder.count();
    }

    @Benchmark
    @Shows("One counter increment while a second thread increments the same counter.")
    @Threads(2)
    @Goal(of = Measure.BYTES, atMost = 0)
    @Goal(of = Measure.RATIO, peer = "client_java", atMost = 1.0)
    public void counterShared() {
        recorder.count();
    }

    @Benchmark
    @Shows("One order: counted as submitted, its latency observed.")
    @Goal(of = Measure.BYTES, atMost = 0)
    @Goal(of = Measure.RATIO, atMost = 1.1)
    @Goal(of = Measure.RATIO, peer = "micrometer", atMost = 0.2)
    @Goal(of = Measure.RATIO, peer = "dropwizard", atMost = 0.2)
    public void order(Latencies latencies) {
        recorder.order(latencies.next());
    }

    @Benchmark
    @Shows("One order while a second thread records orders of the same series.")
    @Threads(2)
    @Goal(of = Measure.BYTES, atMost = 0)
    @Goal(of = Measure.RATIO, peer = "client_java", atMost = 1.0)
    public void orderShared(Latencies latencies) {
        recorder.order(latencies.next());
    }
}
