package io.cryptobot.smoke.exchange;

import io.cryptobot.trading.PublicTrade;
import io.cryptobot.trading.paper.TradeFile;
import io.cryptobot.trading.paper.TradeFile.MalformedException;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Optional;

/** Replays a {@link TradeFile}; after its end it begins again. */
public final class TradeTape implements Market {
    private final Path file;
    private final String symbol;
    private final Summary summary;
    private TradeFile trades;

    private TradeTape(Path file, String symbol, Summary summary) throws IOException {
        this.file = file;
        this.symbol = symbol;
        this.summary = summary;
        this.trades = TradeFile.open(file, symbol);
    }

    /** The content of a tape. */
    public record Summary(long trades, Instant first, Instant last) {}

    /**
     * Checks every line of the file and opens it. The symbol is the file's name up to the first {@code -}.
     *
     * @throws MalformedException at the first line that is not a trade, or when there is none
     * @throws IOException when the file cannot be read
     */
    public static TradeTape open(Path file) throws IOException {
        String name = String.valueOf(file.getFileName());
        int end = name.indexOf('-') > 0 ? name.indexOf('-') : name.indexOf('.');
        String symbol = end > 0 ? name.substring(0, end) : name;
        return new TradeTape(file, symbol, check(file, symbol));
    }

    private static Summary check(Path file, String symbol) throws IOException {
        try (TradeFile trades = TradeFile.open(file, symbol)) {
            PublicTrade first = trades.next().orElseThrow(() -> empty(file));
            PublicTrade last = first;
            long count = 1;
            for (Optional<PublicTrade> next = trades.next(); next.isPresent(); next = trades.next()) {
                last = next.get();
                count++;
            }
            return new Summary(count, Instant.ofEpochMilli(first.timeMs()), Instant.ofEpochMilli(last.timeMs()));
        }
    }

    private static MalformedException empty(Path file) {
        return new MalformedException(file + " holds no trade");
    }

    @Override
    public String symbol() {
        return symbol;
    }

    /** {@return the content of the whole tape} */
    public Summary summary() {
        return summary;
    }

    @Override
    public Trade next() throws IOException {
        Optional<PublicTrade> next = trades.next();
        if (next.isEmpty()) {
            trades.close();
            trades = TradeFile.open(file, symbol);
            next = trades.next();
        }
        PublicTrade trade = next.orElseThrow(() -> empty(file)); // emptied since it was checked
        return new Trade(trade.price(), trade.quantity(), trade.timeMs());
    }

    @Override
    public void close() throws IOException {
        trades.close();
    }
}
