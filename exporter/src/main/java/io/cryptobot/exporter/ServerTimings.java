package io.cryptobot.exporter;

import java.time.Duration;

/**
 * Times that cannot be configured; tests use shorter times. Immutable.
 *
 * @param webConfigInterval time between two polls of the files of the web configuration
 * @param responseTimeout the maximum time for a client to read its response
 */
record ServerTimings(Duration webConfigInterval, Duration responseTimeout) {
    /** The times outside of tests. The default scrape timeout of Prometheus is ten seconds. */
    static final ServerTimings SHIPPED = new ServerTimings(Duration.ofSeconds(1), Duration.ofSeconds(10));
}
