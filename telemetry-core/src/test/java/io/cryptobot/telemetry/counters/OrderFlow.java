package io.cryptobot.telemetry.counters;

import static io.cryptobot.testing.Await.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.cryptobot.telemetry.OrderMetrics;
import io.cryptobot.telemetry.OrderMode;
import io.cryptobot.telemetry.Telemetry;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/** A trading thread whose orders fail, one after the other; what is thrown at it is kept. Thread-safe. */
final class OrderFlow implements AutoCloseable {
    private final AtomicLong attempted = new AtomicLong();
    private final AtomicLong counted = new AtomicLong();
    private final List<Throwable> thrown = new CopyOnWriteArrayList<>();
    private final Thread thread;
    private volatile boolean stopped;

    OrderFlow(Telemetry telemetry) {
        thread = new Thread(() -> flow(telemetry), "trading");
        thread.start();
    }

    /** Counts this many failed orders in the calling thread. */
    static void count(Telemetry telemetry, long orders) {
        OrderMetrics live = telemetry.orders(OrderMode.LIVE);
        for (long order = 0; order < orders; order++) {
            live.submitted().inc();
            live.failed().inc();
            live.latency().recordNanos(1);
        }
    }

    private void flow(Telemetry telemetry) {
        while (!stopped) {
            try {
                flowUntilStopped(telemetry);
            } catch (Throwable e) { // may be late, anywhere in the loop
                thrown.add(e);
            }
        }
    }

    private void flowUntilStopped(Telemetry telemetry) {
        while (!stopped) {
            attempted.incrementAndGet();
            count(telemetry, 1);
            counted.incrementAndGet();
            telemetry.tradingLoopBeat();
            if (attempted.get() % 20 == 0) {
                LockSupport.parkNanos(1_000_000);
            }
        }
    }

    long counted() {
        return counted.get();
    }

    long attempted() {
        return attempted.get();
    }

    /** {@return how often something was thrown at the trading thread} */
    int thrown() {
        return thrown.size();
    }

    void letSome() {
        long until = attempted() + 500;
        await("500 orders were tried", () -> attempted() >= until);
    }

    void stop() throws InterruptedException {
        stopAfter(0);
    }

    void stopAfter(int mostThrown) throws InterruptedException {
        stopped = true;
        thread.join();
        assertThat(thrown).as("thrown at the trading thread").hasSizeLessThanOrEqualTo(mostThrown);
        assertThat(thrown).allMatch(InternalError.class::isInstance);
    }

    @Override
    public void close() {
        stopped = true;
    }
}
