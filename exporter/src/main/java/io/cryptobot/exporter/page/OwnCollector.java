package io.cryptobot.exporter.page;

import com.codahale.metrics.Metric;
import com.codahale.metrics.MetricRegistry;
import io.cryptobot.exporter.ChangeLogger;
import io.cryptobot.telemetry.MetricType;
import io.prometheus.client.Collector;
import io.prometheus.client.Collector.MetricFamilySamples;
import io.prometheus.client.dropwizard.DropwizardExports;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.slf4j.LoggerFactory;

/**
 * The exporter's own metrics, bridged from its Dropwizard registry by simpleclient. The bridge gets them one at a time,
 * because a gauge that throws would cost it the whole page. Thread-safe.
 */
public final class OwnCollector {
    private final MetricRegistry registry;
    /** Guarded by "this". */
    private final ChangeLogger changes = new ChangeLogger(LoggerFactory.getLogger(OwnCollector.class));

    public OwnCollector(MetricRegistry registry) {
        this.registry = registry;
    }

    /**
     * What the exporter tells about itself. Immutable.
     *
     * @param failed how many metrics could not be read
     */
    record Own(List<Family> families, int failed) {}

    synchronized Own collect() {
        SortedMap<String, String> problems = new TreeMap<>();
        List<Family> families = new ArrayList<>();
        for (OwnMetric own : OwnMetric.values()) {
            Metric metric = registry.getMetrics().get(own.registryName());
            if (metric != null) {
                try {
                    families.addAll(bridge(own, metric));
                } catch (RuntimeException e) {
                    problems.put(
                            own.registryName(), "left out of the page: " + BadRecord.OWN_METRIC.sentence() + " " + e);
                }
            }
        }
        changes.report(problems);
        return new Own(List.copyOf(families), problems.size());
    }

    private static List<Family> bridge(OwnMetric own, Metric metric) {
        MetricRegistry single = new MetricRegistry();
        single.register(own.registryName(), metric);
        DropwizardExports bridge = new DropwizardExports(
                single,
                (name, suffix, labels, values, value) ->
                        new MetricFamilySamples.Sample(own.prometheusName() + suffix, labels, values, value));
        return bridge.collect().stream().map(family -> family(own, family)).toList();
    }

    private static Family family(OwnMetric own, MetricFamilySamples bridged) {
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
