package io.cryptobot.trading.paper;

import io.cryptobot.trading.OrderBook.Level;
import io.cryptobot.trading.Side;
import java.math.BigDecimal;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Remembers the quantities that paper orders have taken from one side of a book, so that no quantity is taken twice.
 * This is necessary, because paper orders never reach the real market, which still shows these quantities. Confined to
 * the engine's thread.
 */
final class ConsumedDepth {
    /** Limits the map, because the market never returns to some prices; the worst price is removed first. */
    private static final int MAX_PRICES = 1_000;

    private final Side taker;
    private final NavigableMap<BigDecimal, Taken>
            byPrice; // best first; compared by value, so 2.0 and 2.00 are the same price

    /** @param taker the side of the orders that take this quantity */
    ConsumedDepth(Side taker) {
        this.taker = taker;
        this.byPrice = new TreeMap<>(taker::compare);
    }

    /** {@return the quantity at a price that paper orders have not taken} */
    BigDecimal available(Level level) {
        Taken taken = byPrice.isEmpty() ? null : byPrice.get(level.price());
        return taken == null
                ? level.quantity()
                : level.quantity().subtract(taken.consumed).max(BigDecimal.ZERO);
    }

    /** Records that an order takes a part of the quantity at a price. */
    void consume(Level level, BigDecimal quantity) {
        Taken taken = byPrice.computeIfAbsent(level.price(), price -> new Taken(level.quantity()));
        taken.consumed = taken.consumed.add(quantity);
        if (byPrice.size() > MAX_PRICES) {
            byPrice.pollLastEntry();
        }
    }

    /**
     * Compares with the next snapshot. A decrease at a price counts as the quantity that paper orders took; an increase
     * is new quantity. Prices beyond the visible depth are kept.
     */
    void update(List<Level> shown) {
        if (byPrice.isEmpty()) {
            return;
        }
        BigDecimal last = shown.isEmpty() ? null : shown.get(shown.size() - 1).price();
        for (Iterator<Map.Entry<BigDecimal, Taken>> entries = byPrice.entrySet().iterator(); entries.hasNext(); ) {
            Map.Entry<BigDecimal, Taken> entry = entries.next();
            if (last == null || taker.compare(entry.getKey(), last) > 0) {
                break;
            }
            Taken taken = entry.getValue();
            Level level = find(shown, entry.getKey());
            BigDecimal displayed = level == null ? BigDecimal.ZERO : level.quantity();
            BigDecimal fall = taken.displayed.subtract(displayed);
            if (fall.signum() > 0) {
                taken.consumed = taken.consumed.subtract(fall);
            }
            taken.displayed = displayed;
            if (taken.consumed.signum() <= 0) {
                entries.remove();
            }
        }
    }

    /** Removes all prices, because later books are new liquidity. */
    void clear() {
        byPrice.clear();
    }

    private @Nullable Level find(List<Level> shown, BigDecimal price) {
        for (Level level : shown) {
            int order = taker.compare(level.price(), price);
            if (order >= 0) {
                return order == 0 ? level : null;
            }
        }
        return null;
    }

    private static final class Taken {
        private BigDecimal displayed;
        private BigDecimal consumed = BigDecimal.ZERO;

        Taken(BigDecimal displayed) {
            this.displayed = displayed;
        }
    }
}
