package io.cryptobot.smoke.chain;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/**
 * One condition on an alert's labels, as routes, inhibitions and silences have it. A missing label counts as empty, as in
 * Alertmanager. Immutable.
 */
public record LabelMatcher(String name, String value, boolean regex, boolean equal) {
    private static final Pattern FORM = Pattern.compile("\\s*([^=!~\\s]+)\\s*(=~|!~|!=|=)\\s*\"?(.*?)\"?\\s*");

    /** {@return the matcher of a text in a configuration, such as {@code severity=~"warning|info"}} */
    static LabelMatcher parse(String text) {
        Matcher form = FORM.matcher(text);
        if (!form.matches()) {
            throw new IllegalArgumentException("not a matcher: " + text);
        }
        String operator = form.group(2);
        return new LabelMatcher(
                unquoted(form.group(1)),
                form.group(3).replace("\\\"", "\"").replace("\\\\", "\\"),
                operator.endsWith("~"),
                operator.startsWith("="));
    }

    private static String unquoted(String name) {
        return name.replace("\"", "");
    }

    /** {@return the matcher of a silence} */
    static LabelMatcher of(JsonNode matcher) {
        return new LabelMatcher(
                matcher.path("name").asText(),
                matcher.path("value").asText(),
                matcher.path("isRegex").asBoolean(),
                matcher.path("isEqual").asBoolean(true));
    }

    /** Whether an alert with these labels meets it. */
    public boolean matches(Map<String, String> labels) {
        String actual = labels.getOrDefault(name, "");
        if (!regex) {
            return actual.equals(value) == equal;
        }
        try {
            return Pattern.matches(value, actual) == equal;
        } catch (PatternSyntaxException e) { // Go's syntax that Java does not know
            return false;
        }
    }
}
