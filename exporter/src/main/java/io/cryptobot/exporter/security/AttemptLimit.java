package io.cryptobot.exporter.security;

import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;

/**
 * Limits password checks, so that they do not use all cores and threads. Only one check runs at a time. At most four
 * checks wait or run, at most two of them from one address, so that wrong passwords of one client do not block the
 * first scrape of another client. Thread-safe.
 */
final class AttemptLimit {
    private static final int MAX_WAITING = 4;
    private static final int MAX_PER_ADDRESS = 2;

    /** The result of an attempt. */
    enum AttemptResult {
        RIGHT,
        WRONG,
        /** Not checked, because too many checks are waiting. */
        TOO_MANY
    }

    private final ReentrantLock oneAtATime = new ReentrantLock(true);
    /** Number of waiting or running attempts by address; guarded by "this". */
    private final Map<String, Integer> underway = new HashMap<>();
    /** Number of all waiting or running attempts; guarded by "this". */
    private int total;

    AttemptResult attempt(String address, BooleanSupplier check) {
        if (!enter(address)) {
            return AttemptResult.TOO_MANY;
        }
        try {
            oneAtATime.lock();
            try {
                return check.getAsBoolean() ? AttemptResult.RIGHT : AttemptResult.WRONG;
            } finally {
                oneAtATime.unlock();
            }
        } finally {
            leave(address);
        }
    }

    private synchronized boolean enter(String address) {
        int ofAddress = underway.getOrDefault(address, 0);
        if (total >= MAX_WAITING || ofAddress >= MAX_PER_ADDRESS) {
            return false;
        }
        underway.put(address, ofAddress + 1);
        total++;
        return true;
    }

    private synchronized void leave(String address) {
        underway.computeIfPresent(address, (key, count) -> count == 1 ? null : count - 1);
        total--;
    }
}
