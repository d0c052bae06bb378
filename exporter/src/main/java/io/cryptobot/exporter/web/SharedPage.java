package io.cryptobot.exporter.web;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Renders a page once for all who asked before the rendering began, so that a thousand requests at once cost two
 * renderings, and the one in the middle waits no longer than that. Nobody gets a page older than the request. Thread-safe.
 */
final class SharedPage {
    private final Supplier<String> renderer;
    private final ReentrantLock rendering = new ReentrantLock();
    /** The rendering that has not begun; guarded by "this". */
    private @Nullable FutureTask<byte[]> next;

    SharedPage(Supplier<String> renderer) {
        this.renderer = renderer;
    }

    /** {@return the page in UTF-8, the same bytes for all who share it} */
    byte[] render() {
        FutureTask<byte[]> mine = join();
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

    private synchronized FutureTask<byte[]> join() {
        if (next == null) {
            next = new FutureTask<>(() -> renderer.get().getBytes(UTF_8));
        }
        return next;
    }

    private synchronized void begin(FutureTask<byte[]> begun) {
        if (next == begun) {
            next = null;
        }
    }
}
