package io.cryptobot.telemetry.counters;

import static io.cryptobot.telemetry.counters.CountersFileLayout.LONGS;

import java.nio.ByteBuffer;

/**
 * The values of one record: what a metric writes through. Thread-safe and lock-free; an operation allocates nothing.
 *
 * <p>When somebody truncates, replaces or deletes the file, counting goes on in private memory from the next heartbeat
 * at the latest. Known limit: an access to a truncated file before that heartbeat is lost, and the JVM may report it
 * late, as an {@link InternalError} in the code that runs after the call, when the call was compiled.
 */
public final class Slot {
    /** Where the values are at present. */
    record Target(ByteBuffer buffer, int offset) {
        long get(int index) {
            return (long) LONGS.getVolatile(buffer, offset + 8 * index);
        }

        void set(int index, long value) {
            LONGS.setVolatile(buffer, offset + 8 * index, value);
        }

        void add(int index, long delta) {
            LONGS.getAndAdd(buffer, offset + 8 * index, delta);
        }
    }

    private final Runnable onFault;
    /** Changes when the file is lost or found again. */
    private volatile Target target;

    /** @param onFault moves the values to memory that can be used, when an access to a truncated file failed */
    Slot(Target target, Runnable onFault) {
        this.target = target;
        this.onFault = onFault;
    }

    Target target() {
        return target;
    }

    void moveTo(Target other) {
        target = other;
    }

    /** Adds to the value at {@code index}, atomically also against other processes. */
    public void add(int index, long delta) {
        try {
            target.add(index, delta);
        } catch (InternalError fault) {
            onFault.run();
            target.add(index, delta);
        }
    }

    /** Sets the value at {@code index}. */
    public void set(int index, long value) {
        try {
            target.set(index, value);
        } catch (InternalError fault) {
            onFault.run();
            target.set(index, value);
        }
    }

    /** {@return the value at {@code index}} */
    public long get(int index) {
        try {
            return target.get(index);
        } catch (InternalError fault) {
            onFault.run();
            return target.get(index);
        }
    }
}
