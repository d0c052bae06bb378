package io.cryptobot.exporter.exposition;

import java.util.List;

/** The unit of a family, which OpenMetrics has as a line of its own. Stateless; thread-safe. */
final class Units {
    /** The base units of Prometheus that our names end with; OpenMetrics knows no other way to tell a unit. */
    private static final List<String> BASE_UNITS = List.of("seconds", "bytes", "ratio");

    private Units() {}

    /** {@return the unit that a family's name ends with; empty for none} */
    static String of(String family) {
        return BASE_UNITS.stream()
                .filter(unit -> family.endsWith("_" + unit))
                .findFirst()
                .orElse("");
    }
}
