/**
 * Orders from the call to their end. {@link io.cryptobot.trading.order.OrderGateway} sends each order through the mode
 * gate and records it, the tracker tracks open orders, and the reconciler reconciles unknown orders.
 */
@NullMarked
package io.cryptobot.trading.order;

import org.jspecify.annotations.NullMarked;
