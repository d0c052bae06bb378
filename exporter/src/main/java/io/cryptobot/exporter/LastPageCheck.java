package io.cryptobot.exporter;

import com.codahale.metrics.health.HealthCheck;
import io.cryptobot.exporter.exposition.LastPage;
import io.cryptobot.exporter.exposition.MetricsPage;
import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * Unhealthy when the last page failed, or took longer than the shipped Prometheus waits for it. That nobody
 * scrapes is said and is not unhealthy: the exporter cannot know whether somebody should. Shown by the admin connector
 * only. Thread-safe.
 */
final class LastPageCheck extends HealthCheck {
    private static final Duration LIMIT = Duration.ofMillis(900);

    private final MetricsPage page;
    private final LongSupplier nanoClock;

    /** @param nanoClock the page's */
    LastPageCheck(MetricsPage page, LongSupplier nanoClock) {
        this.page = page;
        this.nanoClock = nanoClock;
    }

    @Override
    protected Result check() {
        return page.last().map(this::judge).orElseGet(() -> Result.healthy("not scraped yet"));
    }

    private Result judge(LastPage last) {
        long ago = Duration.ofNanos(nanoClock.getAsLong() - last.endNanos()).toSeconds();
        Duration took = Duration.ofNanos(last.durationNanos());
        if (last.failed()) {
            return Result.unhealthy("the last page, %d s ago, failed; the log says why", ago);
        }
        return took.compareTo(LIMIT) > 0
                ? Result.unhealthy(
                        "the last page, %d s ago, took %d ms; Prometheus waits %d ms",
                        ago, took.toMillis(), LIMIT.toMillis())
                : Result.healthy("last page %d s ago, took %d ms", ago, took.toMillis());
    }
}
