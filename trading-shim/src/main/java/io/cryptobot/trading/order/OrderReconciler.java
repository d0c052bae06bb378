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
 * Reconciles the unknown orders with the exchange. It searches each order by its client order id in the open orders and
 * the fills of its market, after 1, 2, 5, 10 and 30 seconds and then every 60 seconds. It never sends an order again.
 * An order is absent only if both queries succeed after the receive window; a failed query proves nothing. An operator
 * who has checked the exchange can resolve an order manually. {@link #reconcile} is confined to one thread.
 */
@Internal
public final class OrderReconciler {
    private static final Logger LOGGER = LoggerFactory.getLogger(OrderReconciler.class);
    private static final long[] DELAYS_SECONDS = {1, 2, 5, 10, 30, 60};
    private static final long NANOS_PER_SECOND = 1_000_000_000;
    /** Covers a slow clock of the exchange and the duration of the call. */
    private static final Duration FILLS_MARGIN = Duration.ofMinutes(10);

    private final UnknownOrders unknown;
    private final OrderRoute live;
    private final OrderLog log;
    private final long receiveWindowNanos;
    private final LongSupplier nanoTime;
    private final Map<Resolution, FileCounter> resolved = new EnumMap<>(Resolution.class);
    private final Map<ClientOrderId, Schedule> schedules = new HashMap<>();

    /**
     * @param receiveWindow the time after the call in which the exchange may still accept an order, with a margin
     * @param nanoTime a monotonic clock
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

    /** The real outcome of an unknown order, from the exchange or from an operator who has checked the exchange. */
    public enum Resolution {
        /** Not open, and filled completely. If the ordered quantity is unknown, any fill counts as complete. */
        FILLED,
        /** Open at the exchange. */
        OPEN,
        /**
         * Ended before it was filled completely. The exchange shows this only if a part was filled; an operator may
         * always choose it.
         */
        CANCELLED,
        /** Not open and not filled. */
        ABSENT;

        String label() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** The time of the next query for an order. */
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

    /** Queries the exchange for all unknown orders that are due. */
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
            // Open orders first: an order that is filled between the two queries is then in the second answer.
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
            LOGGER.debug("Unknown order {} was not reconciled: the exchange did not answer", order.id(), e);
            return Optional.empty();
        }
    }

    /**
     * Resolves an order with the outcome that an operator gives.
     *
     * @param id empty for an order without a name
     * @param resolution not {@link Resolution#OPEN}, because nothing would detect the end of the order
     * @return false if there is no such unknown order
     */
    public boolean resolveByHand(Optional<ClientOrderId> id, Resolution resolution) {
        if (resolution == Resolution.OPEN) {
            throw new IllegalArgumentException("an open order cannot be resolved manually");
        }
        if (id.isEmpty()) {
            boolean removed = unknown.removeNameless();
            if (removed) {
                count(resolution);
                LOGGER.warn("An unknown order without a name was resolved manually: {}", resolution.label());
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
