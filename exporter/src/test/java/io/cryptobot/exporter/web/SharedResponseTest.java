package io.cryptobot.exporter.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.cryptobot.testing.Await;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class SharedResponseTest {
    private final ExecutorService clients = Executors.newCachedThreadPool();

    @AfterEach
    void stop() {
        clients.shutdownNow();
    }

    @Test
    void rendersAnewForEachWhoAsksAlone() {
        AtomicInteger renderings = new AtomicInteger();
        SharedResponse<String> page = new SharedResponse<>(() -> "" + renderings.incrementAndGet());
        assertThat(page.render()).isEqualTo("1");
        assertThat(page.render()).isEqualTo("2");
    }

    @Test
    void oneRenderingIsForAllWhoCameDuringTheOneBeforeButNotThatOne() throws Exception {
        AtomicInteger renderings = new AtomicInteger();
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch release = new CountDownLatch(1);
        SharedResponse<String> page = new SharedResponse<>(() -> {
            int number = renderings.incrementAndGet();
            begun.countDown();
            await(release);
            return "" + number;
        });
        Future<String> first = clients.submit(page::render);
        await(begun);
        List<Future<String>> later = new ArrayList<>();
        List<Thread> threads = new CopyOnWriteArrayList<>();
        CountDownLatch started = new CountDownLatch(100);
        for (int i = 0; i < 100; i++) {
            later.add(clients.submit(() -> {
                threads.add(Thread.currentThread());
                started.countDown();
                return page.render();
            }));
        }
        await(started);
        for (Thread client : threads) {
            Await.await("the client waits", () -> client.getState() == Thread.State.WAITING);
        }
        release.countDown();
        assertThat(first.get(20, TimeUnit.SECONDS)).isEqualTo("1");
        for (Future<String> each : later) {
            assertThat(each.get(20, TimeUnit.SECONDS))
                    .as("the page that was begun after the request")
                    .isEqualTo("2");
        }
        assertThat(renderings).hasValue(2);
    }

    @Test
    void aRenderingThatFailsIsNotKept() {
        AtomicInteger renderings = new AtomicInteger();
        SharedResponse<String> page = new SharedResponse<>(() -> {
            if (renderings.incrementAndGet() == 1) {
                throw new IllegalStateException("broken");
            }
            return "well";
        });
        assertThatThrownBy(page::render).hasRootCauseMessage("broken");
        assertThat(page.render()).isEqualTo("well");
    }

    private static void await(CountDownLatch latch) {
        try {
            assertThat(latch.await(20, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}
