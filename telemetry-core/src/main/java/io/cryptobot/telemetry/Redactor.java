package io.cryptobot.telemetry;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Takes secrets out of text before the text leaves the process: credentials in URLs (a Sentry DSN is one), Slack
 * webhook paths, {@code name=value}, {@code name: value} and JSON members whose name indicates a secret, exchange
 * request headers, bearer tokens, private keys in PEM form, 32-digit hexadecimal keys and very long tokens. Each secret
 * becomes {@code ***}; in doubt it masks more text. Redacting twice changes nothing.
 *
 * <p>Stateless and thread-safe. Every regular expression is bounded or possessive, and values are scanned without
 * regular expressions, so the time is linear in the length of the text.
 */
@ToolApi
public final class Redactor {
    private static final String MASK = "***";

    private static final Pattern PRIVATE_KEY =
            Pattern.compile("-----BEGIN [A-Z ]{0,30}PRIVATE KEY-----[\\s\\S]*?(?:-----END [A-Z ]{0,30}-----|\\z)");
    private static final Pattern URL_CREDENTIALS = Pattern.compile("(?<=://)[^\\s\"'<>]{1,256}@");
    private static final Pattern SLACK_WEBHOOK =
            Pattern.compile("(hooks\\.slack(?:-gov)?\\.com/)[^\\s\"'<>]++", Pattern.CASE_INSENSITIVE);
    private static final Pattern BEARER =
            Pattern.compile("\\b(bearer|basic)[ \\t]{1,4}[\\w.~+/=-]{6,}+", Pattern.CASE_INSENSITIVE);
    /** PagerDuty routing keys, public keys of a DSN. */
    private static final Pattern HEX_KEY = Pattern.compile("(?<![0-9a-fA-F])[0-9a-fA-F]{32}+(?![0-9a-fA-F])");
    /** Binance keys have 64 characters, Kraken secrets 88. */
    private static final Pattern LONG_TOKEN = Pattern.compile("(?<![A-Za-z0-9+/])[A-Za-z0-9+/]{64,}+={0,2}");

    private static final Pattern JSON_WEB_TOKEN =
            Pattern.compile("\\beyJ[\\w-]{8,}+\\.[\\w-]{8,}+(?:\\.[\\w-]{0,2048}+)?");
    /** An exchange's request header as some clients print it, without a colon. */
    private static final Pattern API_HEADER = Pattern.compile(
            "\\b((?:X-MBX-APIKEY|API-Key|API-Sign)[ \\t]{1,4})[\\w+/=-]{8,}+", Pattern.CASE_INSENSITIVE);

    private static final Pattern SECRET_NAME = Pattern.compile(
            "key|secret|token|passphrase|password|passwd|signature|(?<![A-Za-z])sign\\b|authorization|credential|cookie|dsn",
            Pattern.CASE_INSENSITIVE);
    /**
     * A secret's name, the rest of its word and the sign before the value; JSON inside a JSON string has escaped
     * quotes.
     */
    private static final Pattern SECRET_ASSIGNMENT = Pattern.compile(
            "(?:" + SECRET_NAME.pattern() + ")[\\w.-]{0,64}+[\\\\\"'\\])]{0,6}+\\s{0,8}+(?:=>|[:=]{1,2}+)\\s{0,8}+",
            Pattern.CASE_INSENSITIVE);

    private Redactor() {}

    /** {@return the text with {@code ***} in the place of every secret} */
    public static String redact(String text) {
        String redacted = PRIVATE_KEY.matcher(text).replaceAll(MASK);
        redacted = URL_CREDENTIALS.matcher(redacted).replaceAll(MASK + "@");
        redacted = SLACK_WEBHOOK.matcher(redacted).replaceAll("$1" + MASK);
        redacted = BEARER.matcher(redacted).replaceAll("$1 " + MASK);
        redacted = JSON_WEB_TOKEN.matcher(redacted).replaceAll(MASK);
        redacted = API_HEADER.matcher(redacted).replaceAll("$1" + MASK);
        redacted = redactAssignments(redacted);
        redacted = HEX_KEY.matcher(redacted).replaceAll(MASK);
        return LONG_TOKEN.matcher(redacted).replaceAll(MASK);
    }

    /** {@return the value that may be shown under this name, for entries of a map such as the logging context} */
    public static String redactEntry(String name, String value) {
        return SECRET_NAME.matcher(name).find() ? MASK : redact(value);
    }

    private static String redactAssignments(String text) {
        Matcher name = SECRET_ASSIGNMENT.matcher(text);
        StringBuilder redacted = new StringBuilder(text.length());
        int copied = 0;
        int position = 0;
        while (position < text.length() && name.find(position)) {
            int start = name.end();
            int quoteEnd = skipQuote(text, start);
            int end = quoteEnd > start
                    ? endOfQuoted(text, start, quoteEnd)
                    : endOfBare(text, start, hasSeveralWords(name.group()));
            if (end > quoteEnd) {
                redacted.append(text, copied, quoteEnd).append(MASK);
                copied = end;
            }
            position = Math.max(end, start);
        }
        return redacted.append(text, copied, text.length()).toString();
    }

    /** {@code Authorization: Token abc}; {@code passphrase: correct horse}, which some exchanges let people choose. */
    private static boolean hasSeveralWords(String name) {
        String lower = name.toLowerCase(Locale.ROOT);
        return lower.startsWith("authorization")
                || lower.startsWith("cookie")
                || (lower.startsWith("pass") && lower.contains(":"));
    }

    /**
     * {@return the index behind an opening quote with the backslashes before it, or {@code start} when there is none}
     */
    private static int skipQuote(String text, int start) {
        int index = start;
        while (index < text.length() && text.charAt(index) == '\\') {
            index++;
        }
        boolean quote = index < text.length() && (text.charAt(index) == '"' || text.charAt(index) == '\'');
        return quote ? index + 1 : start;
    }

    /** Without its closing quote a value is masked up to the end of the text. */
    private static int endOfQuoted(String text, int start, int valueStart) {
        char quote = text.charAt(valueStart - 1);
        int backslashesOfDelimiter = valueStart - 1 - start;
        int backslashes = 0;
        for (int index = valueStart; index < text.length(); index++) {
            char c = text.charAt(index);
            if (c == '\\') {
                backslashes++;
                continue;
            }
            if (c == quote && backslashes <= backslashesOfDelimiter) {
                return index - backslashes;
            }
            backslashes = 0;
        }
        return text.length();
    }

    private static int endOfBare(String text, int start, boolean wholeLine) {
        if (start < text.length() && (text.charAt(start) == '[' || text.charAt(start) == '{')) {
            int close = text.indexOf(text.charAt(start) == '[' ? ']' : '}', start);
            return close < 0 ? text.length() : close + 1;
        }
        int end = start;
        while (end < text.length() && !endsBareValue(text.charAt(end), wholeLine)) {
            end++;
        }
        while (end > start && ",;)]}\\".indexOf(text.charAt(end - 1)) >= 0) {
            end--;
        }
        return end;
    }

    private static boolean endsBareValue(char c, boolean wholeLine) {
        if (wholeLine) {
            return c == '\n' || c == '\r' || c == '"';
        }
        return Character.isWhitespace(c) || c == '&' || c == '"' || c == '\'';
    }
}
