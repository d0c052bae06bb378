package io.cryptobot.exporter.web;

import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Renders a page once for all requests that arrived before the rendering started. So a thousand concurrent requests
 * need two renderings, and a request waits for at most two renderings. A page is never older than its request.
 * Thread-safe.
 *
 * @param <T> the page; it must be immutable, because several requests share it
 */
public final class SharedResponse<T> {
    private final Supplier<T> renderer;
    private final ReentrantLock rendering = new ReentrantLock();
    /** The next rendering, which has not started; guarded by "this". */
    private @Nullable FutureTask<T> next;

    public SharedResponse(Supplier<T> renderer) {
        this.renderer = renderer;
    }

    /** {@return the page} */
    public T render() {
        FutureTask<T> mine = join();
        rendering.lock();
        try {
            begin(mine);
            // does nothing if another request has already run it
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
