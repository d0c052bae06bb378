package io.cryptobot.trading.paper;

import io.cryptobot.trading.PublicTrade;
import io.cryptobot.trading.Side;
import java.io.BufferedReader;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Reads a file of Binance's public trade data (data.binance.vision, "trades"): {@code
 * id,price,qty,quoteQty,time,isBuyerMaker} and perhaps {@code isBestMatch}, with or without a header line, times in ms or,
 * since 2025, µs. Reads as it goes. Confined to one thread.
 */
public final class TradeFile implements AutoCloseable {
    private static final int COLUMNS = 6;
    private static final Pattern DECIMAL = Pattern.compile("[0-9]{1,18}(\\.[0-9]{1,18})?");
    private static final long FIRST_MICROSECOND_TIME = 100_000_000_000_000L;

    private final Path file;
    private final String symbol;
    private final BufferedReader lines;
    private long lineNumber;

    private TradeFile(Path file, String symbol, BufferedReader lines) {
        this.file = file;
        this.symbol = symbol;
        this.lines = lines;
    }

    /** {@return the trades of a file, as those of this market} */
    public static TradeFile open(Path file, String symbol) throws IOException {
        return new TradeFile(file, symbol, Files.newBufferedReader(file, StandardCharsets.UTF_8));
    }

    /**
     * {@return the next trade; empty at the end}
     *
     * @throws IOException when the file cannot be read, or a line is not a trade; names the line
     */
    public Optional<PublicTrade> next() throws IOException {
        String line = lines.readLine();
        lineNumber++;
        if (lineNumber == 1 && line != null && line.startsWith("id,")) {
            line = lines.readLine();
            lineNumber++;
        }
        return line == null ? Optional.empty() : Optional.of(parse(line));
    }

    private PublicTrade parse(String line) throws IOException {
        String[] columns = line.split(",", -1);
        try {
            long time = Long.parseLong(columns[4]);
            Side aggressor = switch (columns[COLUMNS - 1].toLowerCase(Locale.ROOT)) {
                case "true" -> Side.SELL; // the buyer rested
                case "false" -> Side.BUY;
                default -> throw new IllegalArgumentException("isBuyerMaker is neither true nor false");
            };
            return new PublicTrade(
                    Long.parseLong(columns[0]),
                    symbol,
                    decimal(columns[1]),
                    decimal(columns[2]),
                    aggressor,
                    time >= FIRST_MICROSECOND_TIME ? time / 1000 : time);
        } catch (IllegalArgumentException | ArrayIndexOutOfBoundsException e) {
            throw new IOException(
                    file + ":" + lineNumber + ": expected id,price,qty,quoteQty,time,isBuyerMaker: " + e.getMessage(),
                    e);
        }
    }

    private static BigDecimal decimal(String text) {
        if (!DECIMAL.matcher(text).matches()) {
            throw new IllegalArgumentException("not a number above 0");
        }
        return new BigDecimal(text);
    }

    @Override
    public void close() throws IOException {
        lines.close();
    }
}
