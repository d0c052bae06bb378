/**
 * The bots of the run directory, read from their counters files. {@link io.cryptobot.exporter.bots.BotDirectory} is the
 * entry point. An unreadable file is skipped.
 */
@NullMarked
package io.cryptobot.exporter.bots;

import org.jspecify.annotations.NullMarked;
