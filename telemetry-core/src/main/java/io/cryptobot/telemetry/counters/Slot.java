package io.cryptobot.telemetry.counters;

import static io.cryptobot.telemetry.counters.CountersFileLayout.LONGS;

/**
 * The values of one record: what a metric writes through. Thread-safe and lock-free; an operation allocates nothing.
 *
 * <p>When somebody truncates, replaces or deletes the file, counting goes on in private memory from the next heartbeat
 * at the latest. Known limit: an access to a truncated file before that heartbeat is lost, and the JVM may report it
 * late, as an {@link InternalError} in the code that runs after the call, when the call was compiled.
 */
public final class Slot {
    private final Memory memory;
    private final int offset;

    Slot(Memory memory, int offset) {
        this.memory = memory;
        this.offset = offset;
    }

    /** Adds to the value at {@code index}, atomically also against other processes. */
    public void add(int index, long delta) {
        try {
            LONGS.getAndAdd(memory.buffer(), offset + 8 * index, delta);
        } catch (InternalError fault) {
            memory.fail(fault);
            LONGS.getAndAdd(memory.buffer(), offset + 8 * index, delta);
        }
    }

    /** Sets the value at {@code index}. */
    public void set(int index, long value) {
        try {
            LONGS.setVolatile(memory.buffer(), offset + 8 * index, value);
        } catch (InternalError fault) {
            memory.fail(fault);
            LONGS.setVolatile(memory.buffer(), offset + 8 * index, value);
        }
    }

    /** {@return the value at {@code index}} */
    public long get(int index) {
        try {
            return (long) LONGS.getVolatile(memory.buffer(), offset + 8 * index);
        } catch (InternalError fault) {
            memory.fail(fault);
            return (long) LONGS.getVolatile(memory.buffer(), offset + 8 * index);
        }
    }
}
