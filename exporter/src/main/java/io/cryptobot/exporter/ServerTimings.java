package io.cryptobot.exporter;

import java.time.Duration;

/**
 * Times that cannot be configured; tests use shorter ones. Immutable.
 *
 * @param webConfigInterval time between two polls of the files of the web configuration
 * @param responseTimeout how long a client may take to read its response
 */
record ServerTimings(Duration webConfigInterval, Duration responseTimeout) {
    /** Prometheus waits ten seconds for a scrape unless it is told otherwise. */
    static final ServerTimings SHIPPED = new ServerTimings(Duration.ofSeconds(1), Duration.ofSeconds(10));
}
