package io.cryptobot.exporter.security;

import static org.assertj.core.api.Assertions.assertThat;

import io.cryptobot.exporter.security.AttemptLimit.AttemptResult;
import io.cryptobot.testing.Await;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The timeout turns a place too many, which waits for ever, into a failure. */
@Timeout(value = 20, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class AttemptLimitTest {
    private final AttemptLimit limit = new AttemptLimit();
    private final List<Thread> clients = new ArrayList<>();
    private final CountDownLatch release = new CountDownLatch(1);
    private final AtomicInteger running = new AtomicInteger();
    private final AtomicInteger mostAtOnce = new AtomicInteger();
    private final AtomicInteger right = new AtomicInteger();

    @AfterEach
    void stop() throws Exception {
        release.countDown();
        for (Thread client : clients) {
            client.join(TimeUnit.SECONDS.toMillis(20));
        }
    }

    @Test
    void tellsRightFromWrong() {
        assertThat(limit.attempt("a", () -> true)).isEqualTo(AttemptResult.RIGHT);
        assertThat(limit.attempt("a", () -> false)).isEqualTo(AttemptResult.WRONG);
    }

    @Test
    void oneAddressHoldsTwoPlacesAllTogetherFourAndOneRuns() throws Exception {
        begin("a");
        begin("a");
        assertThat(limit.attempt("a", () -> true)).isEqualTo(AttemptResult.TOO_MANY);
        begin("b");
        begin("c");
        assertThat(limit.attempt("d", () -> true)).isEqualTo(AttemptResult.TOO_MANY);
        stop();
        assertThat(right).hasValue(4);
        assertThat(mostAtOnce).hasValue(1);
        assertThat(limit.attempt("a", () -> true)).isEqualTo(AttemptResult.RIGHT);
        assertThat(limit.attempt("d", () -> true)).isEqualTo(AttemptResult.RIGHT);
    }

    /** Begins an attempt that ends at the release, and returns when it waits: for that, or for its turn. */
    private void begin(String address) {
        Thread client = new Thread(() -> {
            if (limit.attempt(address, this::slow) == AttemptResult.RIGHT) {
                right.incrementAndGet();
            }
        });
        clients.add(client);
        client.start();
        Await.await("the client waits", () -> client.getState() == Thread.State.WAITING);
    }

    private boolean slow() {
        mostAtOnce.accumulateAndGet(running.incrementAndGet(), Math::max);
        try {
            release.await();
        } catch (InterruptedException e) {
            return false;
        } finally {
            running.decrementAndGet();
        }
        return true;
    }
}
