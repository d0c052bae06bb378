package io.cryptobot.smoke.exchange;

import java.io.BufferedReader;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.charset.MalformedInputException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Replays a file in the format of Binance's public trade data (data.binance.vision, "trades"): comma-separated {@code
 * id,price,qty,quoteQty,time,isBuyerMaker} with an optional seventh column {@code isBestMatch}, with or without a header
 * line, oldest first, times in ms (or µs, as in the files since 2025). Reads as it goes, so size does not matter, and
 * begins again at the end.
 */
public final class TradeTape implements Market {
    private static final int MIN_COLUMNS = 6;
    private static final int MAX_COLUMNS = 7;
    /** Without exponent: a few characters such as 1E+999999999 would be gigabytes when they are printed. */
    private static final Pattern DECIMAL = Pattern.compile("[0-9]{1,18}(\\.[0-9]{1,18})?");

    private static final long FIRST_MICROSECOND_TIME = 100_000_000_000_000L;

    private final Path file;
    private final String symbol;
    private final Summary summary;
    private BufferedReader lines;
    private long lineNumber;

    private TradeTape(Path file, String symbol, Summary summary) throws IOException {
        this.file = file;
        this.symbol = symbol;
        this.summary = summary;
        this.lines = Files.newBufferedReader(file, StandardCharsets.UTF_8);
    }

    /** What a tape holds. */
    public record Summary(long trades, Instant first, Instant last) {}

    /** A line of the tape is not a trade; the message names file, line, cause and the expected form. */
    public static final class MalformedTapeException extends IOException {
        MalformedTapeException(String message) {
            super(message);
        }
    }

    /**
     * Checks every line of the file and opens it. The symbol is the file's name up to the first {@code -}.
     *
     * @throws MalformedTapeException at the first line that is not a trade
     * @throws IOException when the file cannot be read
     */
    public static TradeTape open(Path file) throws IOException {
        String name = String.valueOf(file.getFileName());
        int end = name.indexOf('-') > 0 ? name.indexOf('-') : name.indexOf('.');
        String symbol = end > 0 ? name.substring(0, end) : name;
        long trades = 0;
        Trade first = null;
        Trade last = null;
        try (TradeTape tape = new TradeTape(file, symbol, new Summary(0, Instant.EPOCH, Instant.EPOCH))) {
            for (Trade trade = tape.read(); trade != null; trade = tape.read()) {
                if (first == null) {
                    first = trade;
                }
                last = trade;
                trades++;
            }
        } catch (MalformedInputException e) {
            throw new MalformedTapeException(file + " is not a text file");
        }
        if (first == null || last == null) {
            throw new MalformedTapeException(file + " holds no trade");
        }
        Summary summary =
                new Summary(trades, Instant.ofEpochMilli(first.timeMs()), Instant.ofEpochMilli(last.timeMs()));
        return new TradeTape(file, symbol, summary);
    }

    @Override
    public String symbol() {
        return symbol;
    }

    /** {@return what the whole tape holds} */
    public Summary summary() {
        return summary;
    }

    @Override
    public Trade next() throws IOException {
        Trade trade = read();
        if (trade == null) {
            lines.close();
            lines = Files.newBufferedReader(file, StandardCharsets.UTF_8);
            lineNumber = 0;
            trade = read();
        }
        if (trade == null) { // emptied since it was checked
            throw new MalformedTapeException(file + " holds no trade");
        }
        return trade;
    }

    private @Nullable Trade read() throws IOException {
        String line = lines.readLine();
        lineNumber++;
        if (lineNumber == 1 && line != null && line.startsWith("id,")) {
            line = lines.readLine();
            lineNumber++;
        }
        return line == null ? null : parse(line);
    }

    private Trade parse(String line) throws MalformedTapeException {
        String[] columns = line.split(",", -1);
        if (columns.length < MIN_COLUMNS || columns.length > MAX_COLUMNS) {
            throw malformed("has " + columns.length + " columns");
        }
        BigDecimal price = positive("price", columns[1]);
        BigDecimal quantity = positive("qty", columns[2]);
        long time = positive("time", columns[4]).longValue();
        return new Trade(price, quantity, time >= FIRST_MICROSECOND_TIME ? time / 1000 : time);
    }

    private BigDecimal positive(String column, String text) throws MalformedTapeException {
        if (DECIMAL.matcher(text.strip()).matches()) {
            BigDecimal value = new BigDecimal(text.strip());
            if (value.signum() > 0) {
                return value;
            }
        }
        throw malformed("has " + column + " '" + (text.length() > 40 ? text.substring(0, 40) + "…" : text)
                + "', which is not a number above 0");
    }

    private MalformedTapeException malformed(String what) {
        return new MalformedTapeException(file + ":" + lineNumber + ": the line " + what
                + "; expected id,price,qty,quoteQty,time,isBuyerMaker; mend or remove the line");
    }

    @Override
    public void close() throws IOException {
        lines.close();
    }
}
