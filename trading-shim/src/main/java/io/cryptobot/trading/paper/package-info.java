/**
 * Trading without money: {@link io.cryptobot.trading.paper.PaperExchangeClient} simulates an exchange, with the
 * settings in {@link io.cryptobot.trading.paper.PaperSettings}; {@code PaperEngine} computes the fills from real market
 * data.
 */
@NullMarked
package io.cryptobot.trading.paper;

import org.jspecify.annotations.NullMarked;
