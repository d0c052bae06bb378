package io.cryptobot.trading.instrument;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Builds one line of a JSON-lines file: a flat object of texts and numbers. Confined to one thread. */
public final class JsonLine {
    private final StringBuilder line = new StringBuilder(256);

    /** Adds a text; leaves the field out when it is null. */
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
        line.append(thousandths < 0 ? "-" : "")
                .append(Math.abs(thousandths / 1000))
                .append('.');
        long fraction = Math.abs(thousandths % 1000);
        line.append(fraction < 100 ? "0" : "").append(fraction < 10 ? "0" : "").append(fraction);
        return this;
    }

    /** Adds a whole number. */
    public JsonLine count(String name, long value) {
        name(name);
        line.append(value);
        return this;
    }

    /** {@return the finished line, without a line end} */
    public String end() {
        return line.append('}').toString();
    }

    private void name(String name) {
        line.append(line.isEmpty() ? '{' : ',');
        quote(name);
        line.append(':');
    }

    private void quote(String text) {
        line.append('"');
        for (int index = 0; index < text.length(); index++) {
            char character = text.charAt(index);
            if (character == '"' || character == '\\') {
                line.append('\\').append(character);
            } else if (character < ' ') {
                line.append(String.format(Locale.ROOT, "\\u%04x", (int) character));
            } else {
                line.append(character);
            }
        }
        line.append('"');
    }
}
