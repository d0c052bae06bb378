package io.cryptobot.telemetry.dropwizard;

import io.cryptobot.telemetry.MetricCatalog;
import io.cryptobot.telemetry.MetricType;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Reserves names of the exposition. A family needs its own name and the names of the samples that it may have; the
 * first owner keeps them, and the catalogue's names are reserved at the start. Confined to one thread at a time.
 */
final class FamilyNames {
    /** The exporter refuses these from a bot. */
    private static final String EXPORTER_PREFIX = "cryptobot_exporter_";

    private final Map<String, String> owners = new HashMap<>();

    FamilyNames() {
        for (MetricCatalog metric : MetricCatalog.values()) {
            claim(metric.prometheusName(), metric.type(), "the catalogue's " + metric.prometheusName());
        }
    }

    /** {@return the text with every character that Prometheus does not allow in a name replaced by an underscore} */
    static String sanitized(String text) {
        String name = text.replaceAll("[^a-zA-Z0-9_]", "_");
        return name.isEmpty() || Character.isDigit(name.charAt(0)) ? "_" + name : name;
    }

    /** {@return the other owner of the name or of one of its sample names; empty if the caller is the owner now} */
    Optional<String> claim(String family, MetricType type, String owner) {
        if (family.startsWith(EXPORTER_PREFIX) && MetricCatalog.byName(family).isEmpty()) {
            return Optional.of("the exporter");
        }
        List<String> names = sampleNames(family, type).toList();
        Optional<String> taken =
                names.stream().filter(owners::containsKey).map(owners::get).findFirst();
        if (taken.isEmpty()) {
            names.forEach(name -> owners.put(name, owner));
        }
        return taken;
    }

    /** The names that simpleclient reserves for a family. The OpenMetrics name of a counter has no {@code _total}. */
    private static Stream<String> sampleNames(String family, MetricType type) {
        return switch (type) {
            case GAUGE -> Stream.of(family);
            case COUNTER -> {
                String base = family.substring(0, family.length() - "_total".length());
                yield Stream.of(family, base, base + "_created");
            }
            case HISTOGRAM ->
                Stream.of(family, family + "_bucket", family + "_count", family + "_sum", family + "_created");
            case SUMMARY -> Stream.of(family, family + "_count", family + "_sum", family + "_created");
        };
    }
}
