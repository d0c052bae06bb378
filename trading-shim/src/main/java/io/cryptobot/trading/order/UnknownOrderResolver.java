package io.cryptobot.trading.order;

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
 * Finds out what became of the unknown orders: looks each up by its client order id among the open orders and the fills of
 * its market, after 1, 2, 5, 10, 30 and then every 60 seconds. It never sends an order again, and never concludes that one
 * is absent because a question failed: that takes two questions that were both answered, at a time at which the exchange
 * can no longer accept the order. A person who has looked at the exchange may say what it does not. {@link #look} is confined
 * to one thread.
 */
public final class UnknownOrderResolver {
    private static final Logger LOGGER = LoggerFactory.getLogger(UnknownOrderResolver.class);
    private static final long[] DELAYS_SECONDS = {1, 2, 5, 10, 30, 60};
    private static final long NANOS_PER_SECOND = 1_000_000_000;
    /** How far the exchange's clock may be behind, and how long a call may have taken before it was unknown. */
    private static final Duration FILLS_MARGIN = Duration.ofMinutes(10);

    private final ExchangeClient exchange;
    private final UnknownOrders unknown;
    private final OrderTracker tracker;
    private final OrderLog log;
    private final long acceptWindowNanos;
    private final LongSupplier nanoTime;
    private final Map<Outcome, FileCounter> resolved = new EnumMap<>(Outcome.class);
    private final Map<ClientOrderId, Search> searches = new HashMap<>();

    /**
     * @param acceptWindow how long after the call an exchange may still accept an order, with a margin
     * @param nanoTime a clock that never steps
     */
    public UnknownOrderResolver(
            ExchangeClient exchange,
            UnknownOrders unknown,
            OrderTracker tracker,
            Telemetry telemetry,
            OrderLog log,
            Duration acceptWindow,
            LongSupplier nanoTime) {
        this.exchange = exchange;
        this.unknown = unknown;
        this.tracker = tracker;
        this.log = log;
        this.acceptWindowNanos = acceptWindow.toNanos();
        this.nanoTime = nanoTime;
        for (Outcome outcome : Outcome.values()) {
            resolved.put(outcome, telemetry.counter(MetricCatalog.ORDERS_RESOLVED, outcome.label()));
        }
    }

    /** What the exchange has told, or a person who has looked there. */
    public enum Outcome {
        /** It has traded all that it wanted, or, where that is not known, anything, and rests no more. */
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

    /** How far the search for an order has come. */
    private static final class Search {
        final long beganNanos;
        int looks;
        long nextNanos;

        Search(long beganNanos) {
            this.beganNanos = beganNanos;
            this.nextNanos = beganNanos + DELAYS_SECONDS[0] * NANOS_PER_SECOND;
        }
    }

    /** Looks up the orders whose time has come. */
    public void look() {
        List<UnknownOrder> orders = unknown.orders();
        searches.keySet().retainAll(orders.stream().map(UnknownOrder::id).toList());
        for (UnknownOrder order : orders) {
            long now = nanoTime.getAsLong();
            Search search = searches.computeIfAbsent(order.id(), id -> new Search(now));
            if (now - search.nextNanos >= 0) {
                boolean windowIsOver = now - search.beganNanos > acceptWindowNanos;
                find(order, windowIsOver).ifPresent(outcome -> resolve(order, outcome));
                search.looks = Math.min(search.looks + 1, DELAYS_SECONDS.length - 1);
                search.nextNanos = now + DELAYS_SECONDS[search.looks] * NANOS_PER_SECOND;
            }
        }
    }

    private Optional<Outcome> find(UnknownOrder order, boolean windowIsOver) {
        try {
            // In this order: an order that is filled between the two questions is in the second answer.
            if (exchange.openOrders(order.symbol()).contains(order.id())) {
                return Optional.of(Outcome.OPEN);
            }
            BigDecimal traded = exchange.fills(order.symbol(), order.since().minus(FILLS_MARGIN)).stream()
                    .filter(fill -> fill.clientOrderId().equals(order.id()))
                    .map(OrderFill::quantity)
                    .reduce(BigDecimal.ZERO, BigDecimal::add);
            if (traded.signum() > 0) {
                boolean all = order.quantity() == null || traded.compareTo(order.quantity()) >= 0;
                return Optional.of(all ? Outcome.FILLED : Outcome.CANCELLED);
            }
            return windowIsOver ? Optional.of(Outcome.ABSENT) : Optional.empty();
        } catch (OrderException | RuntimeException e) {
            LOGGER.debug("Unknown order {} was not found, since the exchange did not answer", order.id(), e);
            return Optional.empty();
        }
    }

    /**
     * Takes a person's word for an order.
     *
     * @param id empty for one of those without a name
     * @param outcome not {@link Outcome#OPEN}, of which nobody would tell the end
     * @return whether there was such an unknown order
     */
    public boolean resolveByHand(Optional<ClientOrderId> id, Outcome outcome) {
        if (outcome == Outcome.OPEN) {
            throw new IllegalArgumentException("an open order is not resolved by hand");
        }
        if (id.isEmpty()) {
            boolean removed = unknown.removeNameless();
            if (removed) {
                count(outcome);
                LOGGER.warn("An unknown order without a name is {}, says a person", outcome.label());
            }
            return removed;
        }
        Optional<UnknownOrder> order = unknown.orders().stream()
                .filter(each -> each.id().equals(id.get()))
                .findFirst();
        return order.isPresent() && resolve(order.get(), outcome);
    }

    /** {@return whether it was still unknown} */
    private boolean resolve(UnknownOrder order, Outcome outcome) {
        if (!unknown.remove(order.id())) {
            return false;
        }
        count(outcome);
        if (outcome == Outcome.OPEN) {
            tracker.opened(
                    order.id(), order.symbol(), order.quantity(), order.since().minus(FILLS_MARGIN));
        }
        LOGGER.warn("Unknown order {} in {} is {} at the exchange", order.id(), order.symbol(), outcome.label());
        log.append(TradingMode.LIVE, exchange.name(), order.id(), order.symbol(), "resolved_" + outcome.label());
        return true;
    }

    private void count(Outcome outcome) {
        Objects.requireNonNull(resolved.get(outcome)).inc();
        switch (outcome) {
            case FILLED -> tracker.count(OrderStatus.FILLED);
            case CANCELLED -> tracker.count(OrderStatus.CANCELLED);
            case OPEN, ABSENT -> {}
        }
    }
}
