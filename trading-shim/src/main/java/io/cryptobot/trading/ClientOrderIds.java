package io.cryptobot.trading;

import java.util.concurrent.atomic.AtomicLong;

/**
 * Makes client order ids that stay unique after restarts. An id consists of a prefix, the start time and a sequence
 * number, both in base 36. The ids are sequential and not random, so that a gap is visible. Two generators with the
 * same prefix need different start times. Thread-safe.
 */
public final class ClientOrderIds {
    private final String prefix;
    private final AtomicLong sequence = new AtomicLong();

    /**
     * @param prefix the first part of each id, 1 to 12 of {@code A-Z a-z 0-9}
     * @param startMs start time of this run of the bot, Unix time in ms
     */
    public ClientOrderIds(String prefix, long startMs) {
        if (!prefix.matches("[A-Za-z0-9]{1,12}")) {
            throw new IllegalArgumentException("prefix must be 1 to 12 of A-Z a-z 0-9, was '" + prefix + "'");
        }
        this.prefix = prefix + Long.toString(startMs, 36);
    }

    /** {@return the next id} */
    public ClientOrderId next() {
        return new ClientOrderId(prefix + "-" + Long.toString(sequence.incrementAndGet(), 36));
    }
}
