package io.cryptobot.trading.paper;

import io.cryptobot.trading.OrderBook;
import io.cryptobot.trading.OrderBook.Level;
import io.cryptobot.trading.PublicTrade;
import io.cryptobot.trading.Side;
import java.math.BigDecimal;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Shows a tape of trades to an engine as if it happened now. A tape has no book: what a trade took counts as what rested there,
 * its price and quantity, until the next trade from that side. So no more is ever filled than was traded. Confined to one
 * thread.
 */
final class TapeReplay {
    private final PaperEngine engine;
    private @Nullable Level bid;
    private @Nullable Level ask;

    TapeReplay(PaperEngine engine) {
        this.engine = engine;
    }

    /** {@return the time of a trade as the engine counts it, in ns} */
    static long nanos(PublicTrade trade) {
        return TimeUnit.MILLISECONDS.toNanos(trade.timeMs());
    }

    /** Lets a trade happen; the tape is one of one market. */
    void show(PublicTrade trade) {
        BigDecimal left = trade.quantity().subtract(engine.onTrade(nanos(trade), trade));
        Level rested = left.signum() > 0 ? new Level(trade.price(), left) : null;
        if (trade.aggressor() == Side.BUY) {
            ask = rested;
            bid = bid == null || bid.price().compareTo(trade.price()) >= 0 ? null : bid;
        } else {
            bid = rested;
            ask = ask == null || ask.price().compareTo(trade.price()) <= 0 ? null : ask;
        }
        engine.renewed(trade.symbol(), trade.aggressor());
        engine.onBook(nanos(trade), new OrderBook(trade.symbol(), levels(bid), levels(ask)));
    }

    private static List<Level> levels(@Nullable Level level) {
        return level == null ? List.of() : List.of(level);
    }
}
