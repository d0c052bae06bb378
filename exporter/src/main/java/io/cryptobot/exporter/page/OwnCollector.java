package io.cryptobot.exporter.page;

import com.codahale.metrics.Metric;
import com.codahale.metrics.MetricRegistry;
import io.cryptobot.exporter.ChangeLogger;
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
    record Own(List<MetricFamilySamples> families, int failed) {}

    synchronized Own collect() {
        SortedMap<String, String> problems = new TreeMap<>();
        List<MetricFamilySamples> families = new ArrayList<>();
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

    private static List<MetricFamilySamples> bridge(OwnMetric own, Metric metric) {
        MetricRegistry single = new MetricRegistry();
        single.register(own.registryName(), metric);
        DropwizardExports bridge = new DropwizardExports(
                single,
                (name, suffix, labels, values, value) ->
                        new MetricFamilySamples.Sample(own.prometheusName() + suffix, labels, values, value));
        return bridge.collect().stream()
                .map(family -> new MetricFamilySamples(
                        family.name, Units.of(family.name), family.type, own.help(), family.samples))
                .toList();
    }
}
