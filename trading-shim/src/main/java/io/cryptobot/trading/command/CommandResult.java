package io.cryptobot.trading.command;

import io.cryptobot.telemetry.ToolApi;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The result of a {@link Command}, or its argument, as lines {@code name=value} that fit into the control file. A name
 * may occur more than once. Immutable.
 *
 * @param fields the values of each name
 */
@ToolApi
public record CommandResult(Map<String, List<String>> fields) {
    /** Maximum number of lines with the same name. Counts in a result are complete even if lines are left out. */
    private static final int MAX_LINES = 20;

    private static final int MAX_VALUE_LENGTH = 300;

    public CommandResult {
        fields = Map.copyOf(fields);
    }

    /** Confined to one thread. */
    public static final class Builder {
        private final Map<String, List<String>> fields = new LinkedHashMap<>();

        /** Adds a line, unless there are already 20 lines with this name. */
        public Builder add(String name, Object value) {
            List<String> values = fields.computeIfAbsent(name, unused -> new ArrayList<>());
            String text = String.valueOf(value).replaceAll("\\s*\\R\\s*", " ");
            if (values.size() < MAX_LINES) {
                values.add(text.substring(0, Math.min(text.length(), MAX_VALUE_LENGTH)));
            }
            return this;
        }

        public CommandResult build() {
            return new CommandResult(fields);
        }
    }

    static CommandResult problem(String result, String problem) {
        return new Builder().add("result", result).add("problem", problem).build();
    }

    static CommandResult parse(String text) {
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

    /** {@return the first value of a name} */
    public Optional<String> first(String name) {
        return all(name).stream().findFirst();
    }

    /** {@return the value of a name as a number; 0 if it is missing or not a number} */
    public long number(String name) {
        try {
            return first(name).map(Long::parseLong).orElse(0L);
        } catch (NumberFormatException e) {
            return 0;
        }
    }
}
