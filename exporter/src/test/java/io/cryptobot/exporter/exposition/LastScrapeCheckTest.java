package io.cryptobot.exporter.exposition;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.codahale.metrics.Gauge;
import com.codahale.metrics.MetricRegistry;
import com.codahale.metrics.health.HealthCheck.Result;
import io.cryptobot.exporter.TestBots;
import io.cryptobot.exporter.bots.BotDirectory;
import io.cryptobot.testing.ManualClock;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LastScrapeCheckTest {
    @TempDir
    Path run;

    private final ManualClock clock = new ManualClock();
    private final MetricRegistry registry = new MetricRegistry();
    private BotDirectory bots;

    private LastScrapeCheck check(Exposition page) {
        return new LastScrapeCheck(page, clock);
    }

    private Exposition page() {
        bots = TestBots.directory(run, clock);
        return new Exposition(new BotCollector(bots, CreatedTimestamps.LEFT_OUT), new SelfCollector(registry), clock);
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
        Exposition page = page();
        page.render(ExpositionFormat.TEXT, NameFilter.ALL);
        clock.advance(Duration.ofMinutes(2));
        assertThat(check(page).check().isHealthy()).isTrue();
        assertThat(check(page).check().getMessage()).isEqualTo("last scrape 120 s ago, took 0 ms");
    }

    @Test
    void aSlowPageIsUnhealthyUntilTheNextOne() {
        Gauge<Integer> slow = () -> {
            clock.advance(Duration.ofMillis(901));
            return 1;
        };
        registry.register("jvm.threads.count", slow);
        Exposition page = page();
        page.render(ExpositionFormat.TEXT, NameFilter.ALL);
        assertThat(check(page).check().isHealthy()).isFalse();
        assertThat(check(page).check().getMessage())
                .isEqualTo("the last scrape, 0 s ago, took 901 ms; Prometheus waits 900 ms");
        registry.remove("jvm.threads.count");
        page.render(ExpositionFormat.TEXT, NameFilter.ALL);
        assertThat(check(page).check().isHealthy()).isTrue();
    }

    @Test
    void aPageThatFailedIsUnhealthy() {
        Gauge<Integer> broken = () -> {
            throw new StackOverflowError("what no guard catches");
        };
        registry.register("jvm.threads.count", broken);
        Exposition page = page();
        assertThatThrownBy(() -> page.render(ExpositionFormat.TEXT, NameFilter.ALL))
                .isInstanceOf(StackOverflowError.class);
        assertThat(check(page).check().isHealthy()).isFalse();
        assertThat(check(page).check().getMessage()).isEqualTo("the last scrape, 0 s ago, failed; the log says why");
    }
}
