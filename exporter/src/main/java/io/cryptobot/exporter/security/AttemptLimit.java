package io.cryptobot.exporter.security;

import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;

/**
 * Keeps the checking of passwords from taking every core and thread: one at a time, few waiting, and of those few from one
 * address, so that one client's guesses do not keep another from its first scrape. Thread-safe.
 */
final class AttemptLimit {
    private static final int MAX_WAITING = 4;
    private static final int MAX_PER_ADDRESS = 2;

    /** What came of an attempt. */
    enum Outcome {
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

    Outcome attempt(String address, BooleanSupplier check) {
        if (!enter(address)) {
            return Outcome.TOO_MANY;
        }
        try {
            oneAtATime.lock();
            try {
                return check.getAsBoolean() ? Outcome.RIGHT : Outcome.WRONG;
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
