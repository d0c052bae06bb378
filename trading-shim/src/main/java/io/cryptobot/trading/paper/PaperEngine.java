package io.cryptobot.trading.paper;

import io.cryptobot.trading.ClientOrderId;
import io.cryptobot.trading.FailureReason;
import io.cryptobot.trading.Fill;
import io.cryptobot.trading.OrderBook;
import io.cryptobot.trading.OrderBook.Level;
import io.cryptobot.trading.OrderRequest;
import io.cryptobot.trading.PublicTrade;
import io.cryptobot.trading.Side;
import io.cryptobot.trading.paper.ActionSchedule.Action;
import io.cryptobot.trading.paper.FaultProfile.Fault;
import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;

/**
 * Executes orders against real market data; the orders never reach the real market. It has no clock and no thread: each
 * call passes the time in ns from any origin. A time that is smaller than the last time counts as the last time. The
 * same calls with the same seed give the same fills. Confined to one thread at a time.
 *
 * <p>Events with the same time run in this sequence: market data, then orders and cancellations as they were sent.
 */
final class PaperEngine {
    private final PaperSettings settings;
    private final RandomGenerator random;
    private final long maxBookAgeNanos;
    private final PaperAccount account;
    private final PaperMarkets markets;
    private final PaperOrders orders;
    private final ActionSchedule schedule = new ActionSchedule(this::perform);
    private final OrderExecution execution;
    private long refusedAsStale;

    /** @param events receives every change */
    PaperEngine(PaperSettings settings, PaperEvents events) {
        this.settings = settings;
        this.account = new PaperAccount(settings, events);
        this.markets = new PaperMarkets(settings, account);
        this.orders = new PaperOrders(events);
        this.random = new SplittableRandom(settings.seed);
        this.maxBookAgeNanos = settings.maxBookAge.toNanos();
        this.execution = new OrderExecution(
                orders,
                schedule::now,
                () -> settings.touchProbability > 0 && random.nextDouble() < settings.touchProbability);
    }

    /**
     * Sends an order. The order arrives at the book after the latency; without latency it arrives before this method
     * returns.
     *
     * @return the order, which later calls change; rejected at once if its client order id was used before
     */
    PaperOrder submit(long nowNanos, OrderRequest request) {
        advanceTo(nowNanos);
        PaperOrder order = orders.create(request);
        Fault fault = settings.faults.draw(random);
        long latencyNanos = settings.latency.nextNanos(random);
        order.setActsAtNanos(schedule.now() + latencyNanos);
        if (orders.find(request.clientOrderId()) != null) {
            order.end(PaperOrderStatus.REJECTED, FailureReason.REJECTED, "the client order id was used before");
            return order;
        }
        switch (fault) {
            case RATE_LIMIT ->
                order.end(PaperOrderStatus.REJECTED, FailureReason.RATE_LIMITED, "fault profile: too many orders");
            case UNKNOWN_THEN_ABSENT -> {
                order.loseAnswer();
                order.end(PaperOrderStatus.REJECTED, FailureReason.UNKNOWN, "fault profile: lost on the way");
            }
            case UNKNOWN_THEN_FILLED -> {
                order.loseAnswer();
                send(order, Action.ARRIVE, latencyNanos);
            }
            case LATENCY_SPIKE ->
                send(
                        order,
                        Action.ARRIVE,
                        latencyNanos + settings.faults.spike().toNanos());
            case REJECT -> send(order, Action.REJECT, latencyNanos);
            case NONE -> send(order, Action.ARRIVE, latencyNanos);
        }
        return order;
    }

    private void send(PaperOrder order, Action action, long latencyNanos) {
        orders.add(order);
        order.setActsAtNanos(schedule.now() + latencyNanos);
        schedule.add(latencyNanos, action, order);
    }

    /**
     * Sends a cancellation. It can be too late, because the order can be filled while the cancellation is in flight.
     *
     * @return the order; empty if there is no order with this id that has not ended
     */
    Optional<PaperOrder> cancel(long nowNanos, ClientOrderId id) {
        advanceTo(nowNanos);
        PaperOrder order = orders.alive(id);
        if (order != null) {
            long latencyNanos = settings.latency.nextNanos(random);
            order.setActsAtNanos(schedule.now() + latencyNanos);
            schedule.add(latencyNanos, Action.CANCEL, order);
        }
        return Optional.ofNullable(order);
    }

    /** Performs all actions up to this time. */
    void advanceTo(long nowNanos) {
        schedule.advanceTo(nowNanos);
    }

    private void perform(Action action, PaperOrder order) {
        switch (action) {
            case ARRIVE -> arrive(order);
            case REJECT -> orders.reject(order, FailureReason.REJECTED, "fault profile: refused");
            case CANCEL -> {
                if (order.status().isOpen() || order.status() == PaperOrderStatus.WAITING) {
                    markets.of(order).remove(order);
                    orders.cancel(order, "cancelled by the bot");
                }
            }
            case END_WAITING -> {
                if (order.status() == PaperOrderStatus.WAITING) {
                    PaperMarket market = markets.of(order);
                    market.remove(order);
                    refusedAsStale++;
                    orders.reject(
                            order, FailureReason.NOT_SENT, "stale_market_data: " + market.bookAge(schedule.now()));
                }
            }
        }
    }

