package io.cryptobot.trading.paper;

import io.cryptobot.trading.Instrument;
import io.cryptobot.trading.OrderBook;
import io.cryptobot.trading.OrderBook.Level;
import io.cryptobot.trading.OrderRequest;
import io.cryptobot.trading.Side;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One market of the paper exchange: the last book of the real exchange, and the paper orders, which are not in this
 * book. Confined to the engine's thread.
 */
final class PaperMarket {
    /** The fills that a taker order would get now, best price first. */
    record Taking(List<Take> takes, BigDecimal quantity, BigDecimal value) {
        static final Taking NOTHING = new Taking(List.of(), BigDecimal.ZERO, BigDecimal.ZERO);
    }

    /** A part of the quantity at one price. */
    record Take(Level level, BigDecimal quantity) {}

    final Settlement settlement;

    /** Accepted stop orders that are not triggered, oldest first. */
    final List<PaperOrder> stops = new ArrayList<>();

    /** Orders that have arrived and are waiting for a fresh book, oldest first. */
    final List<PaperOrder> waiting = new ArrayList<>();

    private final Instrument instrument;
    private final RestingOrders bids = new RestingOrders(Side.BUY);
    private final RestingOrders asks = new RestingOrders(Side.SELL);
    private final ConsumedDepth consumedAsks = new ConsumedDepth(Side.BUY);
    private final ConsumedDepth consumedBids = new ConsumedDepth(Side.SELL);
    private @Nullable OrderBook book;
    private long bookNanos;
    private boolean publishesTrades;

    PaperMarket(Instrument instrument, Settlement settlement) {
        this.instrument = instrument;
        this.settlement = settlement;
    }

    RestingOrders resting(Side side) {
        return side == Side.BUY ? bids : asks;
    }

    /** {@return the quantities that paper orders of this side have already taken} */
    ConsumedDepth consumed(Side taker) {
        return taker == Side.BUY ? consumedAsks : consumedBids;
    }

    /**
     * {@return true if a public trade was received} Until then books also trigger stop orders, and a touched price may
     * fill an order.
     */
    boolean publishesTrades() {
        return publishesTrades;
    }

    /** {@return the waiting orders} It removes them from the list. */
    List<PaperOrder> takeWaiting() {
        List<PaperOrder> taken = List.copyOf(waiting);
        waiting.clear();
        return taken;
    }

    /** Removes an order that ends, and releases its reserved amount. */
    void remove(PaperOrder order) {
        resting(order.side()).remove(order);
        stops.remove(order);
        waiting.remove(order);
        settlement.release(order);
    }

    void tradeSeen() {
        publishesTrades = true;
    }

    void update(OrderBook next, long nanos) {
        book = next;
        bookNanos = nanos;
        consumedAsks.update(next.asks());
        consumedBids.update(next.bids());
        bids.updateQueuePositions(next.bids());
        asks.updateQueuePositions(next.asks());
    }

    boolean isFresh(long nowNanos, long maxAgeNanos) {
        return book != null && nowNanos - bookNanos <= maxAgeNanos;
    }

    /** {@return the age of the book, as part of a message} */
    String bookAge(long nowNanos) {
        return book == null
                ? "there has been no book"
                : "the book is " + (nowNanos - bookNanos) / 1_000_000 + " ms old";
    }

    /**
     * {@return the levels that an order of this side can take, best price first; quantities that paper orders have
     * taken are included}
     */
    List<Level> against(Side taker) {
        return book == null ? List.of() : book.against(taker);
    }

    /** {@return the rule of the market that an order breaks; null if it breaks none} */
    @Nullable
    String violation(OrderRequest request) {
        if (!isMultiple(request.quantity(), instrument.lotSize())) {
            return "quantity " + request.quantity().toPlainString() + " is not a multiple of the lot size "
                    + instrument.lotSize().toPlainString();
        }
        BigDecimal limit = request.limitPrice();
        BigDecimal stop = request.stopPrice();
        for (BigDecimal price : new BigDecimal[] {limit, stop}) {
            if (price != null && !isMultiple(price, instrument.tickSize())) {
                return "price " + price.toPlainString() + " is not a multiple of the tick size "
                        + instrument.tickSize().toPlainString();
            }
        }
        BigDecimal price = limit != null ? limit : stop;
        return price == null ? null : notionalViolation(price.multiply(request.quantity()));
    }

    /** {@return why an order of this value is too small; null if it is large enough} */
    @Nullable
    String notionalViolation(BigDecimal value) {
        return value.compareTo(instrument.minNotional()) >= 0
                ? null
                : "value " + value.toPlainString() + " is below the minimum of "
                        + instrument.minNotional().toPlainString();
    }

    private static boolean isMultiple(BigDecimal value, BigDecimal step) {
        boolean decimal = step.precision() == 1 && step.unscaledValue().intValue() == 1;
        // the usual step, 0.00…1, needs no division
        return (decimal && value.scale() <= step.scale())
                || value.remainder(step).signum() == 0;
    }

    /** {@return the fills that an order would get now, within its limit price} */
    Taking take(Side taker, BigDecimal wanted, @Nullable BigDecimal limit) {
        List<Level> shown = against(taker);
        if (shown.isEmpty()
                || (limit != null && !taker.accepts(limit, shown.get(0).price()))) {
            return Taking.NOTHING;
        }
        List<Take> takes = new ArrayList<>(4);
        BigDecimal left = wanted;
        BigDecimal value = BigDecimal.ZERO;
        for (Level level : shown) {
            if (left.signum() == 0 || (limit != null && !taker.accepts(limit, level.price()))) {
                break;
            }
            BigDecimal quantity = left.min(consumed(taker).available(level));
            if (quantity.signum() > 0) {
                takes.add(new Take(level, quantity));
                left = left.subtract(quantity);
                value = value.add(level.price().multiply(quantity));
            }
        }
        return new Taking(takes, wanted.subtract(left), value);
    }
}
