package io.cryptobot.trading.mode;

import io.cryptobot.telemetry.Telemetry;
import io.cryptobot.telemetry.TelemetrySettings;
import io.cryptobot.telemetry.benchmarks.ScratchBot;
import io.cryptobot.telemetry.benchmarks.Shows;
import io.cryptobot.telemetry.files.CryptobotHome;
import io.cryptobot.telemetry.files.InstanceName;
import io.cryptobot.telemetry.files.RunDirectory;
import io.cryptobot.testing.Await;
import io.cryptobot.testing.ChildProcess;
import io.cryptobot.trading.ClientOrderId;
import io.cryptobot.trading.ClientOrderIds;
import io.cryptobot.trading.ExchangeClient;
import io.cryptobot.trading.OrderAck;
import io.cryptobot.trading.OrderDeniedException;
import io.cryptobot.trading.OrderException;
import io.cryptobot.trading.OrderRequest;
import io.cryptobot.trading.OrderStatus;
import io.cryptobot.trading.Side;
import io.cryptobot.trading.Ticker;
import io.cryptobot.trading.TradingMode;
import io.cryptobot.trading.TradingShim;
import io.cryptobot.trading.paper.LatencyModel;
import java.io.IOException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
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

/** Time from the write into the control file until a bot in another process acts on a switch away from live. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.SampleTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1, timeUnit = TimeUnit.SECONDS)
@Measurement(iterations = 5, time = 1, timeUnit = TimeUnit.SECONDS)
public class SwitchBenchmark {
    private static final VarHandle LONGS = MethodHandles.byteBufferViewVarHandle(long[].class, ByteOrder.nativeOrder());
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    /** The bot's orders come ten microseconds apart, so that a switch does not find it waiting. */
    private static final long ORDER_INTERVAL_NANOS = 10_000;

    /** The mode that is switched to: orders are refused, or go to the paper exchange. */
    @Param({"halt", "paper"})
    public String mode = "";

    private ScratchBot scratch;
    private ChildProcess bot;
    private ControlFile control;
    private ByteBuffer seen;
    private TradingMode target;
    private long changes;
    private int epoch;

    /** Starts the bot's process and waits until it trades. */
    @Setup
    public void open() throws IOException {
        target = TradingMode.valueOf(mode.toUpperCase(Locale.ROOT));
        scratch = ScratchBot.create();
        Path run = Files.createDirectory(scratch.directory().resolve("other"));
        seen = map(run);
        bot = ChildProcess.java(Bot.class, run).start();
        control = Await.within(PATIENCE)
                .showing(bot::output)
                .untilValue(
                        "the bot runs",
                        () -> ControlFile.find(controlFile(run), InstanceName.DEFAULT),
                        found -> found.isPresent() && found.get().beat() != 0)
                .orElseThrow();
        epoch = TradingMode.epochOfWord(control.modeWord());
    }

    private static ByteBuffer map(Path run) throws IOException {
        try (FileChannel channel = FileChannel.open(
                run.resolve("seen"), StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            return channel.map(FileChannel.MapMode.READ_WRITE, 0, Long.BYTES).order(ByteOrder.nativeOrder());
        }
    }

    private static Path controlFile(Path run) {
        return new RunDirectory(run).controlFile(InstanceName.DEFAULT);
    }

    private static void requireTime(long deadline) {
        if (System.nanoTime() > deadline) {
            throw new IllegalStateException("the bot does not follow");
        }
    }

    /** Goes live, and lets a few orders be sent. */
    @Setup(Level.Invocation)
    public void goLive() {
        set(TradingMode.LIVE);
        LockSupport.parkNanos(20 * ORDER_INTERVAL_NANOS);
    }

    /** Ends the bot and removes everything. */
    @TearDown
    public void close() {
        bot.close();
        scratch.close();
    }

    @Benchmark
    @Shows("A switch, from the write until the bot reports the first denied or paper order; goal: at most 1 ms.")
    public long leaveLive() {
        return set(target);
    }

    private long set(TradingMode to) {
        long before = changes;
        control.setModeWord(to.word(++epoch));
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        long now = changes();
        while (now == before) {
            Thread.onSpinWait();
            requireTime(deadline);
            now = changes();
        }
        changes = now;
        return now;
    }

    private long changes() {
        return (long) LONGS.getVolatile(seen, 0);
    }

    /** The bot's process: tells in shared memory how often what became of its orders has changed. */
    public static final class Bot {
        private Bot() {}

        /** Argument: the run directory, which is home too. */
        public static void main(String[] arguments) throws IOException {
            Path run = Path.of(arguments[0]);
            ByteBuffer seen = map(run);
            // no directory for the order log: what it writes is not what is measured
            Files.createFile(run.resolve("ops"));
            Telemetry telemetry = Telemetry.open(new TelemetrySettings(InstanceName.DEFAULT, new RunDirectory(run)));
            TradingShim shim = TradingShim.builder(
                            telemetry, controlFile(run), new CryptobotHome(run, Path.of("state")))
                    .paper(TradingShim.paperSettings(telemetry)
                            .latency(LatencyModel.fixed(Duration.ZERO))
                            .build())
                    .open(new NoExchange());
            ClientOrderIds ids = new ClientOrderIds("bench", System.currentTimeMillis());
            boolean wasLive = false;
            for (long changes = 0; ; ) {
                boolean live = isLive(shim, OrderRequest.market(ids.next(), "XRPETH", Side.BUY, BigDecimal.ONE));
                if (live != wasLive) {
                    LONGS.setVolatile(seen, 0, ++changes);
                    wasLive = live;
                }
                long next = System.nanoTime() + ORDER_INTERVAL_NANOS;
                while (System.nanoTime() < next) {
                    Thread.onSpinWait();
                }
            }
        }

        private static boolean isLive(TradingShim shim, OrderRequest request) {
            try {
                return shim.processor().process(request).exchangeOrderId().equals("1");
            } catch (OrderException | OrderDeniedException e) {
                return false;
            }
        }
    }

    /** Accepts everything. */
    private static final class NoExchange implements ExchangeClient {
        @Override
        public String name() {
            return "none";
        }

        @Override
        public OrderAck place(OrderRequest request) {
            return new OrderAck(request.clientOrderId(), "1", OrderStatus.FILLED, request.quantity(), BigDecimal.ONE);
        }

        @Override
        public void cancel(String symbol, ClientOrderId id) {}

        @Override
        public List<ClientOrderId> openOrders(String symbol) {
            return List.of();
        }

        @Override
        public Ticker ticker(String symbol) {
            return new Ticker(symbol, BigDecimal.ONE, System.currentTimeMillis());
        }
    }
}
