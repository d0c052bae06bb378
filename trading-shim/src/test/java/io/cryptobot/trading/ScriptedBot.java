package io.cryptobot.trading;

import static org.assertj.core.api.Assertions.assertThat;

import io.cryptobot.telemetry.MetricCatalog;
import io.cryptobot.telemetry.OrderMetrics;
import io.cryptobot.telemetry.OrderMode;
import io.cryptobot.telemetry.Telemetry;
import io.cryptobot.telemetry.TelemetrySettings;
import io.cryptobot.telemetry.files.CryptobotHome;
import io.cryptobot.telemetry.files.InstanceName;
import io.cryptobot.telemetry.files.RunDirectory;
import io.cryptobot.testing.ManualClock;
import io.cryptobot.trading.mode.DurableMode;
import io.cryptobot.trading.mode.ModeSwitch;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A bot with a scripted exchange in one directory. Its background tasks run only in {@link #pass}, unless it is opened with
 * threads.
 */
final class ScriptedBot implements AutoCloseable {
    static final InstanceName NAME = new InstanceName("bot");
    static final OrderException TIMEOUT = new OrderException(FailureReason.UNKNOWN, "read timed out");
    private static final Duration ZERO = Duration.ZERO;

    final Path directory;
    final ScriptedExchange exchange = new ScriptedExchange();
    /** The clients that the factory has made; the exchange is the first. */
    final List<ScriptedExchange> made = new ArrayList<>();

    final Telemetry telemetry;

    @Nullable
    OrderException factoryFailure;

    private final ManualClock clock = new ManualClock();
    private final ClientOrderIds ids = new ClientOrderIds("t", 1_700_000_000_000L);
    private final List<Runnable> tasks = new ArrayList<>();
    private @Nullable TradingShim shim;

    ScriptedBot(Path directory) {
        this.directory = directory;
        telemetry = Telemetry.open(new TelemetrySettings(NAME, new RunDirectory(directory)));
    }

    /** {@return a bot that is open and live} */
    static ScriptedBot openLive(Path directory) throws Exception {
        ScriptedBot bot = new ScriptedBot(directory);
        bot.set(TradingMode.LIVE);
        bot.open();
        return bot;
    }

    /** {@return a builder of a shim whose background tasks run in {@link #pass}} */
    TradingShim.Builder builder() {
        return TradingShim.builder(telemetry, controlFile(), home())
                .settings(new TradingSettings(Duration.ofMillis(100), Duration.ofMillis(20)))
                .background(ManualBackground::new, clock);
    }

    /** {@return a builder of a shim with all its threads} */
    TradingShim.Builder threads() {
        return TradingShim.builder(telemetry, controlFile(), home())
                .settings(new TradingSettings(Duration.ofMillis(100), Duration.ofMillis(20)));
    }

    /** {@return the shim, opened with its factory} */
    TradingShim open(TradingShim.Builder builder) throws OrderException {
        made.clear();
        shim = builder.open(this::make);
        return shim;
    }

    TradingShim open() throws OrderException {
        return open(builder());
    }

    private ExchangeClient make() throws OrderException {
        if (factoryFailure != null) {
            throw factoryFailure;
        }
        ScriptedExchange client = made.isEmpty() ? exchange : new ScriptedExchange();
        made.add(client);
        return client;
    }

    /** Advances the time and runs every background task once. */
    void pass(Duration time) {
        clock.advance(time);
        List.copyOf(tasks).forEach(Runnable::run);
    }

    /** Sets the mode; it applies to the next order, or when the gate is opened. */
    ModeSwitch.Result set(TradingMode mode) throws IOException, InterruptedException {
        return modeSwitch().change(mode, ZERO);
    }

    /** Sets the mode and waits until the running bot has acknowledged it. */
    ModeSwitch.Result switchTo(TradingMode mode) throws IOException, InterruptedException {
        ModeSwitch.Result result = modeSwitch().change(mode, Duration.ofSeconds(10));
        assertThat(result.acknowledged()).isTrue();
        return result;
    }

    ModeSwitch modeSwitch() {
        return new ModeSwitch(controlFile(), new DurableMode(home().stateDirectory(), NAME));
    }

    /** Sends an order that gets this answer from the exchange. */
    void place(OrderRequest order, OrderStatus status, @Nullable Throwable failure) {
        exchange.status = status;
        exchange.failure = failure;
        try {
            shim().processor().process(order);
        } catch (OrderException | RuntimeException e) {
            assertThat(e).isSameAs(failure);
        }
        exchange.failure = null;
    }

    /** {@return a new order for ten} */
    OrderRequest order() {
        return OrderRequest.market(ids.next(), "XRPETH", Side.BUY, BigDecimal.TEN);
    }

    /** {@return a new limit order for ten that stays open} */
    OrderRequest limit(String price) {
        return OrderRequest.limit(ids.next(), "XRPETH", Side.BUY, BigDecimal.TEN, new BigDecimal(price));
    }

    TradingShim shim() {
        assertThat(shim).isNotNull();
        return shim;
    }

    /** {@return the number of orders with a known outcome, see the class comment of the recorder} */
    long fates() {
        OrderMetrics live = orders(OrderMode.LIVE);
        return live.filled().getCount()
                + live(MetricCatalog.ORDERS_CANCELLED)
                + live.failed().getCount()
                - failed("unknown")
                + resolved("absent")
                + telemetry.gauge(MetricCatalog.ORDERS_OPEN, "live").getValue().longValue()
                + shim().unknownOrders();
    }

    OrderMetrics orders(OrderMode mode) {
        return telemetry.orders(mode);
    }

    /** {@return submitted, filled, failed and timed orders} */
    List<Long> counts(OrderMode mode) {
        OrderMetrics metrics = orders(mode);
        return List.of(
                metrics.submitted().getCount(),
                metrics.filled().getCount(),
                metrics.failed().getCount(),
                metrics.latency().getCount());
    }

    long live(MetricCatalog metric) {
        return telemetry.counter(metric, "live").getCount();
    }

    long failed(String reason) {
        return telemetry
                .counter(MetricCatalog.ORDERS_FAILED_BY_REASON, "scripted", "live", reason)
                .getCount();
    }

    long resolved(String outcome) {
        return telemetry.counter(MetricCatalog.ORDERS_RESOLVED, outcome).getCount();
    }

    /** {@return the lines of the order log; the shim is closed} */
    List<String> orderLog() throws IOException {
        shim().close();
        return Files.readAllLines(home().orderLog());
    }

    Path controlFile() {
        return directory.resolve("bot.control");
    }

    CryptobotHome home() {
        return new CryptobotHome(directory, Path.of("state"));
    }

    @Override
    public void close() {
        if (shim != null) {
            shim.close();
        }
        telemetry.close();
    }

    private final class ManualBackground implements Background {
        private final List<Runnable> own = new ArrayList<>();

        @Override
        public void every(Duration interval, Runnable task) {
            own.add(task);
            tasks.add(task);
        }

        @Override
        public void close() {
            tasks.removeAll(own);
        }
    }
}
