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

/** One market as the paper exchange sees it: the last real book, and the paper orders beside it. Confined to the engine's thread. */
final class PaperMarket {
    /** What a taking order would get now; all of it can be had. */
    record Taking(List<Level> levels, List<BigDecimal> quantities, BigDecimal quantity, BigDecimal value) {
        static final Taking NOTHING = new Taking(List.of(), List.of(), BigDecimal.ZERO, BigDecimal.ZERO);
    }

    final Settlement settlement;

    /** Accepted stop orders that sleep, oldest first. */
    final List<PaperOrder> stops = new ArrayList<>();

    /** Orders that have arrived and need a fresh book, oldest first. */
    final List<PaperOrder> waiting = new ArrayList<>();

    private final Instrument instrument;
    private final RestingOrders bids = new RestingOrders(Side.BUY);
    private final RestingOrders asks = new RestingOrders(Side.SELL);
    private final ConsumedDepth takenFromAsks = new ConsumedDepth(Side.BUY);
    private final ConsumedDepth takenFromBids = new ConsumedDepth(Side.SELL);
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

    /** {@return what of this taker's side paper orders have taken already} */
    ConsumedDepth taken(Side taker) {
        return taker == Side.BUY ? takenFromAsks : takenFromBids;
    }

    /** {@return whether public trades are seen here, so that the book need not stand in for them} */
    boolean publishesTrades() {
        return publishesTrades;
    }

    void tradeSeen() {
        publishesTrades = true;
    }

    void show(OrderBook next, long nanos) {
        book = next;
        bookNanos = nanos;
        takenFromAsks.update(next.asks());
        takenFromBids.update(next.bids());
        bids.look(next.bids());
        asks.look(next.asks());
    }

    boolean isFresh(long nowNanos, long maxAgeNanos) {
        return book != null && nowNanos - bookNanos <= maxAgeNanos;
    }

    /** {@return how old the book is, in words} */
    String age(long nowNanos) {
        return book == null
                ? "there has been no book"
                : "the book is " + (nowNanos - bookNanos) / 1_000_000 + " ms old";
    }

    /** {@return what an order of this side could take, best price first, whether it is left or not} */
    List<Level> against(Side taker) {
        return book == null ? List.of() : book.against(taker);
    }

    /** {@return which of the market's rules an order breaks; null for none} */
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

    /** {@return why an order of this value is too small; null if it is not} */
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

    /** {@return what an order would take now, up to its limit if it has one} */
    Taking take(Side taker, BigDecimal wanted, @Nullable BigDecimal limit) {
        List<Level> shown = against(taker);
        if (shown.isEmpty()
                || (limit != null && !taker.accepts(limit, shown.get(0).price()))) {
            return Taking.NOTHING;
        }
        List<Level> levels = new ArrayList<>(4);
        List<BigDecimal> quantities = new ArrayList<>(4);
        BigDecimal left = wanted;
        BigDecimal value = BigDecimal.ZERO;
        for (Level level : shown) {
            if (left.signum() == 0 || (limit != null && !taker.accepts(limit, level.price()))) {
                break;
            }
            BigDecimal quantity = left.min(taken(taker).available(level));
            if (quantity.signum() > 0) {
                levels.add(level);
                quantities.add(quantity);
                left = left.subtract(quantity);
                value = value.add(level.price().multiply(quantity));
            }
        }
        return new Taking(levels, quantities, wanted.subtract(left), value);
    }
}
