package io.cryptobot.trading;

import io.cryptobot.telemetry.MetricCatalog;
import io.cryptobot.telemetry.OrderMode;
import io.cryptobot.telemetry.Telemetry;
import io.cryptobot.telemetry.dropwizard.FileCounter;
import io.cryptobot.telemetry.files.CryptobotHome;
import io.cryptobot.trading.command.CommandHandler;
import io.cryptobot.trading.command.CommandServer;
import io.cryptobot.trading.log.OrderLog;
import io.cryptobot.trading.mode.DurableMode;
import io.cryptobot.trading.mode.LastRun;
import io.cryptobot.trading.mode.ModeGate;
import io.cryptobot.trading.order.OrderGateway;
import io.cryptobot.trading.order.OrderReconciler;
import io.cryptobot.trading.order.OrderRoute;
import io.cryptobot.trading.order.OrderTakeOver;
import io.cryptobot.trading.order.RestartableExchangeClient;
import io.cryptobot.trading.order.UnknownOrders;
import io.cryptobot.trading.paper.LatencyModel;
import io.cryptobot.trading.paper.PaperExchangeClient;
import io.cryptobot.trading.paper.PaperSettings;
import io.cryptobot.trading.paper.Shadow;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * The facade: builds the components between a strategy and its exchange.
 *
 * <pre>
 *   strategy → order gateway (mode gate, counters, latency, order log) → live client  → exchange
 *                                                                      └ paper client (market data of the exchange)
 * </pre>
 *
 * It starts in the mode of the last run if the control file and the disk agree. Otherwise it starts in PAPER, or in
 * HALT if the last mode was HALT. Thread-safe.
 */
public final class TradingShim implements AutoCloseable {
    private static final Duration STORE_INTERVAL = Duration.ofMillis(100);
    private static final Duration POLL_INTERVAL = Duration.ofMillis(250);
    private static final Duration CLIENT_TIMEOUT = Duration.ofSeconds(30);
    private static final Duration FIRST_PAPER_LATENCY = Duration.ofMillis(50);
    private static final Duration MAX_PAPER_LATENCY = Duration.ofSeconds(2);

    private final OpenedParts parts;
    private final ModeGate gate;
    private final UnknownOrders unknown;
    private final OrderGateway gateway;
    private final ExchangeClient exchange;
    private boolean opened;

    private TradingShim(
            Builder from, ExchangeClient client, Optional<RestartableExchangeClient> restartable, OpenedParts parts) {
        this.parts = parts;
        Telemetry telemetry = from.telemetry;
        Path state = from.home.stateDirectory();

        parts.add(() -> closeClient(client, restartable.isPresent()));
        OrderLog log = OrderLog.open(from.home.orderLog(), telemetry.counter(MetricCatalog.ORDER_LOG_LOST));
        parts.addToCloseLast(log::close);
        PaperExchangeClient paperExchange = new PaperExchangeClient(client, from.paper);
        parts.add(paperExchange::close);
        OrderRoute live = new OrderRoute(OrderMode.LIVE, client, telemetry, log, from.nanoTime);
        OrderRoute paper = new OrderRoute(OrderMode.PAPER, paperExchange, telemetry, log, from.nanoTime);
        for (OpenOrder order : paperExchange.openOrders()) { // orders of the last run, from the journal
            paper.tracker().opened(order.clientOrderId(), order.symbol(), null, Instant.now());
        }
        FileCounter stale = telemetry.counter(MetricCatalog.PAPER_ORDERS_STALE);
        long staleBefore = stale.getCount();

        DurableMode durable = new DurableMode(state, telemetry.instance());
        unknown = UnknownOrders.unread(state, telemetry.instance());
        LastRun lastRun = new LastRun(from.controlFile, durable);
        gate = ModeGate.open(from.controlFile, durable, new OrderTakeOver(telemetry, unknown, lastRun, live));
        parts.add(gate::close);
        parts.add(unknown::store); // before the gate is closed, because an order in flight can delay that forever
        if (from.settings.shadow()) {
            ExchangeClientFactory factory = restartable.orElseThrow().factory();
            Shadow shadow = Shadow.start(factory, from.paper, telemetry);
            parts.add(shadow::close);
            gateway = new OrderGateway(gate, unknown, live, paper, shadow::place);
        } else {
            gateway = new OrderGateway(gate, unknown, live, paper);
        }
        exchange = gateway.exchange(paperExchange::knows);

        OrderReconciler reconciler =
                new OrderReconciler(unknown, live, telemetry, from.settings.receiveWindow(), from.nanoTime);
        Background background = from.background.get();
        parts.add(background::close);
        background.every(STORE_INTERVAL, unknown::store);
        background.every(POLL_INTERVAL, reconciler::reconcile);
        background.every(from.settings.reconcileInterval(), () -> {
            live.tracker().reconcile(live.client());
            paper.tracker().reconcile(paperExchange::orderStatus);
        });
        background.every(
                POLL_INTERVAL, () -> stale.inc(staleBefore + paperExchange.refusedAsStale() - stale.getCount()));
        CommandServer commands =
                CommandServer.serve(gate, new CommandHandler(live.client(), restartable, reconciler)::handle);
        parts.add(commands::close);
        opened = true;
    }

