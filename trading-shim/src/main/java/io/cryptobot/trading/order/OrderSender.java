package io.cryptobot.trading.order;

import io.cryptobot.telemetry.Internal;
import io.cryptobot.trading.OrderRequest;

/**
 * Sends one order by some means, for example by an exchange client, and returns or throws what comes of it.
 *
 * @param <C> the means
 * @param <T> the answer
 * @param <E> what it throws
 */
@Internal
@FunctionalInterface
public interface OrderSender<C, T, E extends Exception> {
    /** {@return the answer} */
    T send(C means, OrderRequest request) throws E;
}
