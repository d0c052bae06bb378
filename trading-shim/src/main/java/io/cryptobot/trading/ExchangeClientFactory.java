package io.cryptobot.trading;

/**
 * Makes the client that trades with real money. Called once at the start and again at each restart of the client.
 * Implementations must be thread-safe.
 */
@FunctionalInterface
public interface ExchangeClientFactory {
    /**
     * {@return a new client, ready for its first call}
     *
     * @throws OrderException if the client cannot be made
     */
    ExchangeClient create() throws OrderException;
}
