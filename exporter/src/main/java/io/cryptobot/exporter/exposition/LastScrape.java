package io.cryptobot.exporter.exposition;

/**
 * The result of the last rendering. Immutable.
 *
 * @param endNanos the end time by the exposition's monotonic clock
 * @param durationNanos the duration
 * @param result success or failure
 */
record LastScrape(long endNanos, long durationNanos, Result result) {
    /** Success or failure of a rendering. */
    enum Result {
        RENDERED,
        FAILED
    }
}
