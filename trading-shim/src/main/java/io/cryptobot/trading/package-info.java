/**
 * The interface for a trading bot: orders, the exchange client and the order processor. {@link
 * io.cryptobot.trading.TradingShim} connects instrumentation, mode gate and paper exchange with the bot's own client.
 */
@NullMarked
package io.cryptobot.trading;

import org.jspecify.annotations.NullMarked;
