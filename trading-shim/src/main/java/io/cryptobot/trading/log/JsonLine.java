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
 * Builds lines of a JSON-lines file in UTF-8. Each line is a flat object of strings and numbers. A reused builder
 * allocates nothing after its buffer has grown. Confined to one thread.
 */
@Internal
public final class JsonLine {
    private static final byte[] HEX = "0123456789abcdef".getBytes(UTF_8);
    private static final long[] POWERS_OF_TEN = new long[16];
    /** Numbers with up to this many digits are converted through double, see {@link #decimal}. */
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
    /** Length of the finished lines in bytes. */
    private int finished;
    /** Number of finished lines. */
    private int count;
    /** Length of the finished lines and the current line in bytes. */
    private int length;

    private long day = Long.MIN_VALUE;
    private byte[] dayText = {};

    /** Adds a string; a null value adds no field. A single surrogate is not valid in UTF-8 and becomes '?'. */
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
            ascii(Long.toString(value)); // its absolute value is not a long
            return this;
        }
        if (value < 0) {
            put('-');
        }
        digits(Math.abs(value), 0);
        return this;
    }

    /**
     * Adds the exact value of a decimal number as a string without an exponent.
     *
     * <p>Reading the digits of a BigDecimal allocates memory. Therefore a number with up to 15 digits is converted to a
     * double. The relative error of the double is below 2<sup>-53</sup>. The product with the power of ten, which is
     * exact, is rounded again, so its relative error is below 2<sup>-52</sup>. The product is below 10<sup>15</sup>, so
     * its absolute error is below 1/4 and {@code Math.round} returns the exact unscaled value.
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

    /**
     * Adds a time in ns since 1970 as ISO 8601 in UTC. It always has six decimals, so that sorting by text sorts by
     * time.
     */
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
        digits(100_000_000 + micros % 60_000_000, 6, 1); // the leading 1 keeps the zeros and is not written
        put('Z');
        put('"');
        return this;
    }

    /** {@return the current line without a line end} Then a new line can begin. */
    public String end() {
        put('}');
        String line = new String(bytes, finished, length - finished, UTF_8);
        length = finished;
        return line;
    }

    /** Ends the current line and adds it to {@link #lines}. */
    void endLine() {
        put('}');
        put('\n');
        finished = length;
        count++;
    }

    /** Removes the current line. */
    void dropLine() {
        length = finished;
    }

    /** {@return the length of the finished lines in bytes} */
    int size() {
        return finished;
    }

    /** {@return the number of finished lines} */
    int count() {
        return count;
    }

    /** {@return the finished lines, valid until the next line begins} */
    ByteBuffer lines() {
        if (view.array() != bytes) {
            view = ByteBuffer.wrap(bytes);
        }
        return view.clear().limit(finished);
    }

    /** Removes all lines. */
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

    /** {@return the number of chars that were written} */
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

    /** Writes a number that is 0 or more; its last {@code decimals} digits are decimals. */
    private void digits(long value, int decimals) {
        digits(value, decimals, 0);
    }

    /** @param skipped number of leading digits that are not written */
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
