package io.cryptobot.trading.benchmarks;

import io.cryptobot.telemetry.MetricCatalog;
import io.cryptobot.telemetry.OrderMode;
import io.cryptobot.telemetry.benchmarks.Goal;
import io.cryptobot.telemetry.benchmarks.Goal.Measure;
import io.cryptobot.telemetry.benchmarks.ScratchBot;
import io.cryptobot.telemetry.benchmarks.Shows;
import io.cryptobot.telemetry.files.CryptobotHome;
import io.cryptobot.trading.ClientOrderId;
import io.cryptobot.trading.ExchangeClient;
import io.cryptobot.trading.OrderAck;
import io.cryptobot.trading.OrderException;
import io.cryptobot.trading.OrderRequest;
import io.cryptobot.trading.OrderStatus;
import io.cryptobot.trading.Side;
import io.cryptobot.trading.Ticker;
import io.cryptobot.trading.TradingMode;
import io.cryptobot.trading.TradingShim;
import io.cryptobot.trading.log.OrderLog;
import io.cryptobot.trading.mode.DurableMode;
import io.cryptobot.trading.mode.ModeGate;
import io.cryptobot.trading.mode.ModeSwitch;
import io.cryptobot.trading.mode.Pass;
import io.cryptobot.trading.order.OrderGateway;
import io.cryptobot.trading.order.OrderRoute;
import io.cryptobot.trading.order.UnknownOrders;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
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
import org.openjdk.jmh.infra.Blackhole;

/** Cost of an order between strategy and exchange: gate, counters, latency, in-flight entry and order log. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 400, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 5, time = 400, timeUnit = TimeUnit.MILLISECONDS)
public class GateBenchmark {
    private static final ClientOrderId ID = new ClientOrderId("botm4k2j8z0a-1f3c");
    private static final OrderRequest ORDER = OrderRequest.market(ID, "XRPETH", Side.BUY, BigDecimal.TEN);

    /** Some six microseconds: the log's queue is not full before its writer looks again. */
    private static final int PAUSE_TOKENS = 4000;

    /** What the order goes through: all of it, and its parts. */
    @Param({"cryptobot", "gate and metrics", "gate", "clock read twice", "bare client"})
    public String library = "";

    private final List<AutoCloseable> opened = new ArrayList<>();
    private Order order;

    @FunctionalInterface
    private interface Order {
        OrderAck place(OrderRequest request) throws OrderException;
    }

    /** Opens what the order goes through, live, around a client that does nothing. */
    @Setup
    public void open() throws IOException, InterruptedException {
        ScratchBot bot = opened(ScratchBot.create());
        CryptobotHome home =
                new CryptobotHome(Files.createDirectories(bot.directory().resolve("home")), Path.of("state"));
        ExchangeClient client = new NoExchange();
        order = switch (library) {
            case "cryptobot" -> {
                TradingShim shim = opened(TradingShim.open(bot.telemetry(), client, controlFile(bot), home));
                live(bot, home);
                yield shim.processor()::process;
            }
            case "gate and metrics" -> {
                OrderLog log = OrderLog.open(home.orderLog(), bot.telemetry().counter(MetricCatalog.ORDER_LOG_LOST));
                log.close(); // nothing is written: its queue is full soon
                OrderRoute live = new OrderRoute(OrderMode.LIVE, client, bot.telemetry(), log, System::nanoTime);
                OrderRoute paper = new OrderRoute(OrderMode.PAPER, client, bot.telemetry(), log, System::nanoTime);
                yield new OrderGateway(gate(bot, home), unknown(bot, home), live, paper)::process;
            }
            case "gate" -> {
                ModeGate gate = gate(bot, home);
                yield request -> {
                    Pass pass = gate.enter(request.clientOrderId(), request.symbol());
                    OrderAck ack = client.place(request);
                    gate.exit(pass);
                    return ack;
                };
            }
            case "clock read twice" ->
                request -> {
                    long start = System.nanoTime();
                    OrderAck ack = client.place(request);
                    return System.nanoTime() < start ? null : ack;
                };
            default -> client::place;
        };
    }

    private ModeGate gate(ScratchBot bot, CryptobotHome home) throws IOException, InterruptedException {
        DurableMode durable =
                new DurableMode(home.stateDirectory(), bot.telemetry().instance());
        ModeGate gate = opened(ModeGate.open(controlFile(bot), durable, (mode, inFlight) -> {}));
        live(bot, home);
        return gate;
    }

    private static UnknownOrders unknown(ScratchBot bot, CryptobotHome home) {
        return UnknownOrders.open(home.stateDirectory(), bot.telemetry().instance());
    }

    private static void live(ScratchBot bot, CryptobotHome home) throws IOException, InterruptedException {
        DurableMode durable =
                new DurableMode(home.stateDirectory(), bot.telemetry().instance());
        ModeSwitch.Result switched =
                new ModeSwitch(controlFile(bot), durable).change(TradingMode.LIVE, Duration.ofSeconds(10));
        if (!switched.acknowledged()) {
            throw new IllegalStateException("the gate is not live");
        }
    }

    private static Path controlFile(ScratchBot bot) {
        return bot.directory().resolve("bench.control");
    }

    private <T extends AutoCloseable> T opened(T resource) {
        opened.add(0, resource);
        return resource;
    }

    /** Closes and removes everything, the last one first. */
    @TearDown
    public void close() throws Exception {
        for (AutoCloseable resource : opened) {
            resource.close();
        }
        opened.clear();
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

    @Benchmark
    @Shows(
            "The same with a pause of some microseconds before each order, so that no outcome is dropped; the row bare client"
                    + " shows the pause alone.")
    @Goal(of = Measure.BYTES, atMost = 0)
    public OrderAck orderPaced() throws OrderException {
        Blackhole.consumeCPU(PAUSE_TOKENS);
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
