package io.cryptobot.trading.order;

import io.cryptobot.telemetry.Internal;
import io.cryptobot.telemetry.MetricCatalog;
import io.cryptobot.telemetry.OrderMode;
import io.cryptobot.telemetry.Telemetry;
import io.cryptobot.telemetry.dropwizard.FileCounter;
import io.cryptobot.telemetry.dropwizard.FileGauge;
import io.cryptobot.trading.ClientOrderId;
import io.cryptobot.trading.ExchangeClient;
import io.cryptobot.trading.OrderException;
import io.cryptobot.trading.OrderFill;
import io.cryptobot.trading.OrderRequest;
import io.cryptobot.trading.OrderStatus;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Follows the accepted orders of one mode until they end, and counts each once: filled or cancelled. It is told of an end, or
 * asks the exchange; an answer that proves nothing changes nothing. An order that ends with less than it wanted is cancelled,
 * however much of it was filled. Thread-safe.
 */
@Internal
public final class OrderTracker {
    /** An exchange may list an order a little after it has accepted it. */
    private static final Duration LISTING_DELAY = Duration.ofSeconds(2);
    /** How far the exchange's clock may be ahead or behind. */
    private static final Duration CLOCK_TOLERANCE = Duration.ofMinutes(5);

    private final Map<ClientOrderId, Open> open = new ConcurrentHashMap<>();
    private final FileCounter filled;
    private final FileCounter cancelled;
    private final FileGauge openOrders;
    private final Listener listener;
    private final LongSupplier nanoTime;

    /**
     * @param listener told of every order that was followed and has ended
     * @param nanoTime a clock that never steps
     */
    OrderTracker(OrderMode mode, Telemetry telemetry, Listener listener, LongSupplier nanoTime) {
        this.listener = listener;
        this.nanoTime = nanoTime;
        filled = telemetry.orders(mode).filled();
        cancelled = telemetry.counter(MetricCatalog.ORDERS_CANCELLED, mode.label());
        openOrders = telemetry.gauge(MetricCatalog.ORDERS_OPEN, mode.label());
        openOrders.set(0);
    }

    /** Hears of the end of orders. */
    @FunctionalInterface
    interface Listener {
        /** An order that rested has ended. */
        void ended(ClientOrderId id, String symbol, OrderStatus status);
    }

    /** An order that rests at the exchange. */
    private record Open(String symbol, @Nullable BigDecimal quantity, Instant since, long sinceNanos) {
        /** The wanted quantity of an order that a killed bot had in flight is not known; any fill counts as all of it then. */
        boolean isFilledBy(BigDecimal traded) {
            return quantity == null ? traded.signum() > 0 : traded.compareTo(quantity) >= 0;
        }
    }

    /** An order rests at the exchange. */
    void opened(OrderRequest request) {
        opened(request.clientOrderId(), request.symbol(), request.quantity(), Instant.now());
    }

    /**
     * An order rests at the exchange.
     *
     * @param quantity what it wants; null where that is not known
     * @param since when it was sent, or earlier
     */
    public void opened(ClientOrderId id, String symbol, @Nullable BigDecimal quantity, Instant since) {
        open.put(id, new Open(symbol, quantity, since, nanoTime.getAsLong()));
        publish();
    }

    /**
     * An order has ended. One that is not followed is ignored, so that several sources may report the same end.
     *
     * @param status {@link OrderStatus#FILLED}, or anything else that is not open: cancelled
     */
    void ended(ClientOrderId id, OrderStatus status) {
        Open order = status.isOpen() ? null : open.remove(id);
        if (order == null) {
            return;
        }
        count(status);
        publish();
        listener.ended(id, order.symbol(), status);
    }

    /** Counts an order that ended with the very answer that accepted it. */
    void count(OrderStatus status) {
        (status == OrderStatus.FILLED ? filled : cancelled).inc();
    }

    private synchronized void publish() {
        openOrders.set(open.size());
    }

    /**
     * Asks which of the followed orders have ended, where that is known for certain.
     *
     * @param outcome how an order has ended; empty while it is open or not known
     */
    public void reconcile(Function<ClientOrderId, Optional<OrderStatus>> outcome) {
        open.keySet().forEach(id -> outcome.apply(id).ifPresent(status -> ended(id, status)));
    }

    /** Asks the exchange which of the followed orders have ended; one that it does not tell of is asked for again next time. */
    public void reconcile(ExchangeClient exchange) {
        long before = nanoTime.getAsLong() - LISTING_DELAY.toNanos();
        Set<String> markets = open.values().stream().map(Open::symbol).collect(Collectors.toCollection(TreeSet::new));
        for (String market : markets) {
            List<ClientOrderId> followed = new ArrayList<>();
            Instant earliest = Instant.now();
            for (Map.Entry<ClientOrderId, Open> entry : open.entrySet()) {
                Open order = entry.getValue();
                if (order.symbol().equals(market) && order.sinceNanos() - before <= 0) {
                    followed.add(entry.getKey());
                    earliest = order.since().isBefore(earliest) ? order.since() : earliest;
                }
            }
            if (!followed.isEmpty()) {
                reconcile(exchange, market, followed, earliest.minus(CLOCK_TOLERANCE));
            }
        }
    }

    private void reconcile(ExchangeClient exchange, String market, List<ClientOrderId> followed, Instant since) {
        try {
            // In this order: an order that is filled between the two questions is in the second answer.
            Set<ClientOrderId> resting = new HashSet<>(exchange.openOrders(market));
            if (resting.containsAll(followed)) {
                return;
            }
            Map<ClientOrderId, BigDecimal> traded = exchange.fills(market, since).stream()
                    .collect(Collectors.toMap(OrderFill::clientOrderId, OrderFill::quantity, BigDecimal::add));
            for (ClientOrderId id : followed) {
                Open order = open.get(id);
                if (order != null && !resting.contains(id)) {
                    boolean filled = order.isFilledBy(traded.getOrDefault(id, BigDecimal.ZERO));
                    ended(id, filled ? OrderStatus.FILLED : OrderStatus.CANCELLED);
                }
            }
        } catch (OrderException e) {
            // not answered; nothing is known
        }
    }
}
