package io.cryptobot.trading.benchmarks;

import io.cryptobot.telemetry.CryptobotHome;
import io.cryptobot.telemetry.benchmarks.Goal;
import io.cryptobot.telemetry.benchmarks.Goal.Measure;
import io.cryptobot.telemetry.benchmarks.ScratchBot;
import io.cryptobot.telemetry.benchmarks.Shows;
import io.cryptobot.trading.ClientOrderId;
import io.cryptobot.trading.ExchangeClient;
import io.cryptobot.trading.OrderAck;
import io.cryptobot.trading.OrderException;
import io.cryptobot.trading.OrderRequest;
import io.cryptobot.trading.OrderStatus;
import io.cryptobot.trading.Side;
import io.cryptobot.trading.Ticker;
import io.cryptobot.trading.TradingShim;
import io.cryptobot.trading.mode.DurableMode;
import io.cryptobot.trading.mode.ModeSwitch;
import io.cryptobot.trading.mode.TradingMode;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
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

/** What stands between a strategy and its exchange: gate, counters, latency, in-flight entry and order log, for each order. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 400, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 5, time = 400, timeUnit = TimeUnit.MILLISECONDS)
public class GateBenchmark {
    private static final ClientOrderId ID = new ClientOrderId("botm4k2j8z0a-1f3c");
    private static final OrderRequest ORDER = OrderRequest.market(ID, "XRPETH", Side.BUY, BigDecimal.TEN);

    /** What the order goes through. */
    @Param({"cryptobot", "bare client"})
    public String library = "";

    private ScratchBot bot;
    private TradingShim shim;
    private Order order;

    @FunctionalInterface
    private interface Order {
        OrderAck place(OrderRequest request) throws OrderException;
    }

    /** Opens a live shim around a client that does nothing. */
    @Setup
    public void open() throws IOException, InterruptedException {
        bot = ScratchBot.create();
        Path directory = Files.createDirectories(bot.directory().resolve("home"));
        Path controlFile = bot.directory().resolve("bench.control");
        CryptobotHome home = new CryptobotHome(directory, Path.of("state"));
        ExchangeClient client = new NoExchange();
        shim = TradingShim.open(bot.telemetry(), client, controlFile, home);
        new ModeSwitch(
                        controlFile,
                        new DurableMode(home.stateDirectory(), bot.telemetry().instance()))
                .change(TradingMode.LIVE, Duration.ofSeconds(10));
        if (shim.mode() != TradingMode.LIVE) {
            throw new IllegalStateException("the gate is not live");
        }
        order = library.equals("cryptobot") ? shim.processor()::process : client::place;
    }

    /** Closes and removes everything. */
    @TearDown
    public void close() {
        shim.close();
        bot.close();
    }

    @Benchmark
    @Shows("One live order through gate and instrumentation to a client that does nothing.")
    @Goal(of = Measure.TIME, atMost = 100)
    @Goal(of = Measure.BYTES, atMost = 0)
    public OrderAck order() throws OrderException {
        return order.place(ORDER);
    }

    @Benchmark
    @Shows("One live order while a second thread sends orders too.")
    @Threads(2)
    @Goal(of = Measure.BYTES, atMost = 0)
    public OrderAck orderShared() throws OrderException {
        return order.place(ORDER);
    }

    /** Accepts everything, and makes nothing for it. */
    private static final class NoExchange implements ExchangeClient {
        private static final OrderAck ACK = new OrderAck(ID, "1", OrderStatus.FILLED, BigDecimal.TEN, BigDecimal.ONE);

        @Override
        public String name() {
            return "none";
        }

        @Override
        public OrderAck place(OrderRequest request) {
            return ACK;
        }

        @Override
        public void cancel(String symbol, ClientOrderId id) {}

        @Override
        public List<ClientOrderId> openOrders(String symbol) {
            return List.of();
        }

        @Override
        public Ticker ticker(String symbol) {
            return new Ticker(symbol, BigDecimal.ONE, 0);
        }
    }
}
