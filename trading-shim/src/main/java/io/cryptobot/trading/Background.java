package io.cryptobot.trading;

import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Runs tasks again and again, apart from the orders. Thread-safe. */
interface Background extends AutoCloseable {
    /** Runs a task when {@code interval} has passed, and again that long after each end of it, whatever it throws. */
    void every(Duration interval, Runnable task);

    @Override
    void close();

    /** {@return daemon threads; closing interrupts the tasks} */
    static Background threads() {
        return new Threads();
    }

    /** The tasks' own threads. */
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
                } catch (RuntimeException | Error e) { // thrown on, it would end the schedule
                    LOGGER.error("A background task of the orders has failed and is tried again", e);
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
