package io.cryptobot.exporter.exposition;

import com.codahale.metrics.Metric;
import com.codahale.metrics.MetricRegistry;
import io.cryptobot.exporter.ChangeLogger;
import io.cryptobot.telemetry.MetricType;
import io.prometheus.client.Collector;
import io.prometheus.client.Collector.MetricFamilySamples;
import io.prometheus.client.dropwizard.DropwizardExports;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.slf4j.LoggerFactory;

/**
 * Collects the exporter's own metrics from its Dropwizard registry, with the bridge of simpleclient. Each metric has
 * its own bridge, because one gauge that throws makes the whole bridge fail. Thread-safe.
 */
final class SelfCollector {
    private final MetricRegistry registry;
    /** Guarded by "this". */
    private final Map<SelfMetric, Bridge> bridges = new EnumMap<>(SelfMetric.class);
    /** Guarded by "this". */
    private final ChangeLogger changes = new ChangeLogger(LoggerFactory.getLogger(SelfCollector.class));

    SelfCollector(MetricRegistry registry) {
        this.registry = registry;
    }

    /**
     * The exporter's own families. Immutable.
     *
     * @param failed the number of metrics that could not be read
     */
    record SelfFamilies(List<Family> families, int failed) {}

    synchronized SelfFamilies collect() {
        SortedMap<String, String> problems = new TreeMap<>();
        List<Family> families = new ArrayList<>();
        for (SelfMetric own : SelfMetric.values()) {
            Metric metric = registry.getMetrics().get(own.registryName());
            if (metric != null) {
                try {
                    families.addAll(bridge(own, metric));
                } catch (RuntimeException e) {
                    problems.put(own.registryName(), "left out of the page: " + BadRecord.OWN_METRIC.text() + " " + e);
                }
            }
        }
        changes.report(problems);
        return new SelfFamilies(List.copyOf(families), problems.size());
    }

    private List<Family> bridge(SelfMetric own, Metric metric) {
        Bridge bridge = bridges.get(own);
        if (bridge == null || bridge.metric != metric) { // the metric was replaced in the registry
            bridge = Bridge.of(own, metric);
            bridges.put(own, bridge);
        }
        List<Family> families = new ArrayList<>();
        bridge.exports.collect().forEach(bridged -> families.add(family(own, bridged)));
        return families;
    }

    /** A metric with its bridge, cached between pages. */
    private record Bridge(Metric metric, DropwizardExports exports) {
        static Bridge of(SelfMetric own, Metric metric) {
            MetricRegistry single = new MetricRegistry();
            single.register(own.registryName(), metric);
            return new Bridge(
                    metric,
                    new DropwizardExports(
                            single,
                            (name, suffix, labels, values, value) -> new MetricFamilySamples.Sample(
                                    own.prometheusName() + suffix, labels, values, value)));
        }
    }

    private static Family family(SelfMetric own, MetricFamilySamples bridged) {
        Family family = new Family(bridged.name, type(bridged.type), own.help());
        for (MetricFamilySamples.Sample sample : bridged.samples) {
            List<String> labels = new ArrayList<>();
            for (int index = 0; index < sample.labelNames.size(); index++) {
                labels.add(sample.labelNames.get(index));
                labels.add(sample.labelValues.get(index));
            }
            family.add(new SampleName(sample.name, labels), sample.value);
        }
        return family;
    }

    private static MetricType type(Collector.Type bridged) {
        return switch (bridged) {
            case COUNTER -> MetricType.COUNTER;
            case GAUGE -> MetricType.GAUGE;
            case SUMMARY -> MetricType.SUMMARY;
            default -> throw new IllegalArgumentException("the bridge makes no " + bridged);
        };
    }
}
