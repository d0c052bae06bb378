package io.cryptobot.telemetry.counters;

import io.cryptobot.telemetry.ToolApi;

/**
 * An error that a bot has seen once or more often. Immutable.
 *
 * @param text what happened, redacted; at most 478 bytes of UTF-8 are kept
 * @param count how often
 * @param firstMs first time, Unix time in ms by the bot's clock
 * @param lastMs last time, likewise
 */
@ToolApi
public record DistinctError(String text, long count, long firstMs, long lastMs) {}
