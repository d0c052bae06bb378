package io.cryptobot.trading.order;

import io.cryptobot.telemetry.MetricCatalog;
import io.cryptobot.telemetry.OrderMode;
import io.cryptobot.telemetry.Telemetry;
import io.cryptobot.telemetry.dropwizard.FileHistogram;
import io.cryptobot.trading.ClientOrderId;
import io.cryptobot.trading.ExchangeClient;
import io.cryptobot.trading.OrderException;
import io.cryptobot.trading.OrderStatus;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Map;

/**
 * Measures the duration of calls to one exchange client in one mode, also of failed calls, in {@code
 * cryptobot_exchange_call_seconds}. It reports confirmed cancellations to the tracker. New orders are counted and
 * measured by the {@link OrderGateway}.
 */
final class InstrumentedExchangeClient extends ForwardingExchangeClient {
    private final ExchangeClient delegate;
    private final OrderTracker tracker;
    private final Map<Operation, FileHistogram> calls = new EnumMap<>(Operation.class);

    InstrumentedExchangeClient(ExchangeClient delegate, OrderMode mode, Telemetry telemetry, OrderTracker tracker) {
        this.delegate = delegate;
        this.tracker = tracker;
        for (Operation operation :
                EnumSet.of(Operation.CANCEL, Operation.OPEN_ORDERS, Operation.FILLS, Operation.TICKER)) {
            String label = operation.name().toLowerCase(Locale.ROOT);
            calls.put(operation, telemetry.histogram(MetricCatalog.EXCHANGE_CALLS, mode.label(), label));
        }
    }

    @Override
    ExchangeClient delegate() {
        return delegate;
    }

    @Override
    <T> T forward(Operation operation, Call<T> call) throws OrderException {
        FileHistogram duration = calls.get(operation);
        if (duration == null) {
            return super.forward(operation, call);
        }
        long start = System.nanoTime();
        try {
            return super.forward(operation, call);
        } finally {
            duration.recordNanos(System.nanoTime() - start);
        }
    }

    @Override
    public void cancel(String symbol, ClientOrderId id) throws OrderException {
        super.cancel(symbol, id);
        tracker.ended(id, OrderStatus.CANCELLED);
    }
}
