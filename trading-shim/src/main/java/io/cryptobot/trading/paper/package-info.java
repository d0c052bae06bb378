/**
 * Trading without money: {@link io.cryptobot.trading.paper.PaperExchangeClient} looks like a live exchange to the bot, {@link
 * io.cryptobot.trading.paper.PaperEngine} decides what the real market would have filled.
 */
@NullMarked
package io.cryptobot.trading.paper;

import org.jspecify.annotations.NullMarked;
