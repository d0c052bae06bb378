package io.cryptobot.trading.order;

import io.cryptobot.telemetry.Internal;
import io.cryptobot.telemetry.MetricCatalog;
import io.cryptobot.telemetry.Telemetry;
import io.cryptobot.telemetry.dropwizard.FileCounter;
import io.cryptobot.telemetry.dropwizard.FileGauge;
import io.cryptobot.trading.ClientOrderId;
import io.cryptobot.trading.TradingMode;
import io.cryptobot.trading.mode.LastRun;
import io.cryptobot.trading.mode.ModeGate;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Adds the orders that the last run left in flight to the unknown orders, and exports the mode of the gate as metrics.
 */
@Internal
public final class OrderTakeOver implements ModeGate.Hooks, ModeGate.LiveRun {
    private final Map<TradingMode, FileGauge> modes = new EnumMap<>(TradingMode.class);
    private final FileCounter changes;
    private final FileGauge changedTimestamp;
    private final FileGauge inFlight;
    private final FileGauge unknownOrders;
    private final UnknownOrders unknown;
    private final LastRun lastRun;
    private final OrderRoute live;
    private @Nullable TradingMode last;

    public OrderTakeOver(Telemetry telemetry, UnknownOrders unknown, LastRun lastRun, OrderRoute live) {
        for (TradingMode mode : TradingMode.values()) {
            modes.put(mode, telemetry.gauge(MetricCatalog.TRADING_MODE, mode.label()));
        }
        changes = telemetry.counter(MetricCatalog.MODE_CHANGES);
        changedTimestamp = telemetry.gauge(MetricCatalog.MODE_CHANGED_TIMESTAMP);
        inFlight = telemetry.gauge(MetricCatalog.ORDERS_IN_FLIGHT);
        unknownOrders = telemetry.gauge(MetricCatalog.ORDERS_UNKNOWN);
        this.unknown = unknown;
        this.lastRun = lastRun;
        this.live = live;
    }

    /** Reads the file of unknown orders only now: until now another process of the same bot may have written to it. */
    @Override
    public ModeGate.LiveRun begin() {
        unknown.takeOver();
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
            live.log().append(TradingMode.LIVE, live.client().name(), id, order.symbol(), "left_in_flight");
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
