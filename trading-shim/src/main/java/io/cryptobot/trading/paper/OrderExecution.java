package io.cryptobot.trading.paper;

import io.cryptobot.trading.FailureReason;
import io.cryptobot.trading.Fill;
import io.cryptobot.trading.Liquidity;
import io.cryptobot.trading.OrderBook.Level;
import io.cryptobot.trading.OrderRequest;
import io.cryptobot.trading.PublicTrade;
import io.cryptobot.trading.Side;
import io.cryptobot.trading.TimeInForce;
import io.cryptobot.trading.paper.PaperAccount.Balance;
import io.cryptobot.trading.paper.PaperMarket.Take;
import io.cryptobot.trading.paper.PaperMarket.Taking;
import io.cryptobot.trading.paper.RestingOrders.Match;
import java.math.BigDecimal;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Fills the orders of a market. A new order trades against the book, and its rest may stay open. Later books and trades
 * fill resting orders. Confined to the engine's thread.
 */
final class OrderExecution {
    private final PaperOrders orders;
    private final LongSupplier nowNanos;
    private final BooleanSupplier touchFills;

    /**
     * @param nowNanos the engine's time
     * @param touchFills decides at random whether a book fills a resting order when it only touches its price
     */
    OrderExecution(PaperOrders orders, LongSupplier nowNanos, BooleanSupplier touchFills) {
        this.orders = orders;
        this.nowNanos = nowNanos;
        this.touchFills = touchFills;
    }

    /** Accepts a stop order, which then waits until the market reaches its price. */
    void acceptStop(PaperMarket market, PaperOrder order) {
        BigDecimal needed = market.settlement.needed(order);
        if (isCovered(market, order, needed)) {
            orders.accept(order);
            market.settlement.reserve(order, needed);
            market.stops.add(order);
        }
    }

    /** Executes an order against a fresh book. The order is not a stop order, or it is a triggered stop order. */
    void execute(PaperMarket market, PaperOrder order) {
        market.settlement.release(order); // a stop order reserved this amount until it was triggered
        Taking taking =
                market.take(order.side(), order.remaining(), order.request().limitPrice());
        if (!mayExecute(market, order, taking)) {
            return;
        }
        if (!order.isTriggered()) {
            orders.accept(order);
        }
        for (Take take : taking.takes()) {
            market.consumed(order.side()).consume(take.level(), take.quantity());
            fill(market, order, take.level().price(), take.quantity(), Liquidity.TAKER);
        }
        if (order.status() == PaperOrderStatus.FILLED) {
            return;
        }
        if (mayRest(order.request())) {
            rest(market, order);
        } else {
            orders.cancel(order, "no more within the book and the limit");
        }
    }

    /** {@return true if an order can be executed now; otherwise it is cancelled or rejected} */
    private boolean mayExecute(PaperMarket market, PaperOrder order, Taking taking) {
        BigDecimal limit = order.request().limitPrice();
        String cancelReason = cancelReason(order, taking);
        if (cancelReason != null) {
            orders.cancel(order, cancelReason);
            return false;
        }
        if (limit == null && !order.isTriggered()) {
            BigDecimal best = taking.takes().get(0).level().price();
            String violation = market.notionalViolation(best.multiply(order.remaining()));
            if (violation != null) {
                orders.reject(order, FailureReason.INVALID, violation);
                return false;
            }
        }
        BigDecimal needed = limit == null
                ? market.settlement.needed(order.side(), order.remaining(), taking.value())
                : market.settlement.needed(order);
        return isCovered(market, order, needed);
    }

    /** {@return why an order is cancelled before its first fill; null if it is not cancelled} */
    private static @Nullable String cancelReason(PaperOrder order, Taking taking) {
        boolean nothing = taking.quantity().signum() == 0;
        return switch (order.request().timeInForce()) {
            case POST_ONLY -> nothing ? null : "post-only: it would have taken";
            case FOK ->
                taking.quantity().compareTo(order.remaining()) < 0 ? "fill or kill: not enough liquidity" : null;
            case IOC -> nothing && order.request().limitPrice() == null ? "there is nothing to take" : null;
            case GTC -> null;
        };
    }

