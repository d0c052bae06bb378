package io.cryptobot.trading.log;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.cryptobot.telemetry.Internal;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.time.LocalDate;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Builds lines of a JSON-lines file: flat objects of texts and numbers, in UTF-8. A reused one allocates nothing once its buffer
 * is long enough. Confined to one thread.
 */
@Internal
public final class JsonLine {
    private static final byte[] HEX = "0123456789abcdef".getBytes(UTF_8);
    private static final long[] POWERS_OF_TEN = new long[16];
    /** So many decimal digits survive a double, see {@link #decimal}. */
    private static final int EXACT_DIGITS = POWERS_OF_TEN.length - 1;

    private static final long NANOS_PER_DAY = TimeUnit.DAYS.toNanos(1);

    static {
        POWERS_OF_TEN[0] = 1;
        for (int power = 1; power < POWERS_OF_TEN.length; power++) {
            POWERS_OF_TEN[power] = 10 * POWERS_OF_TEN[power - 1];
        }
    }

    private byte[] bytes = new byte[512];
    private ByteBuffer view = ByteBuffer.wrap(bytes);
    /** How many bytes the finished lines have. */
    private int finished;
    /** How many lines these are. */
    private int count;
    /** Those of the finished lines and of the one that is being built. */
    private int length;

    private long day = Long.MIN_VALUE;
    private byte[] dayText = {};

    /** Adds a text; leaves the field out when it is null. Half a character, which cannot be written, becomes '?'. */
    public JsonLine text(String name, @Nullable String value) {
        if (value != null) {
            name(name);
            quote(value);
        }
        return this;
    }

    /** Adds a number with three decimals. */
    public JsonLine number(String name, double value) {
        name(name);
        long thousandths = Math.round(value * 1000);
        if (thousandths < 0) {
            put('-');
        }
        digits(Math.abs(thousandths), 3);
        return this;
    }

    /** Adds a whole number. */
    public JsonLine count(String name, long value) {
        name(name);
        if (value == Long.MIN_VALUE) {
            ascii(Long.toString(value)); // has no positive counterpart
            return this;
        }
        if (value < 0) {
            put('-');
        }
        digits(Math.abs(value), 0);
        return this;
    }

    /**
     * Adds a decimal number, exactly and without an exponent, as a text.
     *
     * <p>A BigDecimal tells its digits only by allocating. So a number of up to 15 digits is asked for its double, whose
     * distance from it is less than 2<sup>-53</sup> of it. Multiplied by the power of ten, which is exact, and rounded once
     * more, it is within 2<sup>-52</sup> of 10<sup>15</sup>, less than a quarter, of the whole number that is looked for.
     */
    JsonLine decimal(String name, BigDecimal value) {
        name(name);
        put('"');
        int scale = value.scale();
        if (scale >= 0 && scale <= EXACT_DIGITS && value.precision() <= EXACT_DIGITS) {
            long unscaled = Math.round(value.doubleValue() * POWERS_OF_TEN[scale]);
            if (unscaled < 0) {
                put('-');
            }
            digits(Math.abs(unscaled), scale);
        } else {
            ascii(value.toPlainString());
        }
        put('"');
        return this;
    }

    /** Adds a time in ns since 1970 as ISO 8601 in UTC with six decimals, so that the order of texts is that of times. */
    JsonLine time(String name, long epochNanos) {
        name(name);
        put('"');
        long newDay = Math.floorDiv(epochNanos, NANOS_PER_DAY);
        if (newDay != day) {
            day = newDay;
            dayText = LocalDate.ofEpochDay(newDay).toString().getBytes(UTF_8);
        }
        for (byte character : dayText) {
            put(character);
        }
        long micros = Math.floorMod(epochNanos, NANOS_PER_DAY) / 1000;
        long seconds = micros / 1_000_000;
        put('T');
        twoDigits(seconds / 3600);
        put(':');
        twoDigits(seconds / 60 % 60);
        put(':');
        digits(100_000_000 + micros % 60_000_000, 6, 1); // the 1 in front keeps the zeros, and is left out
        put('Z');
        put('"');
        return this;
    }

