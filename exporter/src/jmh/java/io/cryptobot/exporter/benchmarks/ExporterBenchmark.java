package io.cryptobot.exporter.benchmarks;

import io.cryptobot.telemetry.benchmarks.Goal;
import io.cryptobot.telemetry.benchmarks.Goal.Measure;
import io.cryptobot.telemetry.benchmarks.Shows;
import java.io.IOException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.openjdk.jmh.annotations.AuxCounters;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/** Client-side time of a scrape: 100 scrapes a second with gzip, like Prometheus, and 250 series for each bot. */
@BenchmarkMode(Mode.SampleTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Fork(1)
@Warmup(iterations = 1, time = 1)
@Measurement(iterations = 2, time = 2)
public class ExporterBenchmark {
    private static final int SCRAPES = 200;

    /** A server and a pace. */
    abstract static class Load {
        private static final long INTERVAL_NANOS = 10_000_000;
        private static final long WARM_NANOS = 5_000_000_000L;
        /** A small page runs each loop for a moment only: the compiler takes longer to find what is hot. */
        private static final long WARM_ONE_BOT_NANOS = 30_000_000_000L;

        MeasuredServer server;
        private long nextNanos = System.nanoTime();

        void start(String library, int bots) throws IOException {
            server = MeasuredServer.start(library, bots);
            // An exporter runs for weeks: scrapes without a pause until its code is compiled as it is then.
            long warmNanos = bots == 1 ? WARM_ONE_BOT_NANOS : WARM_NANOS;
            for (long end = System.nanoTime() + warmNanos; System.nanoTime() < end; ) {
                server.scrape();
            }
        }

        /** Waits for the next turn, which is not measured. */
        @Setup(Level.Invocation)
        public void pace() {
            nextNanos = Math.max(nextNanos + INTERVAL_NANOS, System.nanoTime() - INTERVAL_NANOS);
            for (long left = nextNanos - System.nanoTime(); left > 0; left = nextNanos - System.nanoTime()) {
                LockSupport.parkNanos(left);
            }
        }

        @TearDown
        public void close() throws IOException {
            server.close();
        }
    }

    /** 250 series. */
    @State(Scope.Benchmark)
    public static class OneBot extends Load {
        @Param({"cryptobot", "simpleclient", "jmx_exporter"})
        public String library;

        @Setup
        public void open() throws IOException {
            start(library, 1);
        }
    }

    /** 2,500 series. */
    @State(Scope.Benchmark)
    public static class TenBots extends Load {
        @Param({"cryptobot", "simpleclient"})
        public String library;

        @Setup
        public void open() throws IOException {
            start(library, 10);
        }
    }

    /** 25,000 series. */
    @State(Scope.Benchmark)
    public static class HundredBots extends Load {
        @Param({"cryptobot", "simpleclient"})
        public String library;

        @Setup
        public void open() throws IOException {
            start(library, 100);
        }
    }

    /** 100,000 series. */
    @State(Scope.Benchmark)
    public static class FourHundredBots extends Load {
        @Param({"cryptobot", "simpleclient"})
        public String library;

        @Setup
        public void open() throws IOException {
            start(library, 400);
        }
    }

    /** One bot, and other clients of its exporter. */
    @State(Scope.Benchmark)
    public static class UnderAbuse extends Load {
        @Param({"ALONE", "SLOW_READERS", "THOUSAND_CONNECTIONS", "WRK"})
        public AbusiveClients clients;

        private AutoCloseable others;

        @Setup
        public void open() throws IOException {
            start("cryptobot", 1);
            others = clients.start(server.port());
        }

        @TearDown
        public void leave() throws Exception {
            others.close();
        }
    }

    /** Everything but the exporter's own process. */
    @State(Scope.Benchmark)
    public static class Stopped {
        @Param({"cryptobot", "simpleclient", "jmx_exporter"})
        public String library;

        MeasuredServer server;

        @Setup
        public void prepare() throws IOException {
            server = MeasuredServer.prepare(library, 1);
        }

        @TearDown(Level.Iteration)
        public void stop() {
            server.stopServer();
        }

        @TearDown
        public void close() throws IOException {
            server.close();
        }
    }

    /** What the exporter's process holds in RAM. */
    @State(Scope.Thread)
    @AuxCounters(AuxCounters.Type.EVENTS)
    public static class Resident {
        public double residentMiB;
    }

    @Benchmark
    @Shows("A scrape of one bot, 250 series.")
    @Goal(of = Measure.P50, atMost = 1)
    @Goal(of = Measure.P99, atMost = 5)
    public int oneBot(OneBot load) throws IOException {
        return load.server.scrape();
    }

    @Benchmark
    @Shows("A scrape of ten bots, 2,500 series.")
    public int tenBots(TenBots load) throws IOException {
        return load.server.scrape();
    }

    @Benchmark
    @Shows("A scrape of a hundred bots, 25,000 series.")
    @Goal(of = Measure.P50, atMost = 60)
    public int hundredBots(HundredBots load) throws IOException {
        return load.server.scrape();
    }

    @Benchmark
    @Shows("A scrape of four hundred bots, 100,000 series.")
    public int fourHundredBots(FourHundredBots load) throws IOException {
        return load.server.scrape();
    }

    @Benchmark
    @Shows("A scrape of one bot while other clients misuse the exporter.")
    public int underAbuse(UnderAbuse load) throws IOException {
        return load.server.scrape();
    }

    @Benchmark
    @BenchmarkMode(Mode.SingleShotTime)
    @Warmup(iterations = 0)
    @Measurement(iterations = 1)
    @Shows("From the start of the process to the first good scrape of one bot.")
    @Goal(of = Measure.TIME, atMost = 2_000)
    public void start(Stopped stopped, Resident resident) throws IOException {
        stopped.server.startServer(stopped.library, 1);
        resident.residentMiB = stopped.server.residentMiB();
    }

    @Benchmark
    @BenchmarkMode(Mode.SingleShotTime)
    @Warmup(iterations = 0)
    @Measurement(iterations = 1)
    @Shows("A start and two hundred sequential scrapes of one bot, and the memory after them.")
    public void twoHundredScrapes(Stopped stopped, Resident resident) throws IOException {
        stopped.server.startServer(stopped.library, 1);
        for (int scrape = 0; scrape < SCRAPES; scrape++) {
            stopped.server.scrape();
        }
        resident.residentMiB = stopped.server.residentMiB();
    }
}
