package io.cryptobot.trading;

import io.cryptobot.telemetry.MetricCatalog;
import io.cryptobot.telemetry.OrderMode;
import io.cryptobot.telemetry.Telemetry;
import io.cryptobot.telemetry.dropwizard.FileCounter;
import io.cryptobot.telemetry.dropwizard.FileGauge;
import io.cryptobot.telemetry.files.CryptobotHome;
import io.cryptobot.trading.command.CommandHandler;
import io.cryptobot.trading.command.CommandServer;
import io.cryptobot.trading.log.OrderLog;
import io.cryptobot.trading.mode.DurableMode;
import io.cryptobot.trading.mode.LastRun;
import io.cryptobot.trading.mode.ModeGate;
import io.cryptobot.trading.order.GatedCalls;
import io.cryptobot.trading.order.GatedExchangeClient;
import io.cryptobot.trading.order.GatedOrderProcessor;
import io.cryptobot.trading.order.InstrumentedExchangeClient;
import io.cryptobot.trading.order.InstrumentedOrderProcessor;
import io.cryptobot.trading.order.LiveOrders;
import io.cryptobot.trading.order.OrderRecorder;
import io.cryptobot.trading.order.OrderTracker;
import io.cryptobot.trading.order.RestartableExchangeClient;
import io.cryptobot.trading.order.UnknownOrderResolver;
import io.cryptobot.trading.order.UnknownOrders;
import io.cryptobot.trading.paper.LatencyModel;
import io.cryptobot.trading.paper.PaperExchangeClient;
import io.cryptobot.trading.paper.PaperSettings;
import io.cryptobot.trading.paper.Shadow;
import io.cryptobot.trading.paper.ShadowedExchangeClient;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one place that stacks what stands between a strategy and its exchange:
 *
 * <pre>
 *   strategy → instrumented order processor → mode gate → instrumented live client  → exchange
 *                                                       └ instrumented paper client (market data of the exchange)
 * </pre>
 *
 * Thread-safe. It starts in the mode in which the bot was when it ended, as far as the control file and the disk agree:
 * PAPER for a bot that was never switched.
 */
public final class TradingShim implements AutoCloseable {
    private static final Logger LOGGER = LoggerFactory.getLogger(TradingShim.class);
    private static final long STORE_INTERVAL_MS = 100;
    private static final long LOOK_INTERVAL_MS = 250;
    private static final int BACKGROUND_THREADS = 3;
    private static final Duration CLIENT_TIMEOUT = Duration.ofSeconds(30);
    private static final Duration PAPER_LATENCY_AT_FIRST = Duration.ofMillis(50);
    private static final Duration PAPER_LATENCY_AT_MOST = Duration.ofSeconds(2);

    private final ModeGate gate;
    private final OrderLog log;
    private final UnknownOrders unknown;
    private final CommandServer commands;
    private final ScheduledExecutorService background;
    private final InstrumentedOrderProcessor processor;
    private final ExchangeClient exchange;
    private final ExchangeClient live;
    private final PaperExchangeClient paperExchange;
    private final GatedCalls.Way way;

