package io.cryptobot.smoke.calendar;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/**
 * The lines of an iCalendar file: they end with CRLF, and none is longer than 75 octets. A longer one continues in the next
 * line, after a space, and is never cut inside a character (RFC 5545, 3.1). Confined to one thread.
 */
final class ContentLines {
    private static final int MAX_OCTETS = 75;
    private static final String CRLF = "\r\n";
    private static final DateTimeFormatter UTC = DateTimeFormatter.ofPattern("uuuuMMdd'T'HHmmss'Z'", Locale.ROOT);

    private final StringBuilder lines = new StringBuilder();

    /** Adds a line as it is. */
    void add(String name, String value) {
        String line = name + ":" + value;
        int octets = 0;
        for (int index = 0; index < line.length(); ) {
            int character = line.codePointAt(index);
            String text = Character.toString(character);
            int length = text.getBytes(StandardCharsets.UTF_8).length;
            if (octets + length > MAX_OCTETS) {
                lines.append(CRLF).append(' ');
                octets = 1;
            }
            lines.append(text);
            octets += length;
            index += Character.charCount(character);
        }
        lines.append(CRLF);
    }

    /** Adds a text for people; a line break in it stays one, other control characters are left out. */
    void addText(String name, String text) {
        add(
                name,
                text.replace("\\", "\\\\")
                        .replace(";", "\\;")
                        .replace(",", "\\,")
                        .replaceAll("\\R", "\\\\n")
                        .replaceAll("\\p{Cntrl}", ""));
    }

    void addUtc(String name, Instant time) {
        add(name, UTC.format(time.atOffset(ZoneOffset.UTC)));
    }

    @Override
    public String toString() {
        return lines.toString();
    }
}
