package io.cryptobot.exporter.page;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import com.codahale.metrics.Gauge;
import com.codahale.metrics.MetricRegistry;
import io.cryptobot.telemetry.MetricCatalog;
import io.prometheus.client.Collector.MetricFamilySamples;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class OwnCollectorTest {
    private final MetricRegistry registry = new MetricRegistry();
    private final OwnCollector collector = new OwnCollector(registry);

    @Test
    void aThrowingGaugeCostsItselfOnly() {
        registry.registerGauge(OwnMetric.HEAP_USED.registryName(), () -> {
            throw new IllegalStateException("no heap today");
        });
        registry.registerGauge(OwnMetric.HEAP_MAX.registryName(), () -> 42L);
        OwnCollector.Own own = collector.collect();
        assertThat(own.families())
                .extracting(family -> family.name, family -> family.unit)
                .containsExactly(tuple("cryptobot_exporter_heap_max_bytes", "bytes"));
        assertThat(own.failed()).isEqualTo(1);
    }

    @Test
    void leavesOutWhatIsNoNumber() {
        Gauge<String> text = () -> "many";
        registry.registerGauge(OwnMetric.THREADS.registryName(), text);
        assertThat(collector.collect().families()).isEmpty();
    }

    @Test
    void bridgesAMeterAsACounterAndATimerAsASummaryInSeconds() {
        registry.meter(OwnMetric.RESPONSES_2XX.registryName()).mark(3);
        registry.timer(OwnMetric.REQUESTS.registryName()).update(Duration.ofMillis(500));
        List<MetricFamilySamples> families = collector.collect().families();
        assertThat(families.get(0).toString()).contains("Type: SUMMARY", "0.5");
        assertThat(families.get(1).samples.get(0).name).isEqualTo("cryptobot_exporter_http_2xx_responses_total");
        assertThat(families.get(1).samples.get(0).value).isEqualTo(3);
    }

    @Test
    void noNameIsTheCataloguesToo() {
        assertThat(Stream.of(OwnMetric.values()).map(OwnMetric::prometheusName))
                .doesNotHaveDuplicates()
                .doesNotContainAnyElementsOf(Stream.of(MetricCatalog.values())
                        .map(MetricCatalog::prometheusName)
                        .toList());
    }
}
