/**
 * Commands from another process to a running bot: cancel orders, resolve unknown orders, restart the exchange client. A tool's
 * {@link io.cryptobot.trading.command.CommandClient} writes a command into the control file; the bot's {@link
 * io.cryptobot.trading.command.CommandServer} answers it.
 */
@NullMarked
package io.cryptobot.trading.command;

import org.jspecify.annotations.NullMarked;
