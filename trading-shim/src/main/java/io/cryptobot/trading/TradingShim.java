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
 * The facade: stacks what stands between a strategy and its exchange.
 *
 * <pre>
 *   strategy → order gateway (mode gate, counters, latency, order log) → live client  → exchange
 *                                                                      └ paper client (market data of the exchange)
 * </pre>
 *
 * Thread-safe. It starts in the mode in which the bot was when it ended, as far as the control file and the disk agree:
 * PAPER for a bot that was never switched.
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
        for (OpenOrder order : paperExchange.openOrders()) { // of the run before, from its journal
            paper.tracker().opened(order.clientOrderId(), order.symbol(), null, Instant.now());
        }
        FileCounter stale = telemetry.counter(MetricCatalog.PAPER_ORDERS_STALE);
        long staleBefore = stale.getCount();

        DurableMode durable = new DurableMode(state, telemetry.instance());
        unknown = UnknownOrders.unread(state, telemetry.instance());
        LastRun lastRun = new LastRun(from.controlFile, durable);
        gate = ModeGate.open(from.controlFile, durable, new OrderTakeOver(telemetry, unknown, lastRun, live));
        parts.add(gate::close);
        parts.add(unknown::store); // before the gate's end, which an order in flight may keep waiting for ever
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

    /** When the opening fails, a client that the bot has given stays open. */
    private void closeClient(ExchangeClient client, boolean madeByFactory) {
        if (opened || madeByFactory) {
            client.close();
        }
    }

    /**
     * Wraps the bot's exchange client with the default settings. Never fails for a file that cannot be used: without a control
     * file the mode is PAPER, without an order log nothing is written there, each with one line in the bot's log.
     *
     * @param telemetry the bot's telemetry; stays open when the shim is closed
     * @param exchange the client that trades with real money; closed with the shim
     * @param controlFile the bot's control file, see {@code RunDirectory.controlFile}
     * @param home where the order log and the state directory are
     */
    public static TradingShim open(Telemetry telemetry, ExchangeClient exchange, Path controlFile, CryptobotHome home) {
        return builder(telemetry, controlFile, home).open(exchange);
    }

    /** {@return a builder for a shim with other settings than {@link #open}, and the same files} */
    public static Builder builder(Telemetry telemetry, Path controlFile, CryptobotHome home) {
        return new Builder(telemetry, controlFile, home);
    }

    /** Settings of a shim, and its opening. When a step of the opening fails, what the steps before have started is stopped. */
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

        /** Sets what differs between exchanges and bots; {@link TradingSettings#DEFAULT} by default. */
        public Builder settings(TradingSettings value) {
            settings = value;
            return this;
        }

        /** Sets the paper exchange's markets, money, journal and faults; best begun with {@link #paperSettings}, the default. */
        public Builder paper(PaperSettings value) {
            paper = value;
            return this;
        }

        /** For a test: what runs the background tasks, and their clock. */
        Builder background(Supplier<Background> tasks, LongSupplier clock) {
            background = tasks;
            nanoTime = clock;
            return this;
        }

        /**
         * {@return a shim around a client}
         *
         * @param exchange the client that trades with real money; closed with the shim
         * @throws IllegalArgumentException when the settings want a shadow, which needs a factory
         */
        public TradingShim open(ExchangeClient exchange) {
            if (settings.shadow()) {
                throw new IllegalArgumentException("a shadow needs a factory for a second client, not one client");
            }
            return open(exchange, Optional.empty());
        }

        /**
         * {@return a shim around a client that can be made anew, so that {@code cryptobot exchange-client restart} works}
         *
         * @param factory called again for a restart, and once for the shadow where the settings want one
         * @throws OrderException when the first client cannot be made
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

    /** {@return the default settings of the paper exchange, whose orders take as long as the live ones did} */
    public static PaperSettings.Builder paperSettings(Telemetry telemetry) {
        return PaperSettings.builder()
                .latency(LatencyModel.sampled(
                        telemetry.orders(OrderMode.LIVE).latency()::getSnapshot,
                        FIRST_PAPER_LATENCY,
                        MAX_PAPER_LATENCY));
    }

    /** {@return where the strategy gives in its orders} */
    public OrderProcessor processor() {
        return gateway;
    }

    /** {@return the way of every order, for a bot that wraps the call of another exchange client} */
    public OrderGateway gateway() {
        return gateway;
    }

    /** {@return the exchange: new orders go through the gate; cancel, open orders and prices are allowed in every mode} */
    public ExchangeClient exchange() {
        return exchange;
    }

    /** {@return the mode that an order would meet now} */
    public TradingMode mode() {
        return gate.mode();
    }

    /** {@return how many live orders have an unknown outcome} */
    public long unknownOrders() {
        return unknown.count();
    }

    /** Stops all that was opened, the client included. */
    @Override
    public void close() {
        parts.close();
    }
}
