package io.cryptobot.exporter.security;

import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;

/**
 * Limits password checks, so that they do not use every core and thread: one at a time, at most four waiting or
 * running, at most two of them from one address. So the guesses of one client do not block the first scrape of another.
 * Thread-safe.
 */
final class AttemptLimit {
    private static final int MAX_WAITING = 4;
    private static final int MAX_PER_ADDRESS = 2;

    /** The result of an attempt. */
    enum AttemptResult {
        RIGHT,
        WRONG,
        /** Not checked at all. */
        TOO_MANY
    }

    private final ReentrantLock oneAtATime = new ReentrantLock(true);
    /** Attempts that wait or run, by address; guarded by "this". */
    private final Map<String, Integer> underway = new HashMap<>();
    /** Their sum; guarded by "this". */
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