    private TradingShim(
            Telemetry telemetry,
            ExchangeClient client,
            Optional<RestartableExchangeClient> restartable,
            Path controlFile,
            CryptobotHome home,
            TradingSettings settings,
            PaperSettings paperSettings) {
        log = OrderLog.open(home.orderLog(), telemetry.counter(MetricCatalog.ORDER_LOG_LOST));
        String name = client.name();
        OrderTracker liveTracker = new OrderTracker(
                OrderMode.LIVE, telemetry, (id, symbol, status) -> log(TradingMode.LIVE, name, id, symbol, status));
        OrderTracker paperTracker = new OrderTracker(
                OrderMode.PAPER, telemetry, (id, symbol, status) -> log(TradingMode.PAPER, name, id, symbol, status));
        OrderRecorder recorder = new OrderRecorder(client.name(), OrderMode.LIVE, telemetry, liveTracker, log);
        live = new InstrumentedExchangeClient(client, OrderMode.LIVE, telemetry, liveTracker, recorder);
        paperExchange = new PaperExchangeClient(client, paperSettings);
        paperExchange
                .openOrders()
                .forEach(
                        order -> // of the run before, from its journal
                        paperTracker.opened(order.clientOrderId(), order.symbol(), null, Instant.now()));
        FileCounter stale = telemetry.counter(MetricCatalog.PAPER_ORDERS_STALE);
        long staleBefore = stale.getCount();
        ExchangeClient paper = new InstrumentedExchangeClient(
                paperExchange,
                OrderMode.PAPER,
                telemetry,
                paperTracker,
                new OrderRecorder(client.name(), OrderMode.PAPER, telemetry, paperTracker, log));
        DurableMode durable = new DurableMode(home.stateDirectory(), telemetry.instance());
        unknown = UnknownOrders.unread(home.stateDirectory(), telemetry.instance());
        LastRun lastRun = new LastRun(controlFile, durable);
        gate = ModeGate.open(controlFile, durable, new ShimHooks(telemetry, unknown, lastRun, client.name(), log));
        LiveOrders orders = new LiveOrders(gate, unknown);
        processor = new InstrumentedOrderProcessor(
                new GatedOrderProcessor(orders, live, paper), client.name(), telemetry, log);
        exchange = new GatedExchangeClient(processor, live, paper, id -> paperExchange.knows(id));
        way = new GatedCalls.Way(orders, recorder, paper, processor);
        UnknownOrderResolver resolver = new UnknownOrderResolver(
                live, unknown, liveTracker, telemetry, log, settings.acceptWindow(), System::nanoTime);
        commands = CommandServer.serve(gate, new CommandHandler(live, restartable, resolver)::handle);
        background = Executors.newScheduledThreadPool(BACKGROUND_THREADS, task -> {
            Thread thread = new Thread(task, "cryptobot-orders");
            thread.setDaemon(true);
            return thread;
        });
        every(STORE_INTERVAL_MS, unknown::store);
        every(LOOK_INTERVAL_MS, resolver::look);
        every(settings.reconcileInterval().toMillis(), () -> {
            liveTracker.reconcile(live);
            paperTracker.reconcile(paperExchange::orderStatus);
        });
        every(LOOK_INTERVAL_MS, () -> stale.inc(staleBefore + paperExchange.refusedAsStale() - stale.getCount()));
    }

    private void log(TradingMode mode, String name, ClientOrderId id, String symbol, OrderStatus status) {
        log.append(mode, name, id, symbol, status.label());
    }

    private void every(long intervalMs, Runnable task) {
        var unused = background.scheduleWithFixedDelay(
                () -> {
                    try {
                        task.run();
                    } catch (RuntimeException | Error e) { // thrown on, it would end the schedule
                        LOGGER.error("What goes on behind the orders failed once", e);
                    }
                },
                intervalMs,
                intervalMs,
                TimeUnit.MILLISECONDS);
    }

    /**
     * Wraps the bot's exchange client. Never fails for a file that cannot be used: a control file means PAPER then, an
     * order log is not written, both with one line in the log.
     *
     * @param telemetry the bot's telemetry; stays open when the shim is closed
     * @param exchange the client that trades with real money; closed with the shim
     * @param controlFile the bot's control file, see {@code RunDirectory.controlFile}
     * @param home where the order log and the state directory are
     */
    public static TradingShim open(Telemetry telemetry, ExchangeClient exchange, Path controlFile, CryptobotHome home) {
        return open(
                telemetry, exchange, controlFile, home, paperSettings(telemetry).build());
    }

    /**
     * As above with a paper exchange of the bot's own: markets, money, a journal that outlives the process, faults.
     *
     * @param paperSettings best begun with {@link #paperSettings}
     */
    public static TradingShim open(
            Telemetry telemetry,
            ExchangeClient exchange,
            Path controlFile,
            CryptobotHome home,
            PaperSettings paperSettings) {
        return new TradingShim(
                telemetry, exchange, Optional.empty(), controlFile, home, TradingSettings.DEFAULT, paperSettings);
    }

    /**
     * As above for a client that can be made anew, so that {@code cryptobot exchange-client restart} works.
     *
     * @param factory asked again for a restart, and once for the shadow where the settings want one
     * @throws OrderException when the first client cannot be made
     */
    public static TradingShim open(
            Telemetry telemetry,
            ExchangeClientFactory factory,
            Path controlFile,
            CryptobotHome home,
            TradingSettings settings,
            PaperSettings paperSettings)
            throws OrderException {
        RestartableExchangeClient client = new RestartableExchangeClient(factory, CLIENT_TIMEOUT);
        ExchangeClient live = settings.shadow()
                ? new ShadowedExchangeClient(client, Shadow.start(factory, paperSettings, telemetry))
                : client;
        return new TradingShim(telemetry, live, Optional.of(client), controlFile, home, settings, paperSettings);
    }

