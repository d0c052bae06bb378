/**
 * The way of a live order: through the mode gate, to the exchange, and into counters and log; and what becomes of orders
 * afterwards.
 */
@NullMarked
package io.cryptobot.trading.order;

import org.jspecify.annotations.NullMarked;
