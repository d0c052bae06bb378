package io.cryptobot.smoke.sentry;

import io.cryptobot.smoke.config.ConfigurationException;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * {@code config/production.env}: lines {@code [export ]NAME=VALUE}, empty lines and lines that begin with {@code #}.
 *
 * <ul>
 *   <li>{@code 'single quotes'}: the text as it is
 *   <li>{@code "double quotes"}: with {@code \n}, {@code \"}, {@code \\}, {@code \$} and {@code \`}
 *   <li>no quotes: the text up to white space and {@code #}
 *   <li>the whole value {@code $(git rev-parse --short HEAD)}, in double quotes or none: the commit of the repository
 * </ul>
 *
 * Everything that a shell would read differently is refused: other substitutions, variables, duplicates. Errors name file and
 * line and never show a value. Immutable.
 */
final class ProductionEnv {
    private static final Pattern ASSIGNMENT = Pattern.compile("(?:export\\s+)?([A-Za-z_][A-Za-z0-9_]*)=(.*)");
    private static final Pattern SUBSTITUTION = Pattern.compile("\\$\\(([^()]*)\\)");
    private static final Pattern COMMENT = Pattern.compile("\\s+#.*|\\s+$");
    private static final long MAX_SIZE_BYTES = 1_000_000;

    private final Map<String, String> values;

    private ProductionEnv(Map<String, String> values) {
        this.values = Collections.unmodifiableMap(values);
    }

    /** Reads the file; git runs in the repository around {@code repository}, with the caller's PATH and HOME. */
    static ProductionEnv read(Path file, Path repository, Map<String, String> environment)
            throws ConfigurationException {
        List<String> lines;
        try {
            if (Files.size(file) > MAX_SIZE_BYTES) {
                throw new ConfigurationException(file + " is larger than " + MAX_SIZE_BYTES + " bytes");
            }
            // not readAllLines: it would take a stray carriage return for the end of a line
            lines = List.of(Files.readString(file).split("\n", -1));
        } catch (NoSuchFileException e) {
            throw new ConfigurationException(file + " does not exist; write the lines SENTRY_DSN, SENTRY_ENVIRONMENT"
                    + " and SENTRY_RELEASE into it, then chmod 600 it");
        } catch (CharacterCodingException e) {
            throw new ConfigurationException(file + " is not UTF-8 text");
        } catch (IOException e) {
            throw new ConfigurationException(
                    file + " cannot be read (" + e.getClass().getSimpleName() + ")");
        }
        return parse(file, lines, new GitRevision(repository, environment));
    }

    /** {@return all variables in the order of the file} */
    Map<String, String> values() {
        return values;
    }

    private static ProductionEnv parse(Path file, List<String> lines, GitRevision git) throws ConfigurationException {
        Map<String, String> values = new LinkedHashMap<>();
        for (int number = 1; number <= lines.size(); number++) {
            String line = lines.get(number - 1).strip();
            if (line.isEmpty() || line.startsWith("#")) {
                continue;
            }
            try {
                parseLine(line, values, git);
            } catch (ConfigurationException e) {
                throw new ConfigurationException(file + ":" + number + ": " + e.getMessage());
            }
        }
        return new ProductionEnv(values);
    }

    private static void parseLine(String line, Map<String, String> values, GitRevision git)
            throws ConfigurationException {
        if (line.chars().anyMatch(c -> c < ' ' && c != '\t')) {
            throw new ConfigurationException("control character in the line");
        }
        Matcher assignment = ASSIGNMENT.matcher(line);
        if (!assignment.matches()) {
            throw new ConfigurationException("expected NAME=VALUE");
        }
        String name = assignment.group(1);
        if (values.containsKey(name)) {
            throw new ConfigurationException(name + " is set a second time");
        }
        values.put(name, value(assignment.group(2), git));
    }

    private static String value(String text, GitRevision git) throws ConfigurationException {
        if (text.startsWith("'")) {
            int end = text.indexOf('\'', 1);
            refuseTextBehind(text, end);
            return text.substring(1, end);
        }
        boolean quoted = text.startsWith("\"");
        int end = quoted ? endOfDoubleQuoted(text) : -1;
        if (quoted) {
            refuseTextBehind(text, end);
        }
        String raw = quoted ? text.substring(1, end) : withoutComment(text);
        Matcher substitution = SUBSTITUTION.matcher(raw);
        if (substitution.matches()) {
            return git.evaluate(substitution.group(1));
        }
        return quoted ? unescaped(raw) : plain(raw);
    }

    private static String withoutComment(String text) {
        return text.startsWith("#") ? "" : COMMENT.matcher(text).replaceFirst("");
    }

    private static String plain(String raw) throws ConfigurationException {
        for (int i = 0; i < raw.length(); i++) {
            char c = raw.charAt(i);
            refuseSubstitution(c);
            if (Character.isWhitespace(c) || "'\"\\;&|<>()".indexOf(c) >= 0) {
                throw new ConfigurationException(
                        "put a value with white space or one of ' \" \\ ; & | < > ( ) into quotes");
            }
        }
        return raw;
    }

    private static String unescaped(String raw) throws ConfigurationException {
        StringBuilder value = new StringBuilder();
        for (int i = 0; i < raw.length(); i++) {
            char c = raw.charAt(i);
            if (c != '\\') {
                refuseSubstitution(c);
                value.append(c);
                continue;
            }
            char escaped = raw.charAt(++i);
            if ("n\"\\$`".indexOf(escaped) < 0) {
                throw new ConfigurationException("unknown escape in double quotes; known are \\n \\\" \\\\ \\$ \\`");
            }
            value.append(escaped == 'n' ? '\n' : escaped);
        }
        return value.toString();
    }

    private static void refuseSubstitution(char c) throws ConfigurationException {
        if (c == '$' || c == '`') {
            throw new ConfigurationException("variables and substitutions are not allowed, but for the whole value"
                    + " $(git rev-parse --short HEAD); put text with $ or ` into single quotes");
        }
    }

    private static int endOfDoubleQuoted(String text) {
        for (int i = 1; i < text.length(); i++) {
            if (text.charAt(i) == '\\') {
                i++;
            } else if (text.charAt(i) == '"') {
                return i;
            }
        }
        return -1;
    }

    private static void refuseTextBehind(String text, int end) throws ConfigurationException {
        if (end < 0) {
            throw new ConfigurationException("closing quote is missing");
        }
        String rest = text.substring(end + 1);
        if (!rest.isBlank() && !rest.matches("\\s+#.*")) {
            throw new ConfigurationException("unexpected text behind the closing quote");
        }
    }
}
