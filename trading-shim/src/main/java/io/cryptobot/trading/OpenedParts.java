package io.cryptobot.trading;

import java.util.ArrayDeque;
import java.util.Deque;

/** A stack of resources: the last resource is closed first. Confined to one thread. */
final class OpenedParts implements AutoCloseable {
    private final Deque<Runnable> closers = new ArrayDeque<>();

    /** Adds a resource that is closed before all earlier resources. */
    void add(Runnable closer) {
        closers.addFirst(closer);
    }

    /** Adds a resource that is closed after all other resources. */
    void addToCloseLast(Runnable closer) {
        closers.addLast(closer);
    }

    /** Closes all resources, also if some of them throw. Then throws the first exception. */
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
