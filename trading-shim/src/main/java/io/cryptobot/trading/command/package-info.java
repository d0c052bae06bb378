/**
 * Commands from another process to a running bot: cancel orders, reconcile unknown orders, restart the exchange client.
 */
@NullMarked
package io.cryptobot.trading.command;

import org.jspecify.annotations.NullMarked;
