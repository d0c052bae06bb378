package io.cryptobot.telemetry.dropwizard;

import com.codahale.metrics.CachedGauge;
import com.codahale.metrics.Gauge;
import com.codahale.metrics.Metric;
import com.codahale.metrics.MetricRegistry;
import com.codahale.metrics.MetricSet;
import com.codahale.metrics.jvm.CachedThreadStatesGaugeSet;
import com.codahale.metrics.jvm.ClassLoadingGaugeSet;
import com.codahale.metrics.jvm.GarbageCollectorMetricSet;
import com.codahale.metrics.jvm.MemoryUsageGaugeSet;
import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The bot's JVM as gauges of its registry: a subset of Dropwizard's {@code metrics-jvm}, in base units and under names
 * that Prometheus's own linter accepts. Dropwizard's names differ from these, so a bot may register those sets too.
 */
final class JvmMetrics {
    private static final long THREADS_INTERVAL_SECONDS = 10;
    private static final double MS_PER_SECOND = 1_000;
    private static final double NANOS_PER_SECOND = 1e9;

    private JvmMetrics() {}

    /**
     * Registers memory, garbage collectors, threads, classes and CPU time under {@code jvm.}. Existing metrics are not
     * replaced.
     */
    static void register(MetricRegistry registry) {
        register(registry, "jvm.memory", new MemoryUsageGaugeSet(), JvmMetrics::memory);
        register(registry, "jvm.gc", new GarbageCollectorMetricSet(), JvmMetrics::collector);
        register(
                registry,
                "jvm.threads",
                new CachedThreadStatesGaugeSet(THREADS_INTERVAL_SECONDS, TimeUnit.SECONDS),
                JvmMetrics::threads);
        register(
                registry,
                "jvm.classloader",
                new ClassLoadingGaugeSet(),
                (name, gauge) -> same(name + ".classes", gauge));
        if (ManagementFactory.getOperatingSystemMXBean() instanceof OperatingSystemMXBean system) {
            Gauge<Double> seconds = () -> system.getProcessCpuTime() / NANOS_PER_SECOND;
            register(registry, "jvm.cpu", () -> Map.of("seconds", seconds), JvmMetrics::same);
        }
    }

    /** A gauge with its new name. */
    private record Named(String name, Gauge<?> gauge) {}

    private interface GaugeFilter {
        Optional<Named> of(String name, Gauge<Number> gauge);
    }

    @SuppressWarnings("unchecked") // all gauges of the sets have numbers, except one, which is skipped
    private static void register(MetricRegistry registry, String prefix, MetricSet set, GaugeFilter filter) {
        if (registry.getNames().stream().anyMatch(name -> name.startsWith(prefix + "."))) {
            return;
        }
        for (Map.Entry<String, Metric> entry : set.getMetrics().entrySet()) {
            filter.of(entry.getKey(), (Gauge<Number>) entry.getValue())
                    .ifPresent(named -> registry.register(prefix + "." + named.name, named.gauge));
        }
    }

    private static Optional<Named> same(String name, Gauge<Number> gauge) {
        return Optional.of(new Named(name, gauge));
    }

    /** Keeps the used bytes, the usage ratios, and the used bytes after a garbage collection. */
    private static Optional<Named> memory(String name, Gauge<Number> gauge) {
        String tidy = tidy(name);
        if (tidy.startsWith("total.")) {
            return Optional.empty(); // the sum of heap and non-heap
        }
        if (tidy.endsWith(".used") || tidy.endsWith(".used-after-gc")) {
            return same(tidy + ".bytes", gauge);
        }
        if (tidy.equals("heap.max") || tidy.equals("heap.committed")) {
            return same(tidy + ".bytes", gauge);
        }
        return tidy.endsWith(".usage") ? same(tidy + ".ratio", gauge) : Optional.empty();
    }

    private static Optional<Named> collector(String name, Gauge<Number> gauge) {
        String tidy = tidy(name);
        String collector = tidy.substring(0, tidy.lastIndexOf('.'));
        return tidy.endsWith(".count")
                ? same(collector + ".collections", gauge)
                : Optional.of(
                        new Named(collector + ".seconds", () -> gauge.getValue().doubleValue() / MS_PER_SECOND));
    }

    /** Removes the suffix {@code .count}, because Prometheus uses it for histograms and summaries. */
    private static Optional<Named> threads(String name, Gauge<Number> gauge) {
        return switch (name) {
            case "count" -> same("current", gauge);
            case "deadlock.count" -> Optional.of(new Named("deadlocked", cached(gauge)));
            case "deadlocks" -> Optional.empty();
            default -> same(name.substring(0, name.lastIndexOf('.')), gauge);
        };
    }

    /** Caches the value, because the search for deadlocks stops the JVM for a moment. */
    private static Gauge<Number> cached(Gauge<Number> gauge) {
        return new CachedGauge<>(THREADS_INTERVAL_SECONDS, TimeUnit.SECONDS) {
            @Override
            protected @Nullable Number loadValue() {
                return gauge.getValue();
            }
        };
    }

    /** Makes a plain name: {@code CodeHeap-'non-nmethods'} would become camel case with three underscores. */
    private static String tidy(String name) {
        return name.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9.]+", "-").replaceAll("-?\\.-?", ".");
    }
}
