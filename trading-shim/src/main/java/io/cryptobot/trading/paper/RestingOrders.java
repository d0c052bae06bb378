package io.cryptobot.trading.paper;

import io.cryptobot.trading.OrderBook.Level;
import io.cryptobot.trading.PublicTrade;
import io.cryptobot.trading.Side;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The paper orders of one side that rest in a market, each with its place in the queue at its price. Confined to the
 * engine's thread.
 */
final class RestingOrders {
    /** A part of an order that a public trade has met. */
    record Match(PaperOrder order, BigDecimal quantity) {}

    /** The side that takes from here: what it prefers comes first. */
    private final Side taker;

    /** Best price first, oldest first at the same price. */
    private final List<PaperOrder> orders = new ArrayList<>();

    RestingOrders(Side side) {
        this.taker = side.opposite();
    }

    /** {@return the orders, best first; not to be changed} */
    List<PaperOrder> orders() {
        return orders;
    }

    /** Puts an order behind what the book shows at its price. */
    void add(PaperOrder order, List<Level> sameSide) {
        order.setQueueAhead(shownAt(order, sameSide));
        int from = 0;
        int to = orders.size();
        while (from < to) {
            int middle = (from + to) >>> 1;
            if (isBehind(order, orders.get(middle))) {
                from = middle + 1;
            } else {
                to = middle;
            }
        }
        orders.add(from, order);
    }

    private boolean isBehind(PaperOrder order, PaperOrder other) {
        int price = taker.compare(order.limit(), other.limit());
        return price > 0 || (price == 0 && order.number() > other.number());
    }

    void remove(PaperOrder order) {
        orders.remove(order);
    }

    /** Finds the place of orders that were below the shown part of the book until now. */
    void findPlaces(List<Level> sameSide) {
        for (PaperOrder order : orders) {
            if (order.queueAhead() == null) {
                order.setQueueAhead(shownAt(order, sameSide));
            }
        }
    }

    /** {@return what is shown at the order's price, 0 between shown prices, null beyond the last of them} */
    private @Nullable BigDecimal shownAt(PaperOrder order, List<Level> sameSide) {
        for (Level level : sameSide) {
            int place = taker.compare(order.limit(), level.price());
            if (place <= 0) {
                return place == 0 ? level.quantity() : BigDecimal.ZERO;
            }
        }
        return null;
    }

    /**
     * Gives a public trade to the orders that it would have met. At a worse price than the order's, the trade has met the
     * order in any case; at the order's own price it first meets the queue ahead. All orders together get at most the traded
     * quantity.
     *
     * @param trade one that took from this side
     */
    List<Match> meet(PublicTrade trade) {
        List<Match> matches = List.of();
        BigDecimal left = trade.quantity();
        for (PaperOrder order : orders) {
            int place = taker.compare(order.limit(), trade.price());
            if (place > 0 || left.signum() == 0) {
                break;
            }
            BigDecimal reached = left;
            if (place == 0) {
                BigDecimal ahead = order.queueAhead();
                if (ahead == null) {
                    continue; // deeper than the book shows: there is a queue of unknown length
                }
                BigDecimal passed = ahead.min(left);
                order.setQueueAhead(ahead.subtract(passed));
                reached = left.subtract(passed);
            } else {
                order.setQueueAhead(BigDecimal.ZERO); // whatever was ahead has been taken
            }
            BigDecimal quantity = order.remaining().min(reached);
            if (quantity.signum() > 0) {
                matches = matches.isEmpty() ? new ArrayList<>() : matches;
                matches.add(new Match(order, quantity));
                left = left.subtract(quantity);
            }
        }
        return matches;
    }
}
