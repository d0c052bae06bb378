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
 * Replays recorded trades to an engine. A recording has no book, so each trade counts as a resting offer of its price
 * and quantity until the next trade of that side. So the engine never fills more than was traded. Confined to one
 * thread.
 */
final class TapeReplay {
    private final PaperEngine engine;
    private @Nullable Level bid;
    private @Nullable Level ask;

    TapeReplay(PaperEngine engine) {
        this.engine = engine;
    }

    /** {@return the engine's time of a trade, in ns} */
    static long nanos(PublicTrade trade) {
        return TimeUnit.MILLISECONDS.toNanos(trade.timeMs());
    }

    /** Replays one trade; all trades are of one market. */
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
        engine.markNewLiquidity(trade.symbol(), trade.aggressor());
        engine.onBook(nanos(trade), new OrderBook(trade.symbol(), levels(bid), levels(ask)));
    }

    private static List<Level> levels(@Nullable Level level) {
        return level == null ? List.of() : List.of(level);
    }
}
