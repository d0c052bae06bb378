package io.cryptobot.trading.paper;

import io.cryptobot.trading.ExchangeClient;
import io.cryptobot.trading.FailureReason;
import io.cryptobot.trading.OrderBook;
import io.cryptobot.trading.OrderException;
import io.cryptobot.trading.PublicTrade;
import io.cryptobot.trading.Side;
import io.cryptobot.trading.Ticker;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * Reads one market of the real exchange for the engine: the trades since the last poll and then the book. If the
 * exchange has no book, it makes a book from the ticker. Used by one thread at a time.
 */
final class MarketFeed {
    private static final int TICKER_DECIMALS = 8;

    private final ExchangeClient exchange;
    private final PaperSettings settings;
    private final String symbol;
    private boolean tradesRead;
    private long lastTradeId = Long.MIN_VALUE;
    private long lastTickerMs = Long.MIN_VALUE;

    MarketFeed(ExchangeClient exchange, PaperSettings settings, String symbol) {
        this.exchange = exchange;
        this.settings = settings;
        this.symbol = symbol;
    }

    /** New market data, which the caller applies to the engine under its lock. */
    @FunctionalInterface
    interface Update {
        void apply(PaperEngine engine, long nanos);
    }

    /**
     * Asks the exchange for trades and book.
     *
     * @throws OrderException if the exchange does not answer or its answer is unusable
     */
    Update poll() throws OrderException {
        List<PublicTrade> trades = newTrades(exchange.recentTrades(symbol));
        Update book = pollBook();
        return (engine, nanos) -> {
            trades.forEach(trade -> engine.onTrade(nanos, trade));
            book.apply(engine, nanos);
        };
    }

    /**
     * Asks the exchange only for the book, because only resting orders need trades.
     *
     * @throws OrderException if the exchange does not answer or its answer is unusable
     */
    Update pollBook() throws OrderException {
        Optional<OrderBook> book = exchange.book(symbol, settings.depth);
        if (book.isPresent()) {
            return (engine, nanos) -> engine.onBook(nanos, book.get());
        }
        Ticker ticker = exchange.ticker(symbol);
        requireRecent(ticker);
        boolean newTicker = ticker.timeMs() != lastTickerMs;
        lastTickerMs = ticker.timeMs();
        OrderBook made = bookOf(ticker.lastPrice());
        return (engine, nanos) -> {
            if (newTicker) {
                engine.markNewLiquidity(symbol, Side.BUY);
                engine.markNewLiquidity(symbol, Side.SELL);
            }
            engine.onBook(nanos, made);
        };
    }

    /**
     * Returns the trades since the last poll. The first poll only sets the last trade id: older trades fill nothing.
     */
    private List<PublicTrade> newTrades(List<PublicTrade> recent) {
        long before = lastTradeId;
        for (PublicTrade trade : recent) {
            lastTradeId = Math.max(lastTradeId, trade.id());
        }
        boolean first = !tradesRead;
        tradesRead = true;
        return first
                ? List.of()
                : recent.stream().filter(trade -> trade.id() > before).toList();
    }

    private void requireRecent(Ticker ticker) throws OrderException {
        long ageMs = Instant.now().toEpochMilli() - ticker.timeMs();
        if (ticker.timeMs() > 0 && ageMs > settings.maxTickerAge.toMillis()) {
            throw new OrderException(
                    FailureReason.NOT_SENT,
                    "the last trade of " + symbol + " was " + ageMs / 1000 + " s ago, at "
                            + Instant.ofEpochMilli(ticker.timeMs()));
        }
    }

    private OrderBook bookOf(BigDecimal price) {
        BigDecimal half = price.multiply(settings.tickerHalfSpread);
        // rounds outwards, so that the spread is never zero
        int decimals = Math.max(TICKER_DECIMALS, price.scale());
        BigDecimal bid = price.subtract(half).setScale(decimals, RoundingMode.FLOOR);
        BigDecimal ask = price.add(half).setScale(decimals, RoundingMode.CEILING);
        BigDecimal quantity = settings.tickerQuantity;
        return new OrderBook(
                symbol,
                bid.signum() > 0 ? List.of(new OrderBook.Level(bid, quantity)) : List.of(),
                List.of(new OrderBook.Level(ask, quantity)));
    }
}
