package io.cryptobot.trading.paper;

import io.cryptobot.trading.log.JsonLine;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.CRC32;
import org.jspecify.annotations.Nullable;

/**
 * A line of the paper journal: a flat JSON object of strings. The last field, {@code crc}, is the CRC-32 of the text
 * before it. Immutable.
 */
record JournalLine(Map<String, String> fields) {
    private static final Pattern SEALED = Pattern.compile("(.*),\"crc\":\"([0-9a-f]{8})\"}");
    private static final Pattern FIELD = Pattern.compile("\"([a-z_]+)\":\"((?:[^\"\\\\]|\\\\.)*)\"[,}]?");
    private static final Pattern ESCAPE = Pattern.compile("\\\\(u([0-9a-f]{4})|.)");

    /** A line is damaged; the message tells the problem. */
    static final class DamagedException extends Exception {
        DamagedException(String message) {
            super(message);
        }
    }

    /** {@return the line with its checksum, without a line end} */
    static String seal(JsonLine line) {
        String text = line.end();
        String body = text.substring(0, text.length() - 1);
        return body + ",\"crc\":\"" + checksum(body) + "\"}";
    }

    static JournalLine parse(String line) throws DamagedException {
        Matcher sealed = SEALED.matcher(line);
        if (!sealed.matches() || !checksum(sealed.group(1)).equals(sealed.group(2))) {
            throw new DamagedException("the checksum is wrong");
        }
        Map<String, String> fields = new HashMap<>();
        Matcher field = FIELD.matcher(sealed.group(1));
        while (field.find()) {
            fields.put(field.group(1), unescape(field.group(2)));
        }
        return new JournalLine(Map.copyOf(fields));
    }

    private static String unescape(String text) {
        return ESCAPE.matcher(text)
                .replaceAll(escape -> Matcher.quoteReplacement(
                        escape.group(2) == null
                                ? escape.group(1)
                                : Character.toString(Integer.parseInt(escape.group(2), 16))));
    }

    private static String checksum(String text) {
        CRC32 crc = new CRC32();
        crc.update(text.getBytes(StandardCharsets.UTF_8));
        return HexFormat.of().toHexDigits((int) crc.getValue());
    }

    String text(String name) throws DamagedException {
        String value = fields.get(name);
        if (value == null) {
            throw new DamagedException("there is no " + name);
        }
        return value;
    }

    BigDecimal number(String name) throws DamagedException {
        BigDecimal value = numberOrNull(name);
        if (value == null) {
            throw new DamagedException("there is no " + name);
        }
        return value;
    }

    @Nullable
    BigDecimal numberOrNull(String name) throws DamagedException {
        String value = fields.get(name);
        try {
            return value == null ? null : new BigDecimal(value);
        } catch (NumberFormatException e) {
            throw new DamagedException(name + " is not a number");
        }
    }

    <E extends Enum<E>> E constant(String name, Class<E> type) throws DamagedException {
        try {
            return Enum.valueOf(type, text(name));
        } catch (IllegalArgumentException e) {
            throw new DamagedException(name + " is not a known value");
        }
    }
}
