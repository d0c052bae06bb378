package io.cryptobot.trading.command;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A bot's answer to a {@link BotCommand}, or the command's argument: lines {@code name=value} that fit into the control file. A name may come more than
 * once. Immutable.
 *
 * @param fields names and their values, in order
 */
public record BotReport(Map<String, List<String>> fields) {
    /** Lines of one name that a report holds at most; the counts in it are always whole. */
    static final int MAX_LINES = 20;

    private static final int MAX_VALUE_LENGTH = 300;

    public BotReport {
        fields = Map.copyOf(fields);
    }

    /** Collects a report. Confined to one thread. */
    public static final class Builder {
        private final Map<String, List<String>> fields = new LinkedHashMap<>();

        /** Adds a line, if there are not many of its name already. */
        public Builder add(String name, Object value) {
            List<String> values = fields.computeIfAbsent(name, unused -> new ArrayList<>());
            String text = String.valueOf(value).replaceAll("\\s*\\R\\s*", " ");
            if (values.size() < MAX_LINES) {
                values.add(text.substring(0, Math.min(text.length(), MAX_VALUE_LENGTH)));
            }
            return this;
        }

        /** {@return the report} */
        public BotReport build() {
            return new BotReport(fields);
        }
    }

    public static BotReport parse(String text) {
        Builder builder = new Builder();
        text.lines().forEach(line -> {
            int equals = line.indexOf('=');
            if (equals > 0) {
                builder.add(line.substring(0, equals), line.substring(equals + 1));
            }
        });
        return builder.build();
    }

    String text() {
        StringBuilder text = new StringBuilder();
        fields.forEach((name, values) -> values.forEach(
                value -> text.append(name).append('=').append(value).append('\n')));
        return text.toString();
    }

    /** {@return all values of a name} */
    public List<String> all(String name) {
        return fields.getOrDefault(name, List.of());
    }

    /** {@return the value of a name} */
    public Optional<String> first(String name) {
        return all(name).stream().findFirst();
    }

    /** {@return the value of a name as a number, 0 where there is none} */
    public long number(String name) {
        try {
            return first(name).map(Long::parseLong).orElse(0L);
        } catch (NumberFormatException e) {
            return 0;
        }
    }
}
