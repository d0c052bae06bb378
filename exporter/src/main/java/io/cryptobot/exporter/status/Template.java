package io.cryptobot.exporter.status;

import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * An HTML file with placeholders. <code>{{name}}</code> is a text that is escaped, so that untrusted text never becomes
 * markup. <code>{{&amp;name}}</code> is HTML that this package makes. <code>{{?name}}</code> hides its element if the
 * text with this name is empty. Immutable.
 */
final class Template {
    private static final Pattern PLACE = Pattern.compile("\\{\\{([&?]?)([a-z0-9_]+)}}");

    private final String html;

    private Template(String html) {
        this.html = html;
    }

    /** {@return the template in a file of this package} */
    static Template of(String file) {
        return new Template(StaticFile.text("/io/cryptobot/exporter/status/" + file));
    }

    /**
     * {@return the HTML with all values}
     *
     * @throws IllegalStateException if a placeholder has no value
     */
    String fill(Map<String, String> values) {
        return PLACE.matcher(html).replaceAll(place -> Matcher.quoteReplacement(fill(place, values)));
    }

    /** {@return the HTML with empty texts} */
    String blank() {
        return PLACE.matcher(html).replaceAll(place -> fill(place, Map.of(place.group(2), "")));
    }

    private static String fill(MatchResult place, Map<String, String> values) {
        String value = values.get(place.group(2));
        if (value == null) {
            throw new IllegalStateException("nothing to fill in for " + place.group());
        }
        return switch (place.group(1)) {
            case "&" -> value;
            case "?" -> value.isEmpty() ? " hidden" : "";
            default -> escape(value);
        };
    }

    /** {@return the escaped text for an element or a quoted attribute} */
    static String escape(String text) {
        return text.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;")
                .replace("'", "&#39;");
    }
}
