/** Trading without money: a paper exchange that looks like a live one to the bot. */
@NullMarked
package io.cryptobot.trading.paper;

import org.jspecify.annotations.NullMarked;
