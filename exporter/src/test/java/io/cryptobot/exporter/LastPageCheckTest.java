package io.cryptobot.exporter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.codahale.metrics.Gauge;
import com.codahale.metrics.MetricRegistry;
import com.codahale.metrics.health.HealthCheck.Result;
import io.cryptobot.exporter.bots.BotDirectory;
import io.cryptobot.exporter.bots.ManualClock;
import io.cryptobot.exporter.exposition.BotCollector;
import io.cryptobot.exporter.exposition.MetricsPage;
import io.cryptobot.exporter.exposition.PageFormat;
import io.cryptobot.exporter.exposition.SelfCollector;
import io.cryptobot.telemetry.files.RunDirectory;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LastPageCheckTest {
    @TempDir
    Path run;

    private final ManualClock clock = new ManualClock();
    private final MetricRegistry registry = new MetricRegistry();
    private BotDirectory bots;

    private LastPageCheck check(MetricsPage page) {
        return new LastPageCheck(page, clock);
    }

    private MetricsPage page() {
        bots = new BotDirectory(
                new RunDirectory(run), Duration.ofSeconds(3), Duration.ofDays(30), clock, InstantSource.system());
        return new MetricsPage(new BotCollector(bots, false), new SelfCollector(registry), clock);
    }

    @AfterEach
    void close() {
        bots.close();
    }

    @Test
    void isHealthyWhileNobodyScrapes() {
        Result result = check(page()).check();
        assertThat(result.isHealthy()).isTrue();
        assertThat(result.getMessage()).isEqualTo("not scraped yet");
    }

    @Test
    void saysHowLongAgoTheLastPageWas() {
        MetricsPage page = page();
        page.render(PageFormat.TEXT);
        clock.advance(Duration.ofMinutes(2));
        assertThat(check(page).check().isHealthy()).isTrue();
        assertThat(check(page).check().getMessage()).isEqualTo("last page 120 s ago, took 0 ms");
    }

    @Test
    void aSlowPageIsUnhealthyUntilTheNextOne() {
        Gauge<Integer> slow = () -> {
            clock.advance(Duration.ofMillis(901));
            return 1;
        };
        registry.register("jvm.threads.count", slow);
        MetricsPage page = page();
        page.render(PageFormat.TEXT);
        assertThat(check(page).check().isHealthy()).isFalse();
        assertThat(check(page).check().getMessage())
                .isEqualTo("the last page, 0 s ago, took 901 ms; Prometheus waits 900 ms");
        registry.remove("jvm.threads.count");
        page.render(PageFormat.TEXT);
        assertThat(check(page).check().isHealthy()).isTrue();
    }

    @Test
    void aPageThatFailedIsUnhealthy() {
        Gauge<Integer> broken = () -> {
            throw new StackOverflowError("what no guard catches");
        };
        registry.register("jvm.threads.count", broken);
        MetricsPage page = page();
        assertThatThrownBy(() -> page.render(PageFormat.TEXT)).isInstanceOf(StackOverflowError.class);
        assertThat(check(page).check().isHealthy()).isFalse();
        assertThat(check(page).check().getMessage()).isEqualTo("the last page, 0 s ago, failed; the log says why");
    }
}
