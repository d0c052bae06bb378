package io.cryptobot.exporter.page;

import io.cryptobot.telemetry.MetricCatalog;
import io.cryptobot.telemetry.MetricCatalog.Source;
import io.cryptobot.telemetry.MetricType;
import io.prometheus.client.Collector;
import io.prometheus.client.Collector.MetricFamilySamples;
import io.prometheus.client.Collector.MetricFamilySamples.Sample;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * The families of one page, catalogue first. A name belongs to the first family that claims it, together with every name
 * that its samples can have: Prometheus refuses a whole page on which a family has two types. The catalogue claims its
 * names before any file does. Confined to one scrape.
 */
final class Families {
    static final String TOTAL = "_total";

    /** What a file may not say: names that the exporter answers for. */
    private static final String OWN_PREFIX = "cryptobot_exporter_";

    private final Map<String, MetricFamilySamples> byName = new LinkedHashMap<>();
    private final Map<MetricCatalog, MetricFamilySamples> catalog = new EnumMap<>(MetricCatalog.class);
    private final Set<String> ownNames = new HashSet<>();
    private final Set<String> sampleNames = new HashSet<>();
    /** What was claimed for records so far, by what was asked for. */
    private final Map<Claim, Optional<MetricFamilySamples>> claims = new HashMap<>();

    private record Claim(String name, MetricType type) {}

    Families() {
        for (MetricCatalog metric : MetricCatalog.values()) {
            MetricFamilySamples family = claim(metric.prometheusName(), metric.type(), metric.help())
                    .orElseThrow(() -> new IllegalStateException(metric + " collides with an earlier metric"));
            catalog.put(metric, family);
            if (metric.source() == Source.EXPORTER) {
                ownNames.add(family.name);
            }
        }
    }

    /** Adds what the exporter itself says. */
    void add(MetricCatalog metric, Map<String, String> labels, double value) {
        MetricFamilySamples family = Objects.requireNonNull(catalog.get(metric));
        String name = metric.type() == MetricType.COUNTER ? family.name + TOTAL : family.name;
        TreeMap<String, String> sorted = new TreeMap<>(labels);
        family.samples.add(new Sample(name, List.copyOf(sorted.keySet()), List.copyOf(sorted.values()), value));
    }

    /** {@return the family for a record of a bot's file; empty when its name is ours or has another type already} */
    Optional<MetricFamilySamples> claimForRecord(String name, MetricType type, String help) {
        return claims.computeIfAbsent(
                new Claim(name, type),
                unused -> name.equals(TOTAL) // a family without a name
                        ? Optional.empty()
                        : claim(name, type, help)
                                .filter(family ->
                                        !ownNames.contains(family.name) && !family.name.startsWith(OWN_PREFIX)));
    }

    /** {@return the families that have samples} */
    List<MetricFamilySamples> filled() {
        return byName.values().stream()
                .filter(family -> !family.samples.isEmpty())
                .toList();
    }

    private Optional<MetricFamilySamples> claim(String name, MetricType type, String help) {
        String family = type == MetricType.COUNTER && name.endsWith(TOTAL)
                ? name.substring(0, name.length() - TOTAL.length())
                : name;
        MetricFamilySamples fresh =
                new MetricFamilySamples(family, Units.of(family), collectorType(type), help, new ArrayList<>());
        MetricFamilySamples known = byName.get(fresh.name);
        if (known != null) {
            return known.type == fresh.type ? Optional.of(known) : Optional.empty();
        }
        List<String> names = Arrays.asList(fresh.getNames());
        if (names.stream().anyMatch(sampleNames::contains)) {
            return Optional.empty();
        }
        sampleNames.addAll(names);
        byName.put(fresh.name, fresh);
        return Optional.of(fresh);
    }

    private static Collector.Type collectorType(MetricType type) {
        return switch (type) {
            case COUNTER -> Collector.Type.COUNTER;
            case GAUGE -> Collector.Type.GAUGE;
            case HISTOGRAM -> Collector.Type.HISTOGRAM;
            case SUMMARY -> Collector.Type.SUMMARY;
        };
    }
}
