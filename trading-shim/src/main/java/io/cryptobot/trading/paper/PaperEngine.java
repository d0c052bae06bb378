package io.cryptobot.trading.paper;

import io.cryptobot.trading.ClientOrderId;
import io.cryptobot.trading.FailureReason;
import io.cryptobot.trading.Fill;
import io.cryptobot.trading.Liquidity;
import io.cryptobot.trading.OrderBook;
import io.cryptobot.trading.OrderBook.Level;
import io.cryptobot.trading.OrderRequest;
import io.cryptobot.trading.OrderType;
import io.cryptobot.trading.PublicTrade;
import io.cryptobot.trading.Side;
import io.cryptobot.trading.TimeInForce;
import io.cryptobot.trading.paper.Agenda.Action;
import io.cryptobot.trading.paper.Agenda.Due;
import io.cryptobot.trading.paper.FaultProfile.Fault;
import io.cryptobot.trading.paper.PaperAccount.Balance;
import io.cryptobot.trading.paper.PaperMarket.Taking;
import io.cryptobot.trading.paper.RestingOrders.Match;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Executes orders against a real market that does not know of them. It has no clock and no thread of its own: time comes
 * with each call, in ns from any origin, and never runs backwards (a smaller time counts as the last one). So the same
 * calls with the same seed give the same fills. Confined to one thread at a time.
 *
 * <p>What happens at the same instant happens in this order: market data, then what arrives, in the order of sending.
 */
public final class PaperEngine {
    /** Ended orders that can still be asked for, and whose ids are refused a second time. */
    private static final int ENDED_ORDERS_KEPT = 10_000;