    /** {@return true if the account can pay for an order; otherwise the order is rejected} */
    private boolean isCovered(PaperMarket market, PaperOrder order, BigDecimal needed) {
        Balance payer = market.settlement.payer(order.side());
        boolean covered = payer.covers(needed);
        if (!covered) {
            orders.reject(
                    order,
                    FailureReason.INSUFFICIENT_FUNDS,
                    "needs " + needed.toPlainString() + " " + payer.currency + ", available are "
                            + payer.available().toPlainString());
        }
        return covered;
    }

    private static boolean mayRest(OrderRequest request) {
        return request.timeInForce() == TimeInForce.GTC || request.timeInForce() == TimeInForce.POST_ONLY;
    }

    private static void rest(PaperMarket market, PaperOrder order) {
        market.settlement.reserve(order, market.settlement.needed(order));
        market.resting(order.side()).add(order, market.against(order.side().opposite()));
    }

    /**
     * Continues an order of an earlier run, before the market has a book. An order that cannot continue is cancelled.
     */
    void resume(PaperMarket market, PaperOrder order) {
        if (order.isTriggered()) {
            market.waiting.add(order);
        } else if (!order.isUntriggeredStop() && !mayRest(order.request())) {
            orders.cancel(order, "the run ended while it was executed");
        } else if (!market.settlement.payer(order.side()).covers(market.settlement.needed(order))) {
            orders.cancel(order, "its money is gone since the restart");
        } else if (order.isUntriggeredStop()) {
            market.settlement.reserve(order, market.settlement.needed(order));
            market.stops.add(order);
        } else {
            rest(market, order);
        }
    }

    /**
     * Fills resting orders if the price of a new book is beyond their price, because in the real market they would have
     * been filled first.
     */
    void fillCrossed(PaperMarket market, Side side) {
        List<Level> opposite = market.against(side);
        for (PaperOrder order : List.copyOf(market.resting(side).orders())) {
            if (opposite.isEmpty()
                    || !side.accepts(order.limit(), opposite.get(0).price())) {
                return;
            }
            boolean touchCounts = !market.publishesTrades() && touchFills.getAsBoolean();
            BigDecimal quantity = BigDecimal.ZERO;
            for (Take take : market.take(side, order.remaining(), order.limit()).takes()) {
                if (touchCounts || take.level().price().compareTo(order.limit()) != 0) {
                    market.consumed(side).consume(take.level(), take.quantity());
                    quantity = quantity.add(take.quantity());
                }
            }
            if (quantity.signum() > 0) {
                fill(market, order, order.limit(), quantity, Liquidity.MAKER);
            }
        }
    }

    /**
     * Fills the resting orders that a public trade would have filled.
     *
     * @return the part of the traded quantity that they get
     */
    BigDecimal fillMatches(PaperMarket market, PublicTrade trade) {
        BigDecimal given = BigDecimal.ZERO;
        for (Match match : market.resting(trade.aggressor().opposite()).match(trade)) {
            fill(market, match.order(), match.order().limit(), match.quantity(), Liquidity.MAKER);
            given = given.add(match.quantity());
        }
        return given;
    }

    private void fill(
            PaperMarket market, PaperOrder order, BigDecimal price, BigDecimal quantity, Liquidity liquidity) {
        Settlement settlement = market.settlement;
        Side side = order.side();
        BigDecimal fee = settlement.settle(side, quantity, price.multiply(quantity), liquidity);
        order.addFill(price, quantity);
        boolean filled = order.status() == PaperOrderStatus.FILLED;
        if (order.reserved().signum() != 0) {
            settlement.reserve(order, filled ? BigDecimal.ZERO : settlement.needed(order));
        }
        settlement.payer(side).check();
        OrderRequest request = order.request();
        Fill fill = new Fill(
                request.clientOrderId(),
                order.exchangeOrderId(),
                request.symbol(),
                side,
                price,
                quantity,
                fee,
                settlement.feeCurrency(side).currency,
                liquidity,
                Math.floorDiv(nowNanos.getAsLong(), 1_000_000L));
        if (filled && liquidity == Liquidity.MAKER) {
            market.resting(side).remove(order);
        }
        orders.filled(order, fill, settlement.instrument());
    }
}
