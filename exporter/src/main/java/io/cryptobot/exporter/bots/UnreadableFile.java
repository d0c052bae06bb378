package io.cryptobot.exporter.bots;

import io.cryptobot.telemetry.counters.CountersFileException.Reason;

/**
 * A counters file that cannot be read. Immutable.
 *
 * @param bot the file name without its suffix; it may not be a valid instance name
 * @param reason the kind of the problem
 * @param message one sentence with the file's path; only for the log, because clients must not see the path
 */
public record UnreadableFile(String bot, Reason reason, String message) {}