    private final PaperSettings settings;
    private final PaperEvents events;
    private final RandomGenerator random;
    private final long maxBookAgeNanos;
    private final PaperMarkets markets;
    private final Agenda agenda = new Agenda();
    private final Map<ClientOrderId, PaperOrder> alive = new LinkedHashMap<>();
    private final Map<ClientOrderId, PaperOrder> ended = new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<ClientOrderId, PaperOrder> eldest) {
            return size() > ENDED_ORDERS_KEPT;
        }
    };
    private long run = 1;
    private long numbers;
    private long now = Long.MIN_VALUE;
    private long refusedAsStale;

    /** @param events told of every change */
    public PaperEngine(PaperSettings settings, PaperEvents events) {
        this.settings = settings;
        this.events = events;
        this.markets = new PaperMarkets(settings, events);
        this.random = new SplittableRandom(settings.seed);
        this.maxBookAgeNanos = settings.maxBookAge.toNanos();
    }

    /**
     * Sends an order. It acts on the book when it arrives, after the latency; without one, before this returns.
     *
     * @return the order, which goes on changing; refused at once if its client order id was used before
     */
    public PaperOrder submit(long nowNanos, OrderRequest request) {
        advanceTo(nowNanos);
        PaperOrder order = new PaperOrder(request, "P-" + run + "-" + ++numbers, numbers);
        Fault fault = settings.faults.draw(random);
        long latencyNanos = settings.latency.nextNanos(random);
        order.actsAtNanos(now + latencyNanos);
        if (alive.containsKey(request.clientOrderId()) || ended.containsKey(request.clientOrderId())) {
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
            case REJECT -> send(order, Action.REFUSE, latencyNanos);
            case NONE -> send(order, Action.ARRIVE, latencyNanos);
        }
        return order;
    }

    private void send(PaperOrder order, Action action, long latencyNanos) {
        alive.put(order.request().clientOrderId(), order);
        schedule(latencyNanos, action, order);
        order.actsAtNanos(now + latencyNanos);
    }

    private void schedule(long delayNanos, Action action, PaperOrder order) {
        if (delayNanos == 0) {
            perform(action, order);
        } else {
            agenda.add(now + delayNanos, action, order);
        }
    }

    /**
     * Sends a cancellation, which may come too late: the order can be filled while it is under way.
     *
     * @return the order; empty if there is none of this id that has not ended
     */
    public Optional<PaperOrder> cancel(long nowNanos, ClientOrderId id) {
        advanceTo(nowNanos);
        PaperOrder order = alive.get(id);
        if (order != null) {
            long latencyNanos = settings.latency.nextNanos(random);
            order.actsAtNanos(now + latencyNanos);
            schedule(latencyNanos, Action.CANCEL, order);
        }
        return Optional.ofNullable(order);
    }

    /** Lets what is due until then happen. */
    public void advanceTo(long nowNanos) {
        for (Due next = agenda.next(nowNanos); next != null; next = agenda.next(nowNanos)) {
            now = Math.max(now, next.nanos());
            perform(next.action(), next.order());
        }
        now = Math.max(now, nowNanos);
    }

    private void perform(Action action, PaperOrder order) {
        switch (action) {
            case ARRIVE -> arrive(order);
            case REFUSE -> refuse(order, FailureReason.REJECTED, "fault profile: refused");
            case CANCEL -> {
                if (order.status().isOpen() || order.status() == PaperOrderStatus.WAITING) {
                    withdraw(order);
                    end(order, PaperOrderStatus.CANCELLED, null, "cancelled by the bot");
                }
            }
            case GIVE_UP -> {
                if (order.status() == PaperOrderStatus.WAITING) {
                    withdraw(order);
                    refusedAsStale++;
                    refuse(
                            order,
                            FailureReason.NOT_SENT,
                            "stale_market_data: " + markets.of(order).age(now));
                }
            }
        }
    }

    /**
     * Takes a snapshot of a market's book.
     *
     * @throws IllegalArgumentException when the settings do not know the market
     */
    public void onBook(long nowNanos, OrderBook book) {
        advanceTo(nowNanos - 1);
        now = Math.max(now, nowNanos);
        PaperMarket market = markets.require(book.symbol());
        market.show(book, now);
        for (Side side : Side.values()) {
            fillCrossed(market, side);
            List<Level> opposite = market.against(side);
            if (!market.publishesTrades() && !opposite.isEmpty()) {
                wakeStops(market, side, opposite.get(0).price());
            }
        }
        for (PaperOrder order : takeAll(market.waiting)) {
            execute(market, order);
        }
        advanceTo(now);
    }

    /**
     * Takes a public trade of a market. It also wakes stop orders, and from the first on the book does not any more.
     *
     * @return how much of it paper orders got
     * @throws IllegalArgumentException when the settings do not know the market
     */
    public BigDecimal onTrade(long nowNanos, PublicTrade trade) {
        advanceTo(nowNanos - 1);
        now = Math.max(now, nowNanos);
        PaperMarket market = markets.require(trade.symbol());
        market.tradeSeen();
        BigDecimal given = BigDecimal.ZERO;
        for (Match match : market.resting(trade.aggressor().opposite()).meet(trade)) {
            fill(market, match.order(), match.order().limit(), match.quantity(), Liquidity.MAKER);
            given = given.add(match.quantity());
        }
        for (Side side : Side.values()) {
            wakeStops(market, side, trade.price());
        }
        advanceTo(now);
        return given;
    }

    /**
     * Says that whatever the next book shows to this taker is new: for a book that is made from trades or tickers, where
     * the same price and quantity twice are not the same offer.
     */
    public void renewed(String symbol, Side taker) {
        markets.require(symbol).taken(taker).clear();
    }

    private static List<PaperOrder> takeAll(List<PaperOrder> orders) {
        if (orders.isEmpty()) {
            return List.of();
        }
        List<PaperOrder> taken = List.copyOf(orders);
        orders.clear();
        return taken;
    }

    /** A book that has moved through the price of a resting order would have met it on its way. */
    private void fillCrossed(PaperMarket market, Side side) {
        List<PaperOrder> resting = market.resting(side).orders();
        List<Level> opposite = market.against(side);
        if (resting.isEmpty()
                || opposite.isEmpty()
                || !side.accepts(resting.get(0).limit(), opposite.get(0).price())) {
            return;
        }
        for (PaperOrder order : List.copyOf(resting)) {
            int place = side.compare(opposite.get(0).price(), order.limit());
            if (place > 0) {
                break;
            }
            boolean touchFills = !market.publishesTrades()
                    && settings.touchProbability > 0
                    && random.nextDouble() < settings.touchProbability;
            fillCrossed(market, order, touchFills);
        }
    }

    private void fillCrossed(PaperMarket market, PaperOrder order, boolean touchFills) {
        Taking taking = market.take(order.side(), order.leaves(), order.limit());
        BigDecimal quantity = BigDecimal.ZERO;
        for (int index = 0; index < taking.levels().size(); index++) {
            Level level = taking.levels().get(index);
            if (touchFills || level.price().compareTo(order.limit()) != 0) {
                market.taken(order.side()).consume(level, taking.quantities().get(index));
                quantity = quantity.add(taking.quantities().get(index));
            }
        }
        if (quantity.signum() > 0) {
            fill(market, order, order.limit(), quantity, Liquidity.MAKER);
        }
    }

    private void wakeStops(PaperMarket market, Side side, BigDecimal price) {
        if (market.stops.isEmpty()) {
            return;
        }
        for (PaperOrder order : List.copyOf(market.stops)) {
            if (order.side() == side && side.compare(price, order.stop()) >= 0) {
                market.stops.remove(order);
                order.trigger();
                events.triggered(order);
                schedule(settings.latency.nextNanos(random), Action.ARRIVE, order);
            }
        }
    }

    private void arrive(PaperOrder order) {
        if (order.status().isEnded()) { // a stop that was cancelled after it had woken
            return;
        }
        OrderRequest request = order.request();
        PaperMarket market = markets.find(request.symbol());
        if (market == null) {
            refuse(order, FailureReason.INVALID, "unknown symbol " + request.symbol());
            return;
        }
        if (!order.isTriggered()) {
            String violation = market.violation(request);
            if (violation != null) {
                refuse(order, FailureReason.INVALID, violation);
                return;
            }
        }
        if (order.isSleepingStop()) {
            sleep(market, order);
        } else if (market.isFresh(now, maxBookAgeNanos)) {
            execute(market, order);
        } else {
            market.waiting.add(order);
            if (!order.isTriggered()) { // a stop that has woken waits on: giving up would leave a position unprotected
                order.becomes(PaperOrderStatus.WAITING);
                schedule(settings.maxWait.toNanos(), Action.GIVE_UP, order);
            }
        }
    }

    private void sleep(PaperMarket market, PaperOrder order) {
        BigDecimal needed = needed(market, order);
        if (!market.settlement.payer(order.side()).covers(needed)) {
            refuseUncovered(market, order, needed);
            return;
        }
        order.becomes(PaperOrderStatus.ACCEPTED);
        events.accepted(order);
        reserve(market, order, needed);
        market.stops.add(order);
    }

    /** {@return what the rest of an order must hold while it is open: at its limit, or at the stop price without one} */
    private static BigDecimal needed(PaperMarket market, PaperOrder order) {
        BigDecimal price = order.request().type() == OrderType.STOP ? order.stop() : order.limit();
        return market.settlement.needed(order.side(), order.leaves(), price.multiply(order.leaves()));
    }

    private static void reserve(PaperMarket market, PaperOrder order, BigDecimal amount) {
        market.settlement.payer(order.side()).reserve(amount.subtract(order.reserved()));
        order.reserved(amount);
    }

    /** An order that is no stop, or not any more, meets a fresh book. */
    private void execute(PaperMarket market, PaperOrder order) {
        OrderRequest request = order.request();
        Side side = order.side();
        BigDecimal limit = request.limitPrice();
        reserve(market, order, BigDecimal.ZERO); // what a stop held while it slept
        Taking taking = market.take(side, order.leaves(), limit);
        String why = whyNot(request.timeInForce(), order.leaves(), taking, limit == null);
        if (why != null) {
            end(order, PaperOrderStatus.CANCELLED, null, why);
            return;
        }
        if (limit == null && !order.isTriggered()) {
            String violation =
                    market.notionalViolation(taking.levels().get(0).price().multiply(order.leaves()));
            if (violation != null) {
                refuse(order, FailureReason.INVALID, violation);
                return;
            }
        }
        BigDecimal needed =
                limit == null ? market.settlement.needed(side, order.leaves(), taking.value()) : needed(market, order);
        if (!market.settlement.payer(side).covers(needed)) {
            refuseUncovered(market, order, needed);
            return;
        }
        if (!order.isTriggered()) {
            order.becomes(PaperOrderStatus.ACCEPTED);
            events.accepted(order);
        }
        for (int index = 0; index < taking.levels().size(); index++) {
            Level level = taking.levels().get(index);
            BigDecimal quantity = taking.quantities().get(index);
            market.taken(side).consume(level, quantity);
            fill(market, order, level.price(), quantity, Liquidity.TAKER);
        }
        if (order.status() == PaperOrderStatus.FILLED) {
            return;
        }
        if (mayRest(request)) {
            reserve(market, order, needed(market, order));
            market.resting(side).add(order, market.against(side.opposite()));
        } else {
            end(order, PaperOrderStatus.CANCELLED, null, "no more within the book and the limit");
        }
    }

    private static boolean mayRest(OrderRequest request) {
        return request.timeInForce() == TimeInForce.GTC || request.timeInForce() == TimeInForce.POST_ONLY;
    }

    /** {@return why an order is cancelled before it takes anything; null if it is not} */
    private static @Nullable String whyNot(
            TimeInForce timeInForce, BigDecimal wanted, Taking taking, boolean isMarketOrder) {
        boolean nothing = taking.quantity().signum() == 0;
        return switch (timeInForce) {
            case POST_ONLY -> nothing ? null : "post-only: it would have taken";
            case FOK -> taking.quantity().compareTo(wanted) < 0 ? "fill or kill: not all of it can be had" : null;
            case IOC -> nothing && isMarketOrder ? "there is nothing to take" : null;
            case GTC -> null;
        };
    }

    private void fill(
            PaperMarket market, PaperOrder order, BigDecimal price, BigDecimal quantity, Liquidity liquidity) {
        Settlement settlement = market.settlement;
        Side side = order.side();
        BigDecimal fee = settlement.settle(side, quantity, price.multiply(quantity), liquidity);
        order.addFill(price, quantity);
        boolean done = order.status() == PaperOrderStatus.FILLED;
        if (order.reserved().signum() != 0) {
            reserve(market, order, done ? BigDecimal.ZERO : needed(market, order));
        }
        settlement.payer(side).check();
        Balance paidIn = settlement.feeCurrency(side);
        OrderRequest request = order.request();
        events.filled(
                order,
                new Fill(
                        request.clientOrderId(),
                        order.exchangeOrderId(),
                        request.symbol(),
                        side,
                        price,
                        quantity,
                        fee,
                        paidIn.currency,
                        liquidity,
                        Math.floorDiv(now, 1_000_000L)),
                settlement.instrument());
        if (done) {
            if (liquidity == Liquidity.MAKER) {
                market.resting(side).remove(order);
            }
            forget(order);
        }
    }

    /** Takes an order out of wherever it rests, sleeps or waits, and gives back what it holds. */
    private void withdraw(PaperOrder order) {
        PaperMarket market = markets.of(order);
        market.resting(order.side()).remove(order);
        market.stops.remove(order);
        market.waiting.remove(order);
        reserve(market, order, BigDecimal.ZERO);
    }

    private void refuseUncovered(PaperMarket market, PaperOrder order, BigDecimal needed) {
        Balance payer = market.settlement.payer(order.side());
        refuse(
                order,
                FailureReason.INSUFFICIENT_FUNDS,
                "needs " + needed.toPlainString() + " " + payer.currency + ", available are "
                        + payer.available().toPlainString());
    }

    /** Refuses an order; one that was accepted before, a stop, is cancelled instead. */
    private void refuse(PaperOrder order, FailureReason reason, String message) {
        PaperOrderStatus last = order.isTriggered() ? PaperOrderStatus.CANCELLED : PaperOrderStatus.REJECTED;
        end(order, last, reason, message);
    }

    private void end(PaperOrder order, PaperOrderStatus last, @Nullable FailureReason reason, String message) {
        order.end(last, reason, message);
        events.ended(order);
        forget(order);
    }

    private void forget(PaperOrder order) {
        ClientOrderId id = order.request().clientOrderId();
        alive.remove(id);
        ended.put(id, order);
    }

    /**
     * Goes on where an earlier run ended; before anything else. What has happened in the market meanwhile fills nothing.
     * Orders go to the end of the queue at their price, one whose market or money is gone is cancelled.
     */
    void restore(long nowNanos, PaperState state) {
        now = nowNanos;
        run = state.run() + 1;
        state.balances().forEach(markets.account()::open);
        for (PaperState.OpenOrder open : state.openOrders()) {
            PaperOrder order = new PaperOrder(open.request(), open.exchangeOrderId(), ++numbers);
            order.restore(open.filled(), open.value(), open.triggered());
            alive.put(order.request().clientOrderId(), order);
            restore(order);
        }
    }

    private void restore(PaperOrder order) {
        PaperMarket market = markets.find(order.request().symbol());
        if (market == null) {
            end(order, PaperOrderStatus.CANCELLED, null, "its market is gone since the restart");
        } else if (order.isTriggered()) {
            market.waiting.add(order);
        } else if (!order.isSleepingStop() && !mayRest(order.request())) {
            end(order, PaperOrderStatus.CANCELLED, null, "the run ended while it was executed");
        } else if (!market.settlement.payer(order.side()).covers(needed(market, order))) {
            end(order, PaperOrderStatus.CANCELLED, null, "its money is gone since the restart");
        } else {
            reserve(market, order, needed(market, order));
            if (order.isSleepingStop()) {
                market.stops.add(order);
            } else {
                market.resting(order.side()).add(order, List.of());
            }
        }
    }

    /** {@return what must outlive this run; orders under way and waiting are not among it} */
    PaperState state() {
        List<PaperState.OpenOrder> open = new ArrayList<>();
        for (PaperOrder order : openOrders()) {
            open.add(new PaperState.OpenOrder(
                    order.request(),
                    order.exchangeOrderId(),
                    order.filledQuantity(),
                    order.value(),
                    order.isTriggered()));
        }
        return new PaperState(run, markets.account().totals(), open);
    }

    /** {@return an order that has not ended, or has not long ended} */
    public Optional<PaperOrder> order(ClientOrderId id) {
        PaperOrder order = alive.get(id);
        return Optional.ofNullable(order != null ? order : ended.get(id));
    }

    /** {@return the orders that rest or sleep, oldest first} */
    public List<PaperOrder> openOrders() {
        List<PaperOrder> open = new ArrayList<>();
        for (PaperOrder order : alive.values()) {
            if (order.status().isOpen()) {
                open.add(order);
            }
        }
        return open;
    }

    /** {@return what the account holds, by currency, reserved or not} */
    public Map<String, BigDecimal> balances() {
        return markets.account().totals();
    }

    /** {@return what new orders may use, by currency} */
    public Map<String, BigDecimal> availableBalances() {
        return markets.account().available();
    }

    /** {@return orders that were refused because the market data was too old} */
    public long refusedAsStale() {
        return refusedAsStale;
    }
}
