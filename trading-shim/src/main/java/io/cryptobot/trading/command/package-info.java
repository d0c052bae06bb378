/**
 * Commands from another process to a running bot: cancel orders, resolve unknown orders, restart the exchange client.
 * In the tool, {@link io.cryptobot.trading.command.CommandClient} writes a command into the control file. In the bot,
 * {@link io.cryptobot.trading.command.CommandServer} runs it and writes the result.
 */
@NullMarked
package io.cryptobot.trading.command;

import org.jspecify.annotations.NullMarked;
