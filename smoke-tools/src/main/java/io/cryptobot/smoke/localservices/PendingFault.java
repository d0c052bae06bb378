package io.cryptobot.smoke.localservices;

import java.util.concurrent.atomic.AtomicInteger;

/** An injected fault, and how often it still applies. Thread-safe. */
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

    /** {@return whether the fault applies to this request, and counts the request if so} */
    boolean hits() {
        return System.nanoTime() - startNanos < fault.window().toNanos()
                && remaining.getAndUpdate(left -> Math.max(left - 1, 0)) > 0;
    }
}
