package io.cryptobot.trading.order;

import io.cryptobot.telemetry.Internal;
import io.cryptobot.trading.OrderRequest;

/**
 * Sends one order through a channel, for example an exchange client.
 *
 * @param <C> the type of the channel
 * @param <T> the result type
 * @param <E> the exception type
 */
@Internal
@FunctionalInterface
public interface OrderSender<C, T, E extends Exception> {
    /** {@return the result} */
    T send(C channel, OrderRequest request) throws E;
}
