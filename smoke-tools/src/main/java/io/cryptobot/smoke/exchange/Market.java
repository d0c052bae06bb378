package io.cryptobot.smoke.exchange;

import java.io.IOException;

/** The source of the prices of a simulated exchange. Used by one thread at a time. */
public interface Market extends AutoCloseable {
    /** {@return the market's symbol, e.g. {@code XRPETH}} */
    String symbol();

    /**
     * {@return the next trade; it never ends}
     *
     * @throws IOException if a recorded tape can no longer be read
     */
    Trade next() throws IOException;

    @Override
    default void close() throws IOException {}
}
