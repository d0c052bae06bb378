/**
 * Live orders from the call to their end. {@link io.cryptobot.trading.order.OrderGateway} sends each order through the mode gate
 * and records it; the tracker follows orders that rest, the reconciler finds out what became of unknown ones.
 */
@NullMarked
package io.cryptobot.trading.order;

import org.jspecify.annotations.NullMarked;
