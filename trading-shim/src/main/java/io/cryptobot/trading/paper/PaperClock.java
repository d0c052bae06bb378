package io.cryptobot.trading.paper;

import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** The time of the paper exchange. Implementations are thread-safe. */
interface PaperClock {
    /** {@return ns since the Unix epoch; never runs backwards} */
    long nanos();

    /** Waits until this time. */
    void sleepUntil(long nanos) throws InterruptedException;

    /** {@return the result of another thread; throws if it is not there in time} */
    <T> T await(Future<T> future, Duration atMost) throws InterruptedException, ExecutionException, TimeoutException;

    /** {@return a clock that starts with the machine's time and then follows the monotonic clock} */
    static PaperClock system() {
        long origin = TimeUnit.MILLISECONDS.toNanos(System.currentTimeMillis()) - System.nanoTime();
        return new PaperClock() {
            @Override
            public long nanos() {
                return origin + System.nanoTime();
            }

            @Override
            public void sleepUntil(long nanos) throws InterruptedException {
                for (long left = nanos - nanos(); left > 0; left = nanos - nanos()) {
                    TimeUnit.NANOSECONDS.sleep(left);
                }
            }

            @Override
            public <T> T await(Future<T> future, Duration atMost)
                    throws InterruptedException, ExecutionException, TimeoutException {
                return future.get(atMost.toNanos(), TimeUnit.NANOSECONDS);
            }
        };
    }
}
