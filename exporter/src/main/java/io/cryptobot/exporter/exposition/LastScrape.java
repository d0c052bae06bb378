package io.cryptobot.exporter.exposition;

/**
 * The result of the last rendering. Immutable.
 *
 * @param endNanos when it ended, by the exposition's monotonic clock
 * @param durationNanos how long it took
 * @param result whether it could be rendered
 */
record LastScrape(long endNanos, long durationNanos, Result result) {
    /** Whether the exposition could be rendered. */
    enum Result {
        RENDERED,
        FAILED
    }
}
