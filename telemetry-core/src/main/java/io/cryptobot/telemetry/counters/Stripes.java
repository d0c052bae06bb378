package io.cryptobot.telemetry.counters;

import static io.cryptobot.telemetry.counters.CountersFileLayout.OWN_STRIPES;
import static io.cryptobot.telemetry.counters.CountersFileLayout.SHARED_STRIPE;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.jspecify.annotations.Nullable;

/**
 * Gives the first few threads that count a stripe of their own, where an addition is a load and a store. The other
 * threads share a stripe, where it is an atomic addition. Thread-safe and lock-free.
 */
final class Stripes {
    private static final VarHandle OWNERS = MethodHandles.arrayElementVarHandle(Thread[].class);

    /** A thread writes only its own reference here, so a stale read is never equal to itself. */
    private final @Nullable Thread[] owners = new Thread[OWN_STRIPES];

    /** {@return the number of the stripe that the calling thread writes, 0 for the shared one, within a run's set} */
    int ofCaller() {
        Thread caller = Thread.currentThread();
        for (int index = 0; index < OWN_STRIPES; index++) {
            if (owners[index] == caller) {
                return index + 1;
            }
        }
        return claim(caller);
    }

    private int claim(Thread caller) {
        for (int index = 0; index < OWN_STRIPES; index++) {
            if (owners[index] == null && OWNERS.compareAndSet(owners, index, null, caller)) {
                return index + 1;
            }
        }
        return SHARED_STRIPE;
    }

    /** Makes the stripes of ended threads available to others; the last writes of those threads are visible by then. */
    void releaseStripesOfEndedThreads() {
        for (int index = 0; index < OWN_STRIPES; index++) {
            Thread owner = (Thread) OWNERS.getVolatile(owners, index);
            if (owner != null && !owner.isAlive()) {
                OWNERS.compareAndSet(owners, index, owner, null);
            }
        }
    }
}
