package io.cryptobot.exporter.bots;

import io.cryptobot.telemetry.counters.CountersFileException.Reason;

/**
 * A counters file that cannot be shown. Immutable.
 *
 * @param bot the stem of the file's name; need not be a valid instance name
 * @param reason why, as a closed set
 * @param message why, in a sentence with the file's path: for the log, not for the network
 */
public record UnreadableFile(String bot, Reason reason, String message) {}
