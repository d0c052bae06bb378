package io.cryptobot.trading;

import io.cryptobot.telemetry.MetricCatalog;
import io.cryptobot.telemetry.OrderMode;
import io.cryptobot.telemetry.Telemetry;
import io.cryptobot.telemetry.dropwizard.FileCounter;
import io.cryptobot.telemetry.dropwizard.FileGauge;
import io.cryptobot.trading.instrument.InstrumentedExchangeClient;
import io.cryptobot.trading.instrument.InstrumentedOrderProcessor;
import io.cryptobot.trading.instrument.OrderLog;
import io.cryptobot.trading.mode.GatedExchangeClient;
import io.cryptobot.trading.mode.GatedOrderProcessor;
import io.cryptobot.trading.mode.ModeGate;
import io.cryptobot.trading.mode.TradingMode;
import io.cryptobot.trading.paper.PaperExchangeClient;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The one place that stacks what stands between a strategy and its exchange:
 *
 * <pre>
 *   strategy → instrumented order processor → mode gate → instrumented live client  → exchange
 *                                                       └ instrumented paper client (market data of the exchange)
 * </pre>
 *
 * Thread-safe. It starts in the mode that the control file holds: PAPER for a bot that was never switched.
 */
public final class TradingShim implements AutoCloseable {
    private final ModeGate gate;
    private final OrderLog log;
    private final OrderProcessor processor;
    private final ExchangeClient exchange;

    private TradingShim(ModeGate gate, OrderLog log, OrderProcessor processor, ExchangeClient exchange) {
        this.gate = gate;
        this.log = log;
        this.processor = processor;
        this.exchange = exchange;
    }

    /**
     * Wraps the bot's exchange client. Never fails for a file that cannot be used: a control file means PAPER then, an
     * order log is not written, both with one line in the log.
     *
     * @param telemetry the bot's telemetry; stays open when the shim is closed
     * @param exchange the client that trades with real money; closed with the shim
     * @param controlFile the bot's control file, see {@code RunDirectory.controlFile}
     * @param orderLog where order outcomes are written, see {@code CryptobotHome.orderLog}
     */
    public static TradingShim open(Telemetry telemetry, ExchangeClient exchange, Path controlFile, Path orderLog) {
        OrderLog log = OrderLog.open(orderLog);
        ExchangeClient live = new InstrumentedExchangeClient(exchange, OrderMode.LIVE, telemetry, log);
        ExchangeClient paper =
                new InstrumentedExchangeClient(new PaperExchangeClient(exchange), OrderMode.PAPER, telemetry, log);
        ModeGate gate = ModeGate.open(controlFile, telemetry.instance(), new ModeMetrics(telemetry));
        OrderProcessor processor = new InstrumentedOrderProcessor(
                new GatedOrderProcessor(gate, live, paper), exchange.name(), telemetry, log);
        return new TradingShim(gate, log, processor, new GatedExchangeClient(processor, live));
    }

    /** {@return where the strategy hands in its orders} */
    public OrderProcessor processor() {
        return processor;
    }

    /** {@return the exchange: new orders go through the gate; cancel, open orders and prices are allowed in every mode} */
    public ExchangeClient exchange() {
        return exchange;
    }

    /** {@return the mode that an order would meet now} */
    public TradingMode mode() {
        return gate.mode();
    }

    @Override
    public void close() {
        gate.close();
        exchange.close();
        log.close();
    }

    /** Shows as metrics what the gate obeys. Called by one thread at a time. */
    private static final class ModeMetrics implements ModeGate.ModeListener {
        private final Map<TradingMode, FileGauge> modes = new EnumMap<>(TradingMode.class);
        private final FileCounter changes;
        private final FileGauge changedTimestamp;
        private final FileGauge inFlight;
        private @Nullable TradingMode last;

        ModeMetrics(Telemetry telemetry) {
            for (TradingMode mode : TradingMode.values()) {
                modes.put(mode, telemetry.gauge(MetricCatalog.TRADING_MODE, mode.label()));
            }
            changes = telemetry.counter(MetricCatalog.MODE_CHANGES);
            changedTimestamp = telemetry.gauge(MetricCatalog.MODE_CHANGED_TIMESTAMP);
            inFlight = telemetry.gauge(MetricCatalog.ORDERS_IN_FLIGHT);
        }

        @Override
        public void observed(TradingMode mode, int ordersInFlight) {
            inFlight.set(ordersInFlight);
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
