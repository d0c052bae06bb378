package io.cryptobot.exporter.web;

import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Renders a page once for all who asked before the rendering began, so that a thousand requests at once cost two
 * renderings, and the one in the middle waits no longer than that. Nobody gets a page older than the request. Thread-safe.
 *
 * @param <T> the page: immutable, since it is the same for all who share it
 */
public final class SharedPage<T> {
    private final Supplier<T> renderer;
    private final ReentrantLock rendering = new ReentrantLock();
    /** The rendering that has not begun; guarded by "this". */
    private @Nullable FutureTask<T> next;

    public SharedPage(Supplier<T> renderer) {
        this.renderer = renderer;
    }

    /** {@return the page} */
    public T render() {
        FutureTask<T> mine = join();
        rendering.lock();
        try {
            begin(mine);
            // Does nothing when somebody who joined it too has run it.
            mine.run();
            return mine.get();
        } catch (ExecutionException e) {
            throw new IllegalStateException("the page cannot be rendered", e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while rendering", e);
        } finally {
            rendering.unlock();
        }
    }

    private synchronized FutureTask<T> join() {
        if (next == null) {
            next = new FutureTask<>(renderer::get);
        }
        return next;
    }

    private synchronized void begin(FutureTask<T> begun) {
        if (next == begun) {
            next = null;
        }
    }
}
