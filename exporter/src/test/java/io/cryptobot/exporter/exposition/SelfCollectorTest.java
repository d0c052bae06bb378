package io.cryptobot.exporter.exposition;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.codahale.metrics.Gauge;
import com.codahale.metrics.MetricRegistry;
import io.cryptobot.telemetry.MetricCatalog;
import java.time.Duration;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class SelfCollectorTest {
    private final MetricRegistry registry = new MetricRegistry();
    private final SelfCollector collector = new SelfCollector(registry);

    @Test
    void aThrowingGaugeCostsItselfOnly() {
        registry.registerGauge(SelfMetric.HEAP_USED.registryName(), () -> {
            throw new IllegalStateException("no heap today");
        });
        registry.registerGauge(SelfMetric.HEAP_MAX.registryName(), () -> 42L);
        SelfCollector.SelfFamilies own = collector.collect();
        assertThat(own.families()).extracting(Family::name).containsExactly("cryptobot_exporter_heap_max_bytes");
        assertThat(own.failed()).isEqualTo(1);
    }

    @Test
    void readsAMetricThatWasRegisteredAnew() {
        registry.registerGauge(SelfMetric.THREADS.registryName(), () -> 1);
        assertThat(collector.collect().families().get(0).samples().get(0).value())
                .isEqualTo(1);

        registry.remove(SelfMetric.THREADS.registryName());
        registry.registerGauge(SelfMetric.THREADS.registryName(), () -> 2);

        assertThat(collector.collect().families().get(0).samples().get(0).value())
                .isEqualTo(2);
    }

    @Test
    void leavesOutWhatIsNoNumber() {
        Gauge<String> text = () -> "many";
        registry.registerGauge(SelfMetric.THREADS.registryName(), text);
        assertThat(collector.collect().families()).isEmpty();
    }

    @Test
    void bridgesAMeterAsACounterAndATimerAsASummaryInSeconds() {
        registry.meter(SelfMetric.RESPONSES_2XX.registryName()).mark(3);
        registry.timer(SelfMetric.REQUESTS.registryName()).update(Duration.ofMillis(500));
        PageText page = new PageText(0);
        collector.collect().families().forEach(family -> family.writeTo(page, ExpositionFormat.TEXT));
        assertThat(new String(page.toBytes(), UTF_8).lines())
                .contains(
                        "# TYPE cryptobot_exporter_http_get_request_seconds summary",
                        "cryptobot_exporter_http_get_request_seconds{quantile=\"0.5\"} 0.5",
                        "cryptobot_exporter_http_get_request_seconds_count 1.0",
                        "# TYPE cryptobot_exporter_http_2xx_responses_total counter",
                        "cryptobot_exporter_http_2xx_responses_total 3.0");
    }

    @Test
    void noNameIsTheCataloguesToo() {
        assertThat(Stream.of(SelfMetric.values()).map(SelfMetric::prometheusName))
                .doesNotHaveDuplicates()
                .doesNotContainAnyElementsOf(Stream.of(MetricCatalog.values())
                        .map(MetricCatalog::prometheusName)
                        .toList());
    }
}
