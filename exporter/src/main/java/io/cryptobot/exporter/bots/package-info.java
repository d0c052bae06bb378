/**
 * The bots of the run directory, as their counters files tell. {@link io.cryptobot.exporter.bots.BotDirectory} is the
 * entry. A file that cannot be read costs itself only.
 */
@NullMarked
package io.cryptobot.exporter.bots;

import org.jspecify.annotations.NullMarked;
