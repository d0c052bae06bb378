package io.cryptobot.smoke.localservices;

import java.util.concurrent.atomic.AtomicInteger;

/** A fault that was injected, and how much of it is left. Thread-safe. */
final class PendingFault {
    private final Fault fault;
    private final AtomicInteger remaining;
    private final long startNanos = System.nanoTime();

    PendingFault(Fault fault) {
        this.fault = fault;
        remaining = new AtomicInteger(fault.times());
    }

    Fault fault() {
        return fault;
    }

    /** {@return whether it hits the request that has just come, which then is one of those that it was told to hit} */
    boolean hits() {
        return System.nanoTime() - startNanos < fault.window().toNanos()
                && remaining.getAndUpdate(left -> Math.max(left - 1, 0)) > 0;
    }
}
