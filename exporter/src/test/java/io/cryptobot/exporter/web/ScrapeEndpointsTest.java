package io.cryptobot.exporter.web;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.codahale.metrics.Gauge;
import com.codahale.metrics.MetricRegistry;
import io.cryptobot.exporter.TestBots;
import io.cryptobot.exporter.bots.BotDirectory;
import io.cryptobot.exporter.exposition.CreatedTimestamps;
import io.cryptobot.exporter.exposition.Exposition;
import io.cryptobot.testing.Await;
import jakarta.servlet.http.HttpServletRequest;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The timeout turns a request too many, which waits for ever, into a failure. */
@Timeout(value = 20, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class ScrapeEndpointsTest {
    @TempDir
    Path run;

    private final CountDownLatch release = new CountDownLatch(1);
    private final List<Thread> clients = new ArrayList<>();
    private final Queue<Integer> statuses = new ConcurrentLinkedQueue<>();
    private BotDirectory bots;
    private Function<HttpServletRequest, WebResponse> metrics;

    @BeforeEach
    void open() {
        bots = TestBots.directory(run, System::nanoTime);
        MetricRegistry registry = new MetricRegistry();
        Gauge<Integer> stuck = () -> {
            awaitRelease();
            return 1;
        };
        registry.register("jvm.threads.count", stuck);
        metrics = ScrapeEndpoints.of(Exposition.of(bots, CreatedTimestamps.LEFT_OUT, registry, System::nanoTime), bots)
                .get("/metrics");
    }

    @AfterEach
    void stop() throws InterruptedException {
        release.countDown();
        for (Thread client : clients) {
            client.join();
        }
        bots.close();
    }

    @Test
    void fourAtMostWaitForPagesByNameAndTheWholePageIsForEverybody() throws Exception {
        for (int i = 0; i < 4; i++) {
            ask("cryptobot_up");
        }
        WebResponse tooMany = metrics.apply(request("cryptobot_up"));
        assertThat(tooMany.status()).isEqualTo(429);
        assertThat(new String(tooMany.body(), UTF_8)).isEqualTo("too many pages by name at once\n");
        ask();
        stop();
        assertThat(statuses).containsExactly(200, 200, 200, 200, 200);
        assertThat(metrics.apply(request("cryptobot_up")).status())
                .as("afterwards")
                .isEqualTo(200);
    }

    /** Returns when the client waits: for its turn, or for the page that is being rendered. */
    private void ask(String... names) {
        Thread client =
                new Thread(() -> statuses.add(metrics.apply(request(names)).status()));
        clients.add(client);
        client.start();
        Await.await("the client waits", () -> client.getState() == Thread.State.WAITING);
    }

    private static HttpServletRequest request(String... names) {
        return (HttpServletRequest) Proxy.newProxyInstance(
                HttpServletRequest.class.getClassLoader(),
                new Class<?>[] {HttpServletRequest.class},
                (proxy, method, arguments) -> switch (method.getName()) {
                    case "getHeaders" -> Collections.emptyEnumeration();
                    case "getParameterValues" -> names.length == 0 ? null : names;
                    default -> throw new AssertionError(method);
                });
    }

    private void awaitRelease() {
        try {
            release.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
