package io.cryptobot.telemetry.dropwizard;

import static org.assertj.core.api.Assertions.assertThat;

import com.codahale.metrics.Gauge;
import com.codahale.metrics.MetricRegistry;
import com.codahale.metrics.jvm.MemoryUsageGaugeSet;
import com.codahale.metrics.jvm.ThreadStatesGaugeSet;
import org.junit.jupiter.api.Test;

class JvmMetricsTest {
    private final MetricRegistry registry = new MetricRegistry();

    @Test
    void tellsOfMemoryCollectorsThreadsClassesAndCpu() {
        JvmMetrics.register(registry);
        assertThat(registry.getGauges())
                .containsKeys(
                        "jvm.memory.heap.used.bytes",
                        "jvm.memory.heap.committed.bytes",
                        "jvm.memory.heap.max.bytes",
                        "jvm.memory.heap.usage.ratio",
                        "jvm.memory.non-heap.used.bytes",
                        "jvm.memory.pools.metaspace.used.bytes",
                        "jvm.threads.current",
                        "jvm.threads.daemon",
                        "jvm.threads.runnable",
                        "jvm.threads.deadlocked",
                        "jvm.classloader.loaded.classes",
                        "jvm.cpu.seconds");
        assertThat(registry.getNames())
                .anySatisfy(name -> assertThat(name).matches("jvm\\.gc\\.[a-z0-9-]+\\.collections"))
                .anySatisfy(name -> assertThat(name).matches("jvm\\.gc\\.[a-z0-9-]+\\.seconds"))
                .allSatisfy(name -> assertThat(name).matches("jvm\\.[a-z0-9._-]+[a-z]"));
        assertThat(registry.getGauges().values())
                .allSatisfy(gauge -> assertThat(gauge.getValue()).isInstanceOf(Number.class));
        assertThat(((Number) value("jvm.memory.heap.used.bytes")).longValue()).isPositive();
        assertThat(((Number) value("jvm.cpu.seconds")).doubleValue()).isPositive();
    }

    @Test
    void leavesAloneWhatTheBotRegisteredAndIsNotInTheWayOfWhatItRegistersLater() {
        registry.registerAll("jvm.memory", new MemoryUsageGaugeSet());
        int before = registry.getNames().size();
        JvmMetrics.register(registry);
        assertThat(registry.getNames())
                .filteredOn(name -> name.startsWith("jvm.memory."))
                .hasSize(before);
        registry.registerAll("jvm.threads", new ThreadStatesGaugeSet());
        int all = registry.getNames().size();
        JvmMetrics.register(registry);
        assertThat(registry.getNames()).hasSize(all);
    }

    private Object value(String name) {
        Gauge<?> gauge = registry.getGauges().get(name);
        return gauge.getValue();
    }
}
