package io.cryptobot.exporter.exposition;

import com.codahale.metrics.health.HealthCheck;
import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * Unhealthy when the last scrape failed, or took longer than the shipped Prometheus waits. An exporter that has not
 * been scraped is healthy, because it cannot know if a Prometheus should scrape it. Shown by the admin connector only.
 * Thread-safe.
 */
public final class LastScrapeCheck extends HealthCheck {
    private static final Duration LIMIT = Duration.ofMillis(900);

    private final Exposition exposition;
    private final LongSupplier nanoClock;

    /** @param nanoClock the clock of the exposition */
    public LastScrapeCheck(Exposition exposition, LongSupplier nanoClock) {
        this.exposition = exposition;
        this.nanoClock = nanoClock;
    }

    @Override
    protected Result check() {
        return exposition.last().map(this::judge).orElseGet(() -> Result.healthy("not scraped yet"));
    }

    private Result judge(LastScrape last) {
        long ago = Duration.ofNanos(nanoClock.getAsLong() - last.endNanos()).toSeconds();
        Duration took = Duration.ofNanos(last.durationNanos());
        if (last.result() == LastScrape.Result.FAILED) {
            return Result.unhealthy("the last scrape, %d s ago, failed; the log says why", ago);
        }
        return took.compareTo(LIMIT) > 0
                ? Result.unhealthy(
                        "the last scrape, %d s ago, took %d ms; Prometheus waits %d ms",
                        ago, took.toMillis(), LIMIT.toMillis())
                : Result.healthy("last scrape %d s ago, took %d ms", ago, took.toMillis());
    }
}
