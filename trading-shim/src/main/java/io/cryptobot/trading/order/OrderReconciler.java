package io.cryptobot.trading.order;

import io.cryptobot.telemetry.Internal;
import io.cryptobot.telemetry.MetricCatalog;
import io.cryptobot.telemetry.Telemetry;
import io.cryptobot.telemetry.dropwizard.FileCounter;
import io.cryptobot.trading.ClientOrderId;
import io.cryptobot.trading.ExchangeClient;
import io.cryptobot.trading.OrderException;
import io.cryptobot.trading.OrderFill;
import io.cryptobot.trading.OrderStatus;
import io.cryptobot.trading.TradingMode;
import io.cryptobot.trading.log.OrderLog;
import io.cryptobot.trading.order.UnknownOrders.UnknownOrder;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reconciles the unknown orders with the exchange: asks for each by its client order id among the open orders and the fills of
 * its market, after 1, 2, 5, 10, 30 and then every 60 seconds. It never sends an order again. A failed query never makes an
 * order absent: that takes two queries that were both answered, after the time in which the exchange can still accept the
 * order. A person who has looked at the exchange may give the resolution instead. {@link #reconcile} is confined to one
 * thread.
 */
@Internal
public final class OrderReconciler {
    private static final Logger LOGGER = LoggerFactory.getLogger(OrderReconciler.class);
    private static final long[] DELAYS_SECONDS = {1, 2, 5, 10, 30, 60};
    private static final long NANOS_PER_SECOND = 1_000_000_000;
    /** How far the exchange's clock may be behind, and how long a call may have taken before it was unknown. */
    private static final Duration FILLS_MARGIN = Duration.ofMinutes(10);

    private final UnknownOrders unknown;
    private final OrderRoute live;
    private final OrderLog log;
    private final long receiveWindowNanos;
    private final LongSupplier nanoTime;
    private final Map<Resolution, FileCounter> resolved = new EnumMap<>(Resolution.class);
    private final Map<ClientOrderId, Schedule> schedules = new HashMap<>();

    /**
     * @param receiveWindow how long after the call an exchange may still accept an order, with a margin
     * @param nanoTime a clock that never steps
     */
    public OrderReconciler(
            UnknownOrders unknown,
            OrderRoute live,
            Telemetry telemetry,
            Duration receiveWindow,
            LongSupplier nanoTime) {
        this.unknown = unknown;
        this.live = live;
        this.log = live.log();
        this.receiveWindowNanos = receiveWindow.toNanos();
        this.nanoTime = nanoTime;
        for (Resolution resolution : Resolution.values()) {
            resolved.put(resolution, telemetry.counter(MetricCatalog.ORDERS_RESOLVED, resolution.label()));
        }
    }

    /** What has become of an unknown order, as the exchange tells, or a person who has looked there. */
    public enum Resolution {
        /** It has traded all that it wanted, or anything where that is not known, and rests no more. */
        FILLED,
        /** It rests at the exchange. */
        OPEN,
        /** It has ended with less than it wanted; the exchange tells only if a part was filled, a person in any case. */
        CANCELLED,
        /** It neither rests nor has traded. */
        ABSENT;

        String label() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** When the exchange is asked for an order again. */
    private static final class Schedule {
        final long beganNanos;
        int queries;
        long nextNanos;

        Schedule(long beganNanos) {
            this.beganNanos = beganNanos;
            this.nextNanos = beganNanos + DELAYS_SECONDS[0] * NANOS_PER_SECOND;
        }

        void queriedAt(long now) {
            queries = Math.min(queries + 1, DELAYS_SECONDS.length - 1);
            nextNanos = now + DELAYS_SECONDS[queries] * NANOS_PER_SECOND;
        }
    }

    /** Asks the exchange for the unknown orders whose time has come. */
    public void reconcile() {
        List<UnknownOrder> orders = unknown.orders();
        schedules.keySet().retainAll(orders.stream().map(UnknownOrder::id).toList());
        for (UnknownOrder order : orders) {
            long now = nanoTime.getAsLong();
            Schedule schedule = schedules.computeIfAbsent(order.id(), id -> new Schedule(now));
            if (now - schedule.nextNanos >= 0) {
                boolean windowIsOver = now - schedule.beganNanos > receiveWindowNanos;
                query(order, windowIsOver).ifPresent(resolution -> resolve(order, resolution));
                schedule.queriedAt(now);
            }
        }
    }

    private Optional<Resolution> query(UnknownOrder order, boolean windowIsOver) {
        ExchangeClient exchange = live.client();
        try {
            // In this order: an order that is filled between the two queries is in the second answer.
            if (exchange.openOrders(order.symbol()).contains(order.id())) {
                return Optional.of(Resolution.OPEN);
            }
            BigDecimal traded = exchange.fills(order.symbol(), order.since().minus(FILLS_MARGIN)).stream()
                    .filter(fill -> fill.clientOrderId().equals(order.id()))
                    .map(OrderFill::quantity)
                    .reduce(BigDecimal.ZERO, BigDecimal::add);
            if (traded.signum() > 0) {
                boolean all = order.quantity() == null || traded.compareTo(order.quantity()) >= 0;
                return Optional.of(all ? Resolution.FILLED : Resolution.CANCELLED);
            }
            return windowIsOver ? Optional.of(Resolution.ABSENT) : Optional.empty();
        } catch (OrderException | RuntimeException e) {
            LOGGER.debug("Unknown order {} was not found, since the exchange did not answer", order.id(), e);
            return Optional.empty();
        }
    }

    /**
     * Resolves an order as a person says.
     *
     * @param id empty for one of those without a name
     * @param resolution not {@link Resolution#OPEN}, since nobody would tell of its end
     * @return whether there was such an unknown order
     */
    public boolean resolveByHand(Optional<ClientOrderId> id, Resolution resolution) {
        if (resolution == Resolution.OPEN) {
            throw new IllegalArgumentException("an open order is not resolved by hand");
        }
        if (id.isEmpty()) {
            boolean removed = unknown.removeNameless();
            if (removed) {
                count(resolution);
                LOGGER.warn("An unknown order without a name was resolved by hand: {}", resolution.label());
            }
            return removed;
        }
        Optional<UnknownOrder> order = unknown.orders().stream()
                .filter(each -> each.id().equals(id.get()))
                .findFirst();
        return order.isPresent() && resolve(order.get(), resolution);
    }

    private boolean resolve(UnknownOrder order, Resolution resolution) {
        if (!unknown.remove(order.id())) {
            return false;
        }
        count(resolution);
        if (resolution == Resolution.OPEN) {
            live.tracker()
                    .opened(
                            order.id(),
                            order.symbol(),
                            order.quantity(),
                            order.since().minus(FILLS_MARGIN));
        }
        LOGGER.warn("Unknown order {} in {} is {} at the exchange", order.id(), order.symbol(), resolution.label());
        String outcome = "resolved_" + resolution.label();
        log.append(TradingMode.LIVE, live.client().name(), order.id(), order.symbol(), outcome);
        return true;
    }

    private void count(Resolution resolution) {
        Objects.requireNonNull(resolved.get(resolution)).inc();
        switch (resolution) {
            case FILLED -> live.tracker().count(OrderStatus.FILLED);
            case CANCELLED -> live.tracker().count(OrderStatus.CANCELLED);
            case OPEN, ABSENT -> {}
        }
    }
}