    /** {@return the finished line, without a line end; the next one may begin} */
    public String end() {
        put('}');
        String line = new String(bytes, finished, length - finished, UTF_8);
        length = finished;
        return line;
    }

    /** Ends the line, to be had with all others from {@link #lines}. */
    void endLine() {
        put('}');
        put('\n');
        finished = length;
        count++;
    }

    /** Forgets what the line has so far. */
    void dropLine() {
        length = finished;
    }

    /** {@return how many bytes the finished lines have} */
    int size() {
        return finished;
    }

    /** {@return how many finished lines there are} */
    int count() {
        return count;
    }

    /** {@return the finished lines, valid until the next one is begun} */
    ByteBuffer lines() {
        if (view.array() != bytes) {
            view = ByteBuffer.wrap(bytes);
        }
        return view.clear().limit(finished);
    }

    /** Forgets all lines. */
    void clear() {
        finished = 0;
        length = 0;
        count = 0;
    }

    private void name(String name) {
        put(length == finished ? '{' : ',');
        quote(name);
        put(':');
    }

    private void quote(String text) {
        put('"');
        for (int index = 0; index < text.length(); index++) {
            char character = text.charAt(index);
            if (character == '"' || character == '\\') {
                put('\\');
                put(character);
            } else if (character < ' ') {
                ascii("\\u00");
                put(HEX[character >> 4]);
                put(HEX[character & 0xF]);
            } else if (character < 0x80) {
                put(character);
            } else {
                index += notAscii(text, index) - 1;
            }
        }
        put('"');
    }

    /** {@return how many chars were written} */
    private int notAscii(String text, int index) {
        int codePoint = text.codePointAt(index);
        if (codePoint >= Character.MIN_SURROGATE && codePoint <= Character.MAX_SURROGATE) {
            put('?');
            return 1;
        }
        if (codePoint < 0x800) {
            put(0xC0 | codePoint >> 6);
        } else {
            if (codePoint < 0x10000) {
                put(0xE0 | codePoint >> 12);
            } else {
                put(0xF0 | codePoint >> 18);
                put(0x80 | (codePoint >> 12 & 0x3F));
            }
            put(0x80 | (codePoint >> 6 & 0x3F));
        }
        put(0x80 | (codePoint & 0x3F));
        return Character.charCount(codePoint);
    }

    private void ascii(String text) {
        for (int index = 0; index < text.length(); index++) {
            put(text.charAt(index));
        }
    }

    private void twoDigits(long value) {
        put((int) ('0' + value / 10));
        put((int) ('0' + value % 10));
    }

    /** Writes a number that is not negative, with so many decimals. */
    private void digits(long value, int decimals) {
        digits(value, decimals, 0);
    }

    /** @param skipped digits that are left out in front */
    private void digits(long value, int decimals, int skipped) {
        int count = decimals + 1;
        for (long rest = count <= EXACT_DIGITS ? value / POWERS_OF_TEN[count] : 0; rest > 0; rest /= 10) {
            count++;
        }
        int end = length + count - skipped + (decimals > 0 ? 1 : 0);
        makeRoom(end);
        long rest = value;
        for (int at = end - 1; at >= length; at--) {
            if (decimals > 0 && at == end - 1 - decimals) {
                bytes[at] = '.';
            } else {
                bytes[at] = (byte) ('0' + rest % 10);
                rest /= 10;
            }
        }
        length = end;
    }

    private void put(int single) {
        if (length == bytes.length) {
            makeRoom(length + 1);
        }
        bytes[length++] = (byte) single;
    }

    private void makeRoom(int needed) {
        if (needed > bytes.length) {
            bytes = Arrays.copyOf(bytes, Math.max(needed, 2 * bytes.length));
        }
    }
}
