package io.cryptobot.telemetry.counters;

import static io.cryptobot.telemetry.counters.CountersFileLayout.OWN_STRIPES;
import static io.cryptobot.telemetry.counters.CountersFileLayout.SHARED_STRIPE;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.jspecify.annotations.Nullable;

/**
 * Assigns private stripes to the first few threads that count; they add with a load and a store. All other threads
 * share one stripe and use atomic additions. Thread-safe and lock-free.
 */
final class Stripes {
    private static final VarHandle OWNERS = MethodHandles.arrayElementVarHandle(Thread[].class);

    /** A thread writes only its own reference here, so a stale read is never equal to itself. */
    private final @Nullable Thread[] owners = new Thread[OWN_STRIPES];

    /** {@return the stripe number of the calling thread within the set of a run; 0 for the shared stripe} */
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

    /** Frees the stripes of ended threads for other threads. The last writes of an ended thread are already visible. */
    void releaseStripesOfEndedThreads() {
        for (int index = 0; index < OWN_STRIPES; index++) {
            Thread owner = (Thread) OWNERS.getVolatile(owners, index);
            if (owner != null && !owner.isAlive()) {
                OWNERS.compareAndSet(owners, index, owner, null);
            }
        }
    }
}