    private void arrive(PaperOrder order) {
        if (order.status().isEnded()) { // a stop order that was cancelled after it was triggered
            return;
        }
        OrderRequest request = order.request();
        PaperMarket market = markets.find(request.symbol());
        if (market == null) {
            orders.reject(order, FailureReason.INVALID, "unknown symbol " + request.symbol());
            return;
        }
        String violation = order.isTriggered() ? null : market.violation(request);
        if (violation != null) {
            orders.reject(order, FailureReason.INVALID, violation);
        } else if (order.isUntriggeredStop()) {
            execution.acceptStop(market, order);
        } else if (market.isFresh(schedule.now(), maxBookAgeNanos)) {
            execution.execute(market, order);
        } else {
            market.waiting.add(order);
            // a triggered stop order waits without a limit, because a rejection would leave a position unprotected
            if (!order.isTriggered()) {
                order.setStatus(PaperOrderStatus.WAITING);
                schedule.add(settings.maxWait.toNanos(), Action.END_WAITING, order);
            }
        }
    }

    /**
     * Takes a snapshot of a market's book.
     *
     * @throws IllegalArgumentException when the settings do not know the market
     */
    void onBook(long nowNanos, OrderBook book) {
        schedule.advanceBefore(nowNanos);
        PaperMarket market = markets.require(book.symbol());
        market.update(book, schedule.now());
        for (Side side : Side.values()) {
            execution.fillCrossed(market, side);
            List<Level> opposite = market.against(side);
            if (!market.publishesTrades() && !opposite.isEmpty()) {
                triggerStops(market, side, opposite.get(0).price());
            }
        }
        for (PaperOrder order : market.takeWaiting()) {
            execution.execute(market, order);
        }
        advanceTo(schedule.now());
    }

    /**
     * Takes a public trade of a market. It also triggers stop orders; after the first trade, books no longer trigger
     * them.
     *
     * @return the part of the traded quantity that paper orders got
     * @throws IllegalArgumentException when the settings do not know the market
     */
    BigDecimal onTrade(long nowNanos, PublicTrade trade) {
        schedule.advanceBefore(nowNanos);
        PaperMarket market = markets.require(trade.symbol());
        market.tradeSeen();
        BigDecimal given = execution.fillMatches(market, trade);
        for (Side side : Side.values()) {
            triggerStops(market, side, trade.price());
        }
        advanceTo(schedule.now());
        return given;
    }

    private void triggerStops(PaperMarket market, Side side, BigDecimal price) {
        for (PaperOrder order : List.copyOf(market.stops)) {
            if (order.side() == side && side.compare(price, order.stop()) >= 0) {
                market.stops.remove(order);
                orders.trigger(order);
                schedule.add(settings.latency.nextNanos(random), Action.ARRIVE, order);
            }
        }
    }

    /**
     * Marks the next book as new liquidity for this taker's side. Used for a book that is made from trades or tickers,
     * where an equal price and quantity is not the same offer.
     */
    void markNewLiquidity(String symbol, Side taker) {
        markets.require(symbol).consumed(taker).clear();
    }

    /**
     * Restores the state of the last run; call it first. Market moves since the last run fill nothing. Orders go to the
     * end of the queue at their price. An order is cancelled if its market or its money is missing now.
     */
    void restore(long nowNanos, PaperState state) {
        schedule.advanceTo(nowNanos);
        state.balances().forEach(account::restore);
        for (PaperOrder order : orders.restore(state)) {
            PaperMarket market = markets.find(order.request().symbol());
            if (market == null) {
                orders.cancel(order, "its market is gone since the restart");
            } else {
                execution.resume(market, order);
            }
        }
    }

    /** {@return the state for the journal, without orders that are in flight or waiting} */
    PaperState state() {
        return new PaperState(
                orders.run(),
                balances(),
                orders.open().stream().map(PaperOrder::saved).toList());
    }

    /** {@return an order that is alive or one of the latest ended orders} */
    Optional<PaperOrder> order(ClientOrderId id) {
        return Optional.ofNullable(orders.find(id));
    }

    /** {@return the resting orders and untriggered stop orders, oldest first} */
    List<PaperOrder> openOrders() {
        return orders.open();
    }

    /** {@return the latest fills of this run in a market, oldest first, at most 10,000 over all markets} */
    List<Fill> recentFills(String symbol) {
        return orders.fills(symbol);
    }

    /** {@return the total amounts by currency, with reserved amounts} */
    Map<String, BigDecimal> balances() {
        return account.totals();
    }

    /** {@return the amounts that new orders may use, by currency} */
    Map<String, BigDecimal> availableBalances() {
        return account.available();
    }

    /** {@return the number of orders that were rejected because the market data was too old} */
    long refusedAsStale() {
        return refusedAsStale;
    }
}
