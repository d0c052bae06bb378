package io.cryptobot.exporter.exposition;

import static org.assertj.core.api.Assertions.assertThat;

import com.codahale.metrics.MetricRegistry;
import com.codahale.metrics.Timer;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class CheapMetricsTest {
    private final MetricRegistry registry = new MetricRegistry();

    @Test
    void keepsTheLastRequestsAndCountsAll() {
        CheapMetrics.replace(registry);
        Timer requests = registry.timer(SelfMetric.REQUESTS.registryName()); // as the server does, which is built later

        for (int request = 0; request < 200; request++) {
            requests.update(Duration.ofMillis(request < 100 ? 900 : 5));
        }

        assertThat(requests.getCount()).isEqualTo(200);
        assertThat(requests.getSnapshot().getValues()).hasSize(128);
        assertThat(requests.getSnapshot().getMedian())
                .isEqualTo(Duration.ofMillis(5).toNanos());
    }

    @Test
    void doesNotCountTheOpenFilesAtEveryScrape() {
        AtomicInteger counts = new AtomicInteger();
        registry.registerGauge(SelfMetric.OPEN_FILES.registryName(), () -> counts.incrementAndGet() / 100.0);
        CheapMetrics.replace(registry);
        SelfCollector collector = new SelfCollector(registry);

        for (int scrape = 0; scrape < 20; scrape++) {
            assertThat(collector.collect().families())
                    .filteredOn(family -> family.name().equals("cryptobot_exporter_open_files_ratio"))
                    .singleElement()
                    .satisfies(family -> assertThat(family.samples())
                            .singleElement()
                            .extracting(Sample::value)
                            .isEqualTo(0.01));
        }
        assertThat(counts).hasValue(1);
    }

    @Test
    void openFilesThatCannotBeListedCostNoPage() {
        registry.registerGauge(SelfMetric.OPEN_FILES.registryName(), () -> {
            throw new InternalError("Unable to open directory /proc/self/fd");
        });
        CheapMetrics.replace(registry);
        assertThat(registry.getGauges()
                        .get(SelfMetric.OPEN_FILES.registryName())
                        .getValue())
                .isEqualTo(Double.NaN);
    }

    @Test
    void doesWithoutAGaugeOfOpenFiles() {
        CheapMetrics.replace(registry);
        assertThat(registry.getGauges()).isEmpty();
    }
}
