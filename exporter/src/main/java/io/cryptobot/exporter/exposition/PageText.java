package io.cryptobot.exporter.exposition;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import io.prometheus.client.Collector;
import java.util.Arrays;

/**
 * A buffer for the text of a page in UTF-8. simpleclient's {@code TextFormat} is not used, because it formats every
 * name and label again for each page, which is slower; {@code bench exporter} measures both. Not thread-safe.
 */
final class PageText {
    /** Below this limit Java writes whole numbers without an exponent, so a faster method gives the same text. */
    private static final double PLAIN_BELOW = 1e7;

    /**
     * Maximum size of a buffer that is kept for the next page. Larger buffers are released, to save memory between
     * scrapes.
     */
    private static final int MAX_KEPT = 4 << 20;

    private byte[] bytes;
    private int length;
    /** Initial size of the next buffer if the last one was not kept. It avoids repeated copies of a growing buffer. */
    private int expectedLength;

    /** @param initialLength in bytes; a longer page needs copies */
    PageText(int initialLength) {
        this.bytes = new byte[initialLength];
    }

    /** {@return the page} Then the next page begins; the memory is reused if it is not too large. */
    byte[] take() {
        byte[] page = toBytes();
        expectedLength = 0;
        if (bytes.length > MAX_KEPT) {
            bytes = new byte[0];
            expectedLength = length + length / 8;
        }
        length = 0;
        return page;
    }

    /** {@return the size of the buffer in bytes} */
    int capacity() {
        return bytes.length;
    }

    /** Removes the text of a failed page. */
    void clear() {
        length = 0;
    }

    void append(byte[] text) {
        int start = grow(text.length);
        System.arraycopy(text, 0, bytes, start, text.length);
    }

    void append(String text) {
        append(text.getBytes(UTF_8));
    }

    /** Appends a value and the end of its line. */
    void appendValue(double value) {
        if (Math.abs(value) < PLAIN_BELOW
                && value == (int) value
                && Double.doubleToRawLongBits(value) != Long.MIN_VALUE) {
            appendWhole((int) value);
        } else {
            append(Collector.doubleToGoString(value).getBytes(ISO_8859_1));
            int end = grow(1); // may replace the buffer
            bytes[end] = '\n';
        }
    }

    private void appendWhole(int value) {
        int digits = 1;
        for (int rest = value / 10; rest != 0; rest /= 10) {
            digits++;
        }
        int sign = value < 0 ? 1 : 0;
        int at = grow(sign + digits + 3);
        if (sign == 1) {
            bytes[at] = '-';
        }
        int rest = Math.abs(value);
        for (int index = at + sign + digits - 1; index >= at + sign; index--) {
            bytes[index] = (byte) ('0' + rest % 10);
            rest /= 10;
        }
        int end = at + sign + digits;
        bytes[end] = '.';
        bytes[end + 1] = '0';
        bytes[end + 2] = '\n';
    }

    /** {@return the start of the new space} */
    private int grow(int by) {
        int start = length;
        length += by;
        if (length > bytes.length) {
            bytes = Arrays.copyOf(bytes, Math.max(Math.max(length, expectedLength), bytes.length * 2));
        }
        return start;
    }

    byte[] toBytes() {
        return Arrays.copyOf(bytes, length);
    }

    /** {@return the escaped form of a label value or of an OpenMetrics help text} */
    static String escaped(String text) {
        return escapedLines(text).replace("\"", "\\\"");
    }

    /** {@return the escaped form of a help text in the text format} This format does not escape quotes. */
    static String escapedLines(String text) {
        return text.replace("\\", "\\\\").replace("\n", "\\n");
    }
}
