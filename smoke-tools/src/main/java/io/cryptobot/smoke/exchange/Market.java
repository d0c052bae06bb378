package io.cryptobot.smoke.exchange;

import java.io.IOException;

/** Where a simulated exchange takes its prices from. Used by one thread at a time. */
public interface Market extends AutoCloseable {
    /** {@return the market's symbol, e.g. {@code XRPETH}} */
    String symbol();

    /**
     * {@return the next trade; it never ends}
     *
     * @throws IOException when a recorded tape cannot be read any more
     */
    Trade next() throws IOException;

    @Override
    default void close() throws IOException {}
}
