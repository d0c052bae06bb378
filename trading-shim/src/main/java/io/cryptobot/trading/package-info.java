/**
 * What a trading bot speaks: orders, the exchange client, the order processor. {@link
 * io.cryptobot.trading.TradingShim} stacks instrumentation, mode gate and paper exchange around the bot's own client.
 */
@NullMarked
package io.cryptobot.trading;

import org.jspecify.annotations.NullMarked;
