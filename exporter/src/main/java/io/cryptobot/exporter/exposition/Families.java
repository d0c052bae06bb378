package io.cryptobot.exporter.exposition;

import io.cryptobot.telemetry.MetricCatalog;
import io.cryptobot.telemetry.MetricCatalog.Source;
import io.cryptobot.telemetry.MetricType;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/**
 * The families of one page, catalogue first. A family reserves its own name and the names of all its samples. The first
 * claim wins, because Prometheus rejects a whole page if a family has two types. The catalogue claims its names before
 * any file. Confined to one scrape.
 */
final class Families {
    /** Names with this prefix are reserved for the exporter. */
    private static final String OWN_PREFIX = "cryptobot_exporter_";

    /** The names of the catalogue, the same on every page. */
    private static final Map<MetricCatalog, String> CATALOG = new EnumMap<>(MetricCatalog.class);

    private static final Set<String> CATALOG_SAMPLES = new HashSet<>();
    /** The names of the families that only the exporter fills. */
    private static final Set<String> OWN_NAMES = new HashSet<>();

    static {
        for (MetricCatalog metric : MetricCatalog.values()) {
            Family family = fresh(metric);
            for (String name : family.names()) {
                if (!CATALOG_SAMPLES.add(name)) {
                    throw new IllegalStateException(metric + " collides with an earlier metric");
                }
            }
            CATALOG.put(metric, family.name());
            if (metric.source() == Source.EXPORTER) {
                OWN_NAMES.add(family.name());
            }
        }
    }

    private final Map<String, Family> byName = new LinkedHashMap<>();
    private final Map<MetricCatalog, Family> catalog = new EnumMap<>(MetricCatalog.class);
    /** The names of the families that are not in the catalogue, and of their samples. */
    private final Set<String> sampleNames = new HashSet<>();
    /** The results of all claims so far. */
    private final Map<Claim, Optional<Family>> claims = new HashMap<>();

    private record Claim(String name, MetricType type) {}

    Families() {
        CATALOG.forEach((metric, name) -> {
            Family family = new Family(name, metric.type(), metric.help());
            byName.put(name, family);
            catalog.put(metric, family);
        });
    }

    /** {@return the family of a metric of the catalogue} */
    Family of(MetricCatalog metric) {
        return Objects.requireNonNull(catalog.get(metric));
    }

    /** {@return the family for a record of a bot's file; empty if the name is reserved or already has another type} */
    Optional<Family> claimForRecord(String name, MetricType type, String help) {
        return claims.computeIfAbsent(
                new Claim(name, type),
                unused -> name.equals(Family.TOTAL) // a family without a name
                        ? Optional.empty()
                        : claim(name, type, help)
                                .filter(family -> !OWN_NAMES.contains(family.name())
                                        && !family.name().startsWith(OWN_PREFIX)));
    }

    /** {@return the families that have samples} */
    List<Family> filled() {
        return byName.values().stream()
                .filter(family -> !family.samples().isEmpty())
                .toList();
    }

    private Optional<Family> claim(String name, MetricType type, String help) {
        Family fresh = new Family(familyName(name, type), type, help);
        Family known = byName.get(fresh.name());
        if (known != null) {
            return known.type() == type ? Optional.of(known) : Optional.empty();
        }
        List<String> names = fresh.names();
        if (names.stream().anyMatch(each -> CATALOG_SAMPLES.contains(each) || sampleNames.contains(each))) {
            return Optional.empty();
        }
        sampleNames.addAll(names);
        byName.put(fresh.name(), fresh);
        return Optional.of(fresh);
    }

    private static Family fresh(MetricCatalog metric) {
        return new Family(familyName(metric.prometheusName(), metric.type()), metric.type(), metric.help());
    }

    private static String familyName(String name, MetricType type) {
        return type == MetricType.COUNTER && name.endsWith(Family.TOTAL)
                ? name.substring(0, name.length() - Family.TOTAL.length())
                : name;
    }
}
