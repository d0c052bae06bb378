package io.cryptobot.trading;

import java.util.ArrayDeque;
import java.util.Deque;

/** What was opened so far; closed in the opposite order. Confined to one thread. */
final class OpenedParts implements AutoCloseable {
    private final Deque<Runnable> closers = new ArrayDeque<>();

    /** Adds a part that is closed before all others so far. */
    void add(Runnable closer) {
        closers.addFirst(closer);
    }

    /** Adds a part that is closed after all others. */
    void addToCloseLast(Runnable closer) {
        closers.addLast(closer);
    }

    /** Closes all that is still open, and then throws what the first part threw that could not be closed. */
    @Override
    public void close() {
        RuntimeException failure = null;
        while (!closers.isEmpty()) {
            try {
                closers.pop().run();
            } catch (RuntimeException e) {
                if (failure == null) {
                    failure = e;
                } else {
                    failure.addSuppressed(e);
                }
            }
        }
        if (failure != null) {
            throw failure;
        }
    }
}
