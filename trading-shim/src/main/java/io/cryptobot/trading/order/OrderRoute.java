package io.cryptobot.trading.order;

import io.cryptobot.telemetry.Internal;
import io.cryptobot.telemetry.OrderMode;
import io.cryptobot.telemetry.Telemetry;
import io.cryptobot.trading.ExchangeClient;
import io.cryptobot.trading.log.OrderLog;
import java.util.function.LongSupplier;

/** Where the orders of one mode go, and what counts, times, logs and tracks them. Thread-safe if the exchange is. */
@Internal
public final class OrderRoute {
    private final ExchangeClient exchange;
    private final ExchangeClient client;
    private final OrderTracker tracker;
    private final OrderRecorder recorder;
    private final OrderLog log;

    /**
     * Resumes the mode's counters.
     *
     * @param exchange takes the orders
     * @param nanoTime a clock that never steps
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

    /** {@return the exchange as it is; orders that are sent to it are neither counted nor timed} */
    ExchangeClient exchange() {
        return exchange;
    }

    OrderLog log() {
        return log;
    }

    OrderRecorder recorder() {
        return recorder;
    }

    /** {@return the exchange with all its calls timed, for everything but new orders} */
    public ExchangeClient client() {
        return client;
    }

    /** {@return what follows the accepted orders until they end} */
    public OrderTracker tracker() {
        return tracker;
    }
}
