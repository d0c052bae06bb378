package io.cryptobot.trading;

/** Makes the client that trades with real money; asked again at each restart of the client. Thread-safe. */
@FunctionalInterface
public interface ExchangeClientFactory {
    /**
     * {@return a new client, connected as far as it ever is before the first call}
     *
     * @throws OrderException when it cannot be made
     */
    ExchangeClient create() throws OrderException;
}
