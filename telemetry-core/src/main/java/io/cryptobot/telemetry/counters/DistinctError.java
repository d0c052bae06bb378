package io.cryptobot.telemetry.counters;

import io.cryptobot.telemetry.ToolApi;

/**
 * An error that has occurred in a bot, with its count. Immutable.
 *
 * @param text the redacted error text; at most 478 bytes of UTF-8 are kept
 * @param count the number of occurrences
 * @param firstMs time of the first occurrence, Unix time in ms by the bot's clock
 * @param lastMs time of the last occurrence, Unix time in ms by the bot's clock
 */
@ToolApi
public record DistinctError(String text, long count, long firstMs, long lastMs) {}
