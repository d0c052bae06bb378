package io.cryptobot.telemetry.dropwizard;

import com.codahale.metrics.Clock;
import com.codahale.metrics.Metric;
import com.codahale.metrics.MetricRegistry;
import io.cryptobot.telemetry.Internal;
import io.cryptobot.telemetry.MetricCatalog;
import io.cryptobot.telemetry.MetricType;
import io.cryptobot.telemetry.counters.CountersFile;
import io.cryptobot.telemetry.counters.Descriptor;
import io.cryptobot.telemetry.counters.Slot;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Connects a bot's registry with its counters file: registers the catalogue's metrics, which write to the file, and the
 * gauges of the JVM, and copies all other metrics of the registry to the file once a second. Thread-safe.
 */
@Internal
public final class RegistryMetrics implements AutoCloseable {
    private static final Logger LOGGER = LoggerFactory.getLogger(RegistryMetrics.class);
    private static final long REPORT_INTERVAL_MS = 1_000;
    private static final long NANOS_PER_MS = 1_000_000;
    private static final long NANOS_PER_SECOND = 1_000_000_000;

    private final MetricRegistry registry;
    private final CountersFile counters;
    private final Clock clock;
    private final RegistryReporter reporter;
    /** Guarded by "this". */
    private final Map<Descriptor, Metric> registered = new HashMap<>();

    /** @param clock measures rates and the durations of timers */
    public RegistryMetrics(MetricRegistry registry, CountersFile counters, Clock clock) {
        this.registry = registry;
        this.counters = counters;
        this.clock = clock;
        this.reporter = new RegistryReporter(registry, counters);
    }

    /** Registers the gauges of the JVM. If the JDK lacks their beans, one line is logged. */
    public void registerJvm() {
        try {
            JvmMetrics.register(registry);
        } catch (RuntimeException | LinkageError e) { // a cut-down JDK may lack the beans or their module
            LOGGER.warn("Metrics of the JVM are missing: {}", e.toString());
        }
    }

    /** Starts to copy the registry's other metrics. */
    public void start() {
        reporter.start(REPORT_INTERVAL_MS, TimeUnit.MILLISECONDS);
    }

    /** Copies the registry's other metrics once. */
    public void report() {
        reporter.report();
    }

    /** {@return the counter with these label values, in the sequence of {@link MetricCatalog#labels()}} */
    public FileCounter counter(MetricCatalog metric, String... labelValues) {
        Descriptor descriptor = descriptor(metric, MetricType.COUNTER, labelValues);
        return register(FileCounter.class, descriptor, labelValues, FileCounter::new);
    }

    /** {@return the counter as a meter} */
    public FileMeter meter(MetricCatalog metric, String... labelValues) {
        Descriptor descriptor = descriptor(metric, MetricType.COUNTER, labelValues);
        return register(FileMeter.class, descriptor, labelValues, slot -> new FileMeter(slot, clock));
    }

    /** {@return the gauge with these label values} */
    public FileGauge gauge(MetricCatalog metric, String... labelValues) {
        Descriptor descriptor = descriptor(metric, MetricType.GAUGE, labelValues);
        return register(FileGauge.class, descriptor, labelValues, FileGauge::new);
    }

    /** {@return the histogram with these label values} */
    public FileHistogram histogram(MetricCatalog metric, String... labelValues) {
        Descriptor descriptor = descriptor(metric, MetricType.HISTOGRAM, labelValues);
        return register(FileHistogram.class, descriptor, labelValues, slot -> new FileHistogram(slot, descriptor));
    }

    /** {@return the histogram as a timer} */
    public FileTimer timer(MetricCatalog metric, String... labelValues) {
        Descriptor descriptor = descriptor(metric, MetricType.HISTOGRAM, labelValues);
        return register(FileTimer.class, descriptor, labelValues, slot -> new FileTimer(slot, descriptor, clock));
    }

    /** Returns the same metric each time, as {@link MetricRegistry#counter} does. */
    private synchronized <T extends Metric> T register(
            Class<T> type, Descriptor descriptor, String[] labelValues, Function<Slot, T> creator) {
        String name = MetricRegistry.name(descriptor.name(), labelValues);
        // not found by its name in the registry, because other labels may have the same name
        Metric known = registered.get(descriptor);
        if (known != null) {
            if (!type.isInstance(known)) {
                throw new IllegalArgumentException(name + " was requested as a "
                        + known.getClass().getSimpleName() + " before and as a " + type.getSimpleName() + " now");
            }
            return type.cast(known);
        }
        T created = creator.apply(counters.register(descriptor));
        registered.put(descriptor, created);
        // a metric of an earlier Telemetry on the same registry, whose file is closed, is replaced
        registry.remove(name);
        return registry.register(name, created);
    }

    private static Descriptor descriptor(MetricCatalog metric, MetricType type, String... labelValues) {
        List<String> labels = metric.labels();
        if (metric.type() != type || labels.size() != labelValues.length) {
            throw new IllegalArgumentException(metric.prometheusName() + " is a " + metric.type() + " with labels "
                    + labels + ", was requested as a " + type + " with values " + List.of(labelValues));
        }
        TreeMap<String, String> pairs = new TreeMap<>();
        for (int index = 0; index < labelValues.length; index++) {
            pairs.put(labels.get(index), labelValues[index]);
        }
        return new Descriptor(metric.prometheusName(), type, metric.help(), pairs, scale(metric), metric.bounds());
    }

    private static long scale(MetricCatalog metric) {
        if (metric.type() != MetricType.HISTOGRAM) {
            return 1;
        }
        return metric.unit().equals("seconds") ? NANOS_PER_SECOND : NANOS_PER_MS;
    }

    /** Copies the registry's other metrics one last time and stops. */
    @Override
    public void close() {
        reporter.close();
    }
}
