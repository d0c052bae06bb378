package io.cryptobot.exporter.exposition;

/**
 * How the last page went. Immutable.
 *
 * @param endNanos when it was ready, by the page's monotonic clock
 * @param durationNanos how long it took
 * @param failed whether it could not be rendered
 */
public record LastPage(long endNanos, long durationNanos, boolean failed) {}