    /** {@return the default settings of the paper exchange, whose orders take as long as the live ones did} */
    public static PaperSettings.Builder paperSettings(Telemetry telemetry) {
        return PaperSettings.builder()
                .latency(LatencyModel.sampled(
                        telemetry.orders(OrderMode.LIVE).latency()::getSnapshot,
                        PAPER_LATENCY_AT_FIRST,
                        PAPER_LATENCY_AT_MOST));
    }

    /** {@return where the strategy hands in its orders} */
    public OrderProcessor processor() {
        return processor;
    }

    /** {@return the exchange: new orders go through the gate; cancel, open orders and prices are allowed in every mode} */
    public ExchangeClient exchange() {
        return exchange;
    }

    /**
     * {@return a wrapper for the one call of a bot that has an exchange client of its own kind; it is gated, counted, timed
     * and logged like the processor's orders}
     *
     * @param words what the bot's client returns, in the platform's words
     */
    public <T> GatedCalls<T> calls(GatedCalls.Words<T> words) {
        return new GatedCalls<>(way, words);
    }

    /** {@return the mode that an order would meet now} */
    public TradingMode mode() {
        return gate.mode();
    }

    /** {@return how many live orders have an unknown outcome} */
    public long unknownOrders() {
        return unknown.count();
    }

    @Override
    public void close() {
        commands.close();
        background.shutdownNow();
        var unused =
                unknown.store(); // an order in flight may keep the gate's end waiting longer than the process lives
        gate.close();
        paperExchange.close();
        live.close();
        log.close();
    }

    /** Shows as metrics what the gate obeys, and takes over what an earlier run has left in flight. */
    private static final class ShimHooks implements ModeGate.Hooks, ModeGate.LiveRun {
        private final Map<TradingMode, FileGauge> modes = new EnumMap<>(TradingMode.class);
        private final FileCounter changes;
        private final FileGauge changedTimestamp;
        private final FileGauge inFlight;
        private final FileGauge unknownOrders;
        private final UnknownOrders unknown;
        private final LastRun lastRun;
        private final String exchange;
        private final OrderLog log;
        private @Nullable TradingMode last;

        ShimHooks(Telemetry telemetry, UnknownOrders unknown, LastRun lastRun, String exchange, OrderLog log) {
            for (TradingMode mode : TradingMode.values()) {
                modes.put(mode, telemetry.gauge(MetricCatalog.TRADING_MODE, mode.label()));
            }
            changes = telemetry.counter(MetricCatalog.MODE_CHANGES);
            changedTimestamp = telemetry.gauge(MetricCatalog.MODE_CHANGED_TIMESTAMP);
            inFlight = telemetry.gauge(MetricCatalog.ORDERS_IN_FLIGHT);
            unknownOrders = telemetry.gauge(MetricCatalog.ORDERS_UNKNOWN);
            this.unknown = unknown;
            this.lastRun = lastRun;
            this.exchange = exchange;
            this.log = log;
        }

        /** Not before: another bot of this name may still be adding to it. */
        @Override
        public ModeGate.LiveRun begin() {
            unknown.load();
            if (lastRun.begin()) {
                unknown.addNameless();
                var unused = unknown.store();
            }
            return this;
        }

        @Override
        public void end(@Nullable String problem) {
            if (unknown.store() && problem == null) {
                lastRun.end();
            }
        }

        @Override
        public long unknownOrders() {
            return unknown.count();
        }

        @Override
        public boolean takeOver(List<ModeGate.LeftInFlight> orders) {
            orders.forEach(this::add);
            return unknown.store();
        }

        private void add(ModeGate.LeftInFlight order) {
            try {
                ClientOrderId id = new ClientOrderId(order.clientOrderId());
                unknown.addLeftInFlight(id, order.symbol(), order.sent());
                log.append(TradingMode.LIVE, exchange, id, order.symbol(), "left_in_flight");
            } catch (IllegalArgumentException e) {
                unknown.addNameless();
            }
        }

        @Override
        public void observed(TradingMode mode, int ordersInFlight) {
            inFlight.set(ordersInFlight);
            unknownOrders.set((double) unknown.count());
            if (mode == last) {
                return;
            }
            modes.forEach((each, gauge) -> gauge.set(each == mode ? 1 : 0));
            changedTimestamp.set(System.currentTimeMillis() / 1000.0);
            if (last != null) {
                changes.inc();
            }
            last = mode;
        }
    }
}
