package io.cryptobot.telemetry.benchmarks;

import io.cryptobot.telemetry.OrderMetrics;
import io.cryptobot.telemetry.OrderMode;
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
import org.openjdk.jmh.annotations.Warmup;

/** Time of the slowest orders to record, alone and with a busy reader and a busy disk. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.SampleTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 400, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 5, time = 800, timeUnit = TimeUnit.MILLISECONDS)
public class TailBenchmark {
    /** {@code alone}, or {@code disturbed} by a reader that snapshots in a loop and a process that writes and syncs. */
    @Param({"alone", "disturbed"})
    public String company = "";

    private ScratchBot bot;
    private OrderMetrics orders;
    private Disturbance disturbance;

    /** Opens the counters file and starts the company. */
    @Setup
    public void open() throws IOException {
        bot = ScratchBot.create();
        orders = bot.telemetry().orders(OrderMode.LIVE);
        if (company.equals("disturbed")) {
            disturbance = Disturbance.start(bot);
        }
    }

    /** Ends the company and removes the file. */
    @TearDown
    public void close() throws InterruptedException {
        if (disturbance != null) {
            disturbance.close();
        }
        bot.close();
    }

    @Benchmark
    @Shows("Empty operation: the cost of two clock reads, and the delays of the machine.")
    public long clockOnly(Latencies latencies) {
        return latencies.next();
    }

    @Benchmark
    @Shows("One order: counted as submitted, its latency observed.")
    public void order(Latencies latencies) {
        orders.submitted().inc();
        orders.latency().recordNanos(latencies.next());
    }
}
