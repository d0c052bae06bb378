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
 * An exchange client that can be replaced under a running bot, whose references to it stay valid. A restart makes a new one,
 * checks it with {@link #ping}, puts it in the old one's place, and closes the old one when its last call has ended; when the
 * new one fails, the old one stays. One restart at a time. Thread-safe if the clients are.
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
     * @param timeout how long making a new one and its sign of life may take
     * @throws OrderException when the first one cannot be made
     */
    public RestartableExchangeClient(ExchangeClientFactory factory, Duration timeout) throws OrderException {
        this.factory = factory;
        this.timeout = timeout;
        this.current = new Generation(1, factory.create());
    }

    /** One client and the calls that it is carrying out. It is closed by whoever ends the last call after its time. */
    private static final class Generation {
        private static final int RETIRED = Integer.MIN_VALUE;

        final int number;
        final ExchangeClient client;
        final Instant since = Instant.now();
        /** Calls under way; negative once the generation is retired. */
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
     * What is in place. Immutable.
     *
     * @param number 1 for the first client, 2 for the one that took its place
     * @param since when it was made
     */
    public record Status(int number, Instant since) {}

    /** {@return what makes the clients} */
    public ExchangeClientFactory factory() {
        return factory;
    }

    /** {@return what is in place} */
    public Status status() {
        Generation generation = current;
        return new Status(generation.number, generation.since);
    }

    /**
     * Puts a new client in place.
     *
     * @throws OrderException when the old one stays, and why; also when a restart is under way
     */
    public Status restart() throws OrderException, InterruptedException {
        if (!restarting.compareAndSet(false, true)) {
            throw new OrderException(FailureReason.REJECTED, "a restart of the exchange client is under way");
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

    /** On a thread of its own: a client that hangs while it is made must not take more with it. */
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
                    FailureReason.NOT_SENT, "the new client gave no sign of life in " + timeout.toSeconds() + " s", e);
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

    /** Ends the client that is in place when its last call has ended. What is called afterwards is not sent. */
    @Override
    public void close() {
        current.retire();
    }
}
