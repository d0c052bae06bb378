package io.cryptobot.trading.paper;

import io.cryptobot.trading.OrderBook.Level;
import io.cryptobot.trading.PublicTrade;
import io.cryptobot.trading.Side;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The resting paper orders of one side of a market, with their queue positions. Confined to the engine's thread. */
final class RestingOrders {
    /** A part of an order that a public trade fills. */
    record Match(PaperOrder order, BigDecimal quantity) {}

    /** The side that can take these orders; its best price comes first. */
    private final Side taker;

    /** Best price first, oldest first at the same price. */
    private final List<PaperOrder> orders = new ArrayList<>();

    RestingOrders(Side side) {
        this.taker = side.opposite();
    }

    /** {@return the orders, best first} The caller must not change the list. */
    List<PaperOrder> orders() {
        return orders;
    }

    /** Adds an order after the quantity that the book shows at its price. */
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

    /** Sets the queue position of orders whose price is visible in the book for the first time. */
    void updateQueuePositions(List<Level> sameSide) {
        for (PaperOrder order : orders) {
            if (order.queueAhead() == null) {
                order.setQueueAhead(shownAt(order, sameSide));
            }
        }
    }

    /**
     * {@return the visible quantity at the order's price; 0 between visible prices; null beyond the last visible price}
     */
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
     * Finds the orders that a public trade would have filled. A trade at a price beyond the order's price always fills
     * the order. A trade at the order's price first fills the queue ahead. All orders together get at most the traded
     * quantity.
     *
     * @param trade a trade that took from this side
     */
    List<Match> match(PublicTrade trade) {
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
                    continue; // beyond the visible depth: the queue has an unknown length
                }
                BigDecimal passed = ahead.min(left);
                order.setQueueAhead(ahead.subtract(passed));
                reached = left.subtract(passed);
            } else {
                order.setQueueAhead(BigDecimal.ZERO); // the queue ahead was filled
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
