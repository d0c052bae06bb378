package io.cryptobot.trading;

import java.util.concurrent.atomic.AtomicLong;

/**
 * Makes client order ids that are unique over restarts: start time and a sequence, both in base 36. Sequential rather than
 * random, so that a gap is visible; two generators of one prefix need different start times. Thread-safe.
 */
public final class ClientOrderIds {
    private final String prefix;
    private final AtomicLong sequence = new AtomicLong();

    /**
     * @param prefix what the exchange's user interface shows first, 1 to 12 of {@code A-Z a-z 0-9}
     * @param startMs Unix time in ms at which this run of the bot began
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
