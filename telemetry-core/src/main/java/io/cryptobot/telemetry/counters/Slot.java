package io.cryptobot.telemetry.counters;

import static io.cryptobot.telemetry.counters.CountersFileLayout.LONGS;
import static io.cryptobot.telemetry.counters.CountersFileLayout.SHARED_STRIPE;

import io.cryptobot.telemetry.Internal;
import io.cryptobot.telemetry.counters.CountersFileLayout.StoredDescriptor;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;

/**
 * The values of one record, which a metric writes. Thread-safe and lock-free; an operation allocates nothing.
 *
 * <p>Each of the first few threads that count has a private stripe in the file; it adds with a load and a store. All
 * other threads share one stripe and use atomic additions.
 *
 * <p>When the file is truncated, replaced or deleted, the bot counts in private memory from the next heartbeat at the
 * latest. Known limit: an access to a truncated file before that heartbeat is lost. If the call was compiled, the JVM
 * may report it late, as an {@link InternalError} in the code that runs after the call. If the call was not compiled
 * yet, on JDK 17 such an access by a thread without a private stripe crashes the process. So never truncate the file of
 * a running bot; to remove the file, delete it.
 */
@Internal
public final class Slot {
    /** The current place of the values. */
    static final class Target {
        private final ByteBuffer buffer;
        private final int offset;
        private final int stripes;
        private final int stripeLength;
        /** Offset of the set of private stripes that this run uses: odd and even runs use different sets. */
        private final int ownStripes;

        /** @param run number of the present run of the file */
        Target(ByteBuffer buffer, StoredDescriptor placed, long run) {
            this.buffer = buffer;
            this.offset = placed.valuesOffset();
            this.stripes = placed.stripes();
            this.stripeLength = placed.stripeLength();
            this.ownStripes = (CountersFileLayout.firstOwnStripe(run) - 1) * stripeLength;
        }

        long get(int index) {
            long sum = 0;
            for (int stripe = 0; stripe < stripes; stripe++) {
                sum += (long) LONGS.getVolatile(buffer, offset + stripe * stripeLength + 8 * index);
            }
            return sum;
        }

        /** Only for values without stripes, and for counts while no thread counts. */
        void set(int index, long value) {
            LONGS.setVolatile(buffer, offset + 8 * index, value);
        }

        void add(int index, long delta, int stripe) {
            if (stripe == SHARED_STRIPE || stripes == 1) {
                LONGS.getAndAdd(buffer, offset + 8 * index, delta);
            } else {
                int at = offset + ownStripes + stripe * stripeLength + 8 * index; // only this thread writes here
                long sum = buffer.getLong(at) + delta;
                VarHandle.releaseFence(); // fence and plain store are a release; they are faster than the view's own
                // release
                buffer.putLong(at, sum);
            }
        }
    }

    private final Stripes stripes;
    private final Runnable onFault;
    /** Changes when the bot starts or stops counting in memory. */
    private volatile Target target;

    /** @param onFault moves the values to private memory after an access to a truncated file has failed */
    Slot(Target target, Stripes stripes, Runnable onFault) {
        this.target = target;
        this.stripes = stripes;
        this.onFault = onFault;
    }

    Target target() {
        return target;
    }

    void moveTo(Target other) {
        target = other;
    }

    /** Adds to the count at {@code index}; not for gauges and quantiles, which are set. */
    public void add(int index, long delta) {
        try {
            target.add(index, delta, stripes.ofCaller());
        } catch (InternalError fault) {
            onFault.run();
            target.add(index, delta, stripes.ofCaller());
        }
    }

    /** Sets the value at {@code index} of a gauge, or the quantile of a summary. */
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
