/**
 * Trading through the library XChange: {@link io.cryptobot.trading.xchange.XChangeClient} makes an {@link
 * io.cryptobot.trading.ExchangeClient} from any exchange of XChange. The bot provides the library; no other package
 * uses it.
 */
@NullMarked
package io.cryptobot.trading.xchange;

import org.jspecify.annotations.NullMarked;
