/**
 * Trading through the library XChange: {@link io.cryptobot.trading.xchange.XChangeClient} makes an {@link
 * io.cryptobot.trading.ExchangeClient} of any of its exchanges. The bot brings XChange; no other package knows it.
 */
@NullMarked
package io.cryptobot.trading.xchange;

import org.jspecify.annotations.NullMarked;
