package io.cryptobot.trading.order;

import io.cryptobot.telemetry.Internal;
import io.cryptobot.trading.ExchangeClient;
import io.cryptobot.trading.ExchangeClientFactory;
import io.cryptobot.trading.FailureReason;
import io.cryptobot.trading.OrderException;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An exchange client that can be restarted while the bot runs; the bot keeps its reference to this object. A restart
 * makes a new client, checks it with {@link #ping} and replaces the old client. The old client is closed when its last
 * call has ended. If the new client fails, the old client stays. Only one restart runs at a time. Thread-safe if the
 * clients are thread-safe.
 */
@Internal
public final class RestartableExchangeClient extends ForwardingExchangeClient {
    private static final Logger LOGGER = LoggerFactory.getLogger(RestartableExchangeClient.class);

    private final ExchangeClientFactory factory;
    private final Duration timeout;
    private final AtomicBoolean restarting = new AtomicBoolean();
    private volatile Generation current;

    /**
     * Makes the first client.
     *
     * @param timeout the maximum time to make a new client and to ping it
     * @throws OrderException if the first client cannot be made
     */
    public RestartableExchangeClient(ExchangeClientFactory factory, Duration timeout) throws OrderException {
        this.factory = factory;
        this.timeout = timeout;
        this.current = new Generation(1, factory.create());
    }

    /**
     * One client and the number of its running calls. After a restart the thread that ends the last call closes the
     * client.
     */
    private static final class Generation {
        private static final int RETIRED = Integer.MIN_VALUE;

        final int number;
        final ExchangeClient client;
        final Instant since = Instant.now();
        /** Number of running calls; negative after {@link #retire}. */
        private final AtomicInteger calls = new AtomicInteger();

        Generation(int number, ExchangeClient client) {
            this.number = number;
            this.client = client;
        }

        boolean enter() {
            if (calls.incrementAndGet() > 0) {
                return true;
            }
            exit();
            return false;
        }

        void exit() {
            if (calls.decrementAndGet() == RETIRED) {
                close();
            }
        }

        void retire() {
            if (calls.getAndAdd(RETIRED) == 0) {
                close();
            }
        }

        private void close() {
            try {
                client.close();
            } catch (RuntimeException e) {
                LOGGER.warn("The old exchange client could not be closed", e);
            }
        }
    }

    /**
     * The current client. Immutable.
     *
     * @param number 1 for the first client, 2 after the first restart
     * @param since the time when the client was made
     */
    public record Status(int number, Instant since) {}

    /** {@return the factory of the clients} */
    public ExchangeClientFactory factory() {
        return factory;
    }

    /** {@return number and start time of the current client} */
    public Status status() {
        Generation generation = current;
        return new Status(generation.number, generation.since);
    }

    /**
     * Replaces the client by a new one.
     *
     * @throws OrderException if the new client fails, so the old client stays, or if another restart is running
     */
    public Status restart() throws OrderException, InterruptedException {
        if (!restarting.compareAndSet(false, true)) {
            throw new OrderException(FailureReason.REJECTED, "another restart of the exchange client is running");
        }
        try {
            Generation old = current;
            current = new Generation(old.number + 1, makeInTime());
            old.retire();
            return status();
        } finally {
            restarting.set(false);
        }
    }

    /** Makes the client on a separate thread, so that a constructor that hangs blocks only this thread. */
    private ExchangeClient makeInTime() throws OrderException, InterruptedException {
        AtomicBoolean abandoned = new AtomicBoolean();
        FutureTask<ExchangeClient> task = new FutureTask<>(() -> make(abandoned));
        Thread thread = new Thread(task, "cryptobot-client-restart");
        thread.setDaemon(true);
        thread.start();
        try {
            return task.get(timeout.toNanos(), TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
            abandoned.set(true);
            thread.interrupt();
            throw new OrderException(
                    FailureReason.NOT_SENT,
                    "the new client did not answer the ping within " + timeout.toSeconds() + " s",
                    e);
        } catch (ExecutionException e) {
            Throwable cause = e.getCause() == null ? e : e.getCause();
            throw new OrderException(
                    FailureReason.NOT_SENT,
                    cause.getMessage() == null ? cause.toString() : String.valueOf(cause.getMessage()),
                    cause);
        }
    }

    private ExchangeClient make(AtomicBoolean abandoned) throws OrderException {
        ExchangeClient made = factory.create();
        boolean good = false;
        try {
            made.ping();
            good = !abandoned.get();
        } finally {
            if (!good) {
                made.close();
            }
        }
        return made;
    }

    @Override
    <T> T forward(Operation operation, Call<T> call) throws OrderException {
        Generation generation = current;
        while (!generation.enter()) {
            if (generation == current) {
                throw new OrderException(FailureReason.NOT_SENT, "the exchange client is closed");
            }
            generation = current;
        }
        try {
            return call.on(generation.client);
        } finally {
            generation.exit();
        }
    }

    @Override
    ExchangeClient delegate() {
        return current.client;
    }

    /** Closes the current client after its last running call. Later calls fail and are not sent. */
    @Override
    public void close() {
        current.retire();
    }
}
