package io.cryptobot.trading;

import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Runs periodic tasks, separate from the order threads. Thread-safe. */
interface Background extends AutoCloseable {
    /**
     * Runs a task first after {@code interval}, and then each time {@code interval} after its last end. An exception of
     * the task does not stop the repetition.
     */
    void every(Duration interval, Runnable task);

    @Override
    void close();

    /** {@return a scheduler with daemon threads} {@link #close} interrupts the tasks. */
    static Background threads() {
        return new Threads();
    }

    /** A scheduler with its own threads. */
    final class Threads implements Background {
        private static final Logger LOGGER = LoggerFactory.getLogger(Background.class);
        private static final int COUNT = 3;

        private final ScheduledExecutorService executor = Executors.newScheduledThreadPool(COUNT, task -> {
            Thread thread = new Thread(task, "cryptobot-orders");
            thread.setDaemon(true);
            return thread;
        });

        private Threads() {}

        @Override
        public void every(Duration interval, Runnable task) {
            Runnable survivor = () -> {
                try {
                    task.run();
                } catch (RuntimeException | Error e) { // an exception that leaves the task would stop the repetition
                    LOGGER.error("A background task for orders has failed; it will run again", e);
                }
            };
            var unused = executor.scheduleWithFixedDelay(
                    survivor, interval.toMillis(), interval.toMillis(), TimeUnit.MILLISECONDS);
        }

        @Override
        public void close() {
            executor.shutdownNow();
        }
    }
}