    /** If opening fails, a client that the bot passed in stays open. */
    private void closeClient(ExchangeClient client, boolean madeByFactory) {
        if (opened || madeByFactory) {
            client.close();
        }
    }

    /**
     * Wraps the bot's exchange client with the default settings. It does not fail because of an unusable file: without
     * a control file the mode is PAPER, and without an order log no outcomes are logged. Each problem is one line in
     * the bot's log.
     *
     * @param telemetry the bot's telemetry; it stays open when the shim is closed
     * @param exchange the client that trades with real money; closed with the shim
     * @param controlFile the bot's control file, see {@code RunDirectory.controlFile}
     * @param home contains the order log and the state directory
     */
    public static TradingShim open(Telemetry telemetry, ExchangeClient exchange, Path controlFile, CryptobotHome home) {
        return builder(telemetry, controlFile, home).open(exchange);
    }

    /** {@return a builder for a shim with custom settings} */
    public static Builder builder(Telemetry telemetry, Path controlFile, CryptobotHome home) {
        return new Builder(telemetry, controlFile, home);
    }

    /** Builds a shim. If a step fails, everything that was started before is stopped. */
    public static final class Builder {
        private final Telemetry telemetry;
        private final Path controlFile;
        private final CryptobotHome home;
        private TradingSettings settings = TradingSettings.DEFAULT;
        private PaperSettings paper;
        private Supplier<Background> background = Background::threads;
        private LongSupplier nanoTime = System::nanoTime;

        private Builder(Telemetry telemetry, Path controlFile, CryptobotHome home) {
            this.telemetry = telemetry;
            this.controlFile = controlFile;
            this.home = home;
            paper = paperSettings(telemetry).build();
        }

        /** Sets the settings that depend on the exchange or the bot; {@link TradingSettings#DEFAULT} by default. */
        public Builder settings(TradingSettings value) {
            settings = value;
            return this;
        }

        /**
         * Sets markets, balances, journal and faults of the paper exchange. Start from {@link #paperSettings}, the
         * default.
         */
        public Builder paper(PaperSettings value) {
            paper = value;
            return this;
        }

        /** For tests: sets the scheduler of the background tasks, and the clock. */
        Builder background(Supplier<Background> tasks, LongSupplier clock) {
            background = tasks;
            nanoTime = clock;
            return this;
        }

        /**
         * {@return a shim for a client}
         *
         * @param exchange the client that trades with real money; closed with the shim
         * @throws IllegalArgumentException if the settings contain a shadow, which needs a factory
         */
        public TradingShim open(ExchangeClient exchange) {
            if (settings.shadow()) {
                throw new IllegalArgumentException(
                        "a shadow needs a second client: pass a factory instead of a client");
            }
            return open(exchange, Optional.empty());
        }

        /**
         * {@return a shim for a client that {@code cryptobot exchange-client restart} can replace}
         *
         * @param factory called at the start, at each restart of the client, and once for the shadow if the settings
         *     contain it
         * @throws OrderException if the first client cannot be made
         */
        public TradingShim open(ExchangeClientFactory factory) throws OrderException {
            RestartableExchangeClient client = new RestartableExchangeClient(factory, CLIENT_TIMEOUT);
            return open(client, Optional.of(client));
        }

        private TradingShim open(ExchangeClient client, Optional<RestartableExchangeClient> restartable) {
            OpenedParts parts = new OpenedParts();
            try {
                return new TradingShim(this, client, restartable, parts);
            } catch (RuntimeException | Error e) {
                try {
                    parts.close();
                } catch (RuntimeException suppressed) {
                    e.addSuppressed(suppressed);
                }
                throw e;
            }
        }
    }

    /** {@return the default settings of the paper exchange; its latency is sampled from the live orders} */
    public static PaperSettings.Builder paperSettings(Telemetry telemetry) {
        return PaperSettings.builder()
                .latency(LatencyModel.sampled(
                        telemetry.orders(OrderMode.LIVE).latency()::getSnapshot,
                        FIRST_PAPER_LATENCY,
                        MAX_PAPER_LATENCY));
    }

    /** {@return the entry point for the orders of the strategy} */
    public OrderProcessor processor() {
        return gateway;
    }

    /** {@return the order gateway, for a bot whose client is not an {@link ExchangeClient}} */
    public OrderGateway gateway() {
        return gateway;
    }

    /**
     * {@return the exchange client for the strategy} New orders go through the gate. Cancellations, order lists and
     * prices are allowed in every mode.
     */
    public ExchangeClient exchange() {
        return exchange;
    }

    /** {@return the current trading mode} */
    public TradingMode mode() {
        return gate.mode();
    }

    /** {@return the number of live orders with an unknown outcome} */
    public long unknownOrders() {
        return unknown.count();
    }

    /** Stops everything that was opened, also the exchange client. */
    @Override
    public void close() {
        parts.close();
    }
}
