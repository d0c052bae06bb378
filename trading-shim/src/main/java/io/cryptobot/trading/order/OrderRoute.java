package io.cryptobot.trading.order;

import io.cryptobot.telemetry.Internal;
import io.cryptobot.telemetry.OrderMode;
import io.cryptobot.telemetry.Telemetry;
import io.cryptobot.trading.ExchangeClient;
import io.cryptobot.trading.log.OrderLog;
import java.util.function.LongSupplier;

/** The exchange, recorder and tracker for the orders of one mode. Thread-safe if the exchange is thread-safe. */
@Internal
public final class OrderRoute {
    private final ExchangeClient exchange;
    private final ExchangeClient client;
    private final OrderTracker tracker;
    private final OrderRecorder recorder;
    private final OrderLog log;

    /**
     * Creates the recorder and the tracker; both resume the counters of the mode.
     *
     * @param exchange receives the orders
     * @param nanoTime a monotonic clock
     */
    public OrderRoute(
            OrderMode mode, ExchangeClient exchange, Telemetry telemetry, OrderLog log, LongSupplier nanoTime) {
        OrderRecorder.Source source = new OrderRecorder.Source(exchange.name(), mode);
        this.exchange = exchange;
        this.log = log;
        tracker = new OrderTracker(
                mode,
                telemetry,
                (id, symbol, status) -> log.append(source.tradingMode(), source.exchange(), id, symbol, status.label()),
                nanoTime);
        recorder = new OrderRecorder(source, telemetry, tracker, log);
        client = new InstrumentedExchangeClient(exchange, mode, telemetry, tracker);
    }

    /** {@return the exchange without metrics: calls are neither counted nor measured} */
    ExchangeClient exchange() {
        return exchange;
    }

    OrderLog log() {
        return log;
    }

    OrderRecorder recorder() {
        return recorder;
    }

    /** {@return the exchange with metrics for its calls; not for new orders} */
    public ExchangeClient client() {
        return client;
    }

    /** {@return the tracker of the open orders} */
    public OrderTracker tracker() {
        return tracker;
    }
}
