package io.cryptobot.exporter.exposition;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import io.prometheus.client.Collector;
import java.util.Arrays;

/**
 * The text of a page in UTF-8, as it grows. simpleclient's {@code TextFormat} formats every name, label and number
 * again for each page, which is slower: {@code bench exporter} measures both. Not thread-safe.
 */
final class PageText {
    /** Below this Java writes a whole number without an exponent, and so do we, by a shorter way. */
    private static final double PLAIN_BELOW = 1e7;

    /**
     * The largest buffer that is kept for the next page: between two scrapes a page of hundreds of bots is not kept.
     */
    private static final int MAX_KEPT = 4 << 20;

    private byte[] bytes;
    private int length;
    /** The size for the next buffer after one that was not kept: a buffer that grows is copied again and again. */
    private int expectedLength;

    /** @param initialLength in bytes; a longer page costs copies */
    PageText(int initialLength) {
        this.bytes = new byte[initialLength];
    }

    /** {@return the page} The next one begins, in the same memory where that is not too much to keep. */
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

    /** {@return how many bytes it holds, used or not} */
    int capacity() {
        return bytes.length;
    }

    /** Starts again after a page that failed. */
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

    /** A value and the end of its line. */
    void appendValue(double value) {
        if (Math.abs(value) < PLAIN_BELOW
                && value == (int) value
                && Double.doubleToRawLongBits(value) != Long.MIN_VALUE) {
            appendWhole((int) value);
        } else {
            append(Collector.doubleToGoString(value).getBytes(ISO_8859_1));
            int end = grow(1); // may replace the bytes
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

    /** {@return where the new space begins} */
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

    /** {@return a label's value, or a help text of OpenMetrics, as it stands on a page} */
    static String escaped(String text) {
        return escapedLines(text).replace("\"", "\\\"");
    }

    /** {@return a help text of the text format as it stands on a page} That format leaves quotes alone. */
    static String escapedLines(String text) {
        return text.replace("\\", "\\\\").replace("\n", "\\n");
    }
}
