package io.cryptobot.trading.paper;

import io.cryptobot.telemetry.ToolApi;
import io.cryptobot.trading.PublicTrade;
import io.cryptobot.trading.Side;
import java.io.BufferedReader;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.charset.MalformedInputException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Reads a file of Binance's public trade data (data.binance.vision, "trades"): The columns are {@code
 * id,price,qty,quoteQty,time,isBuyerMaker} and optionally {@code isBestMatch}. The header line is optional. The oldest
 * trade comes first. Times are in ms or, since 2025, in µs. It reads line by line, so the file can be large. Confined
 * to one thread.
 */
@ToolApi
public final class TradeFile implements AutoCloseable {
    private static final int MIN_COLUMNS = 6;
    private static final int MAX_COLUMNS = 7;
    private static final int MAX_QUOTED_LENGTH = 40;
    /**
     * Numbers without an exponent, because a short text such as 1E+999999999 would need gigabytes when it is printed.
     */
    private static final Pattern DECIMAL = Pattern.compile("[0-9]{1,18}(\\.[0-9]{1,18})?");

    private static final Pattern WHOLE = Pattern.compile("[0-9]{1,18}");
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

    /** A file has a wrong format; the message names file, line, cause and the expected form. */
    public static final class MalformedException extends IOException {
        public MalformedException(String message) {
            super(message);
        }
    }

    /** {@return the trades of a file; each gets this symbol} */
    public static TradeFile open(Path file, String symbol) throws IOException {
        return new TradeFile(file, symbol, Files.newBufferedReader(file, StandardCharsets.UTF_8));
    }

    /**
     * {@return the next trade; empty at the end}
     *
     * @throws MalformedException when a line is not a trade
     * @throws IOException when the file cannot be read
     */
    public Optional<PublicTrade> next() throws IOException {
        try {
            String line = lines.readLine();
            lineNumber++;
            if (lineNumber == 1 && line != null && line.startsWith("id,")) {
                line = lines.readLine();
                lineNumber++;
            }
            return line == null ? Optional.empty() : Optional.of(parse(line));
        } catch (MalformedInputException e) {
            throw new MalformedException(file + " is not a text file");
        }
    }

    private PublicTrade parse(String line) throws MalformedException {
        String[] columns = line.split(",", -1);
        if (columns.length < MIN_COLUMNS || columns.length > MAX_COLUMNS) {
            throw malformed("has " + columns.length + " columns");
        }
        BigDecimal price = positive("price", columns[1]);
        BigDecimal quantity = positive("qty", columns[2]);
        long time = positive("time", columns[4]).longValue();
        Side aggressor = switch (columns[5].strip().toLowerCase(Locale.ROOT)) {
            case "true" -> Side.SELL; // the buyer was the maker
            case "false" -> Side.BUY;
            default ->
                throw malformed("has isBuyerMaker '" + quoted(columns[5]) + "', which is neither true nor false");
        };
        return new PublicTrade(
                id(columns[0]),
                symbol,
                price,
                quantity,
                aggressor,
                time >= FIRST_MICROSECOND_TIME ? time / 1000 : time);
    }

    /** The first trade of a market is number 0 or 1. */
    private long id(String text) throws MalformedException {
        if (!WHOLE.matcher(text.strip()).matches()) {
            throw malformed("has id '" + quoted(text) + "', which is not a whole number");
        }
        return Long.parseLong(text.strip());
    }

    private BigDecimal positive(String column, String text) throws MalformedException {
        if (DECIMAL.matcher(text.strip()).matches()) {
            BigDecimal value = new BigDecimal(text.strip());
            if (value.signum() > 0) {
                return value;
            }
        }
        throw malformed("has " + column + " '" + quoted(text) + "', which is not a number above 0");
    }

    private static String quoted(String text) {
        return text.length() > MAX_QUOTED_LENGTH ? text.substring(0, MAX_QUOTED_LENGTH) + "…" : text;
    }

    private MalformedException malformed(String what) {
        return new MalformedException(file + ":" + lineNumber + ": the line " + what
                + "; expected id,price,qty,quoteQty,time,isBuyerMaker; correct or remove the line");
    }

    @Override
    public void close() throws IOException {
        lines.close();
    }
}
