/**
 * Trading without money: {@link io.cryptobot.trading.paper.PaperExchangeClient} is an exchange to the bot, with the settings in
 * {@link io.cryptobot.trading.paper.PaperSettings}; {@code PaperEngine} decides what the real market would have filled.
 */
@NullMarked
package io.cryptobot.trading.paper;

import org.jspecify.annotations.NullMarked;
