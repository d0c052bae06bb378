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
 * Tracks the accepted orders of one mode until they end, and counts each order once as filled or cancelled. It learns
 * the end from a caller or by a query to the exchange; an uncertain answer is ignored. An order that ends before it is
 * filled completely counts as cancelled, even if a part was filled. Thread-safe.
 */
@Internal
public final class OrderTracker {
    /** Some exchanges list an accepted order only after a short delay. */
    private static final Duration LISTING_DELAY = Duration.ofSeconds(2);
    /** Maximum difference between the clocks of the exchange and the bot. */
    private static final Duration CLOCK_TOLERANCE = Duration.ofMinutes(5);

    private final Map<ClientOrderId, Open> open = new ConcurrentHashMap<>();
    private final FileCounter filled;
    private final FileCounter cancelled;
    private final FileGauge openOrders;
    private final Listener listener;
    private final LongSupplier nanoTime;

    /**
     * @param listener called for each tracked order that has ended
     * @param nanoTime a monotonic clock
     */
    OrderTracker(OrderMode mode, Telemetry telemetry, Listener listener, LongSupplier nanoTime) {
        this.listener = listener;
        this.nanoTime = nanoTime;
        filled = telemetry.orders(mode).filled();
        cancelled = telemetry.counter(MetricCatalog.ORDERS_CANCELLED, mode.label());
        openOrders = telemetry.gauge(MetricCatalog.ORDERS_OPEN, mode.label());
        openOrders.set(0);
    }

    /** Receives the end of orders. */
    @FunctionalInterface
    interface Listener {
        /** Called when an open order has ended. */
        void ended(ClientOrderId id, String symbol, OrderStatus status);
    }

    /** An open order. */
    private record Open(String symbol, @Nullable BigDecimal quantity, Instant since, long sinceNanos) {
        /**
         * If the ordered quantity is unknown (the bot was killed while the order was in flight), any fill counts as
         * complete.
         */
        boolean isFilledBy(BigDecimal traded) {
            return quantity == null ? traded.signum() > 0 : traded.compareTo(quantity) >= 0;
        }
    }

    /** Starts to track an open order. */
    void opened(OrderRequest request) {
        opened(request.clientOrderId(), request.symbol(), request.quantity(), Instant.now());
    }

    /**
     * Starts to track an open order.
     *
     * @param quantity the ordered quantity; null if unknown
     * @param since when the order was sent, or a time before
     */
    public void opened(ClientOrderId id, String symbol, @Nullable BigDecimal quantity, Instant since) {
        open.put(id, new Open(symbol, quantity, since, nanoTime.getAsLong()));
        publish();
    }

    /**
     * Ends the tracking of an order. An order that is not tracked is ignored, so several sources may report the same
     * end.
     *
     * @param status {@link OrderStatus#FILLED}; any other status that is not open counts as cancelled
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

    /** Counts an order that has ended and was never tracked. */
    void count(OrderStatus status) {
        (status == OrderStatus.FILLED ? filled : cancelled).inc();
    }

    private synchronized void publish() {
        openOrders.set(open.size());
    }

    /**
     * Ends the tracked orders for which a local source gives a final status.
     *
     * @param outcome returns the final status of an order; empty if the order is open or not known
     */
    public void reconcile(Function<ClientOrderId, Optional<OrderStatus>> outcome) {
        open.keySet().forEach(id -> outcome.apply(id).ifPresent(status -> ended(id, status)));
    }

    /**
     * Asks the exchange which of the tracked orders have ended. If a query fails, the orders stay tracked until the
     * next call.
     */
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
            // Open orders first: an order that is filled between the two queries is then in the second answer.
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
            // no answer: the orders stay tracked
        }
    }
}
