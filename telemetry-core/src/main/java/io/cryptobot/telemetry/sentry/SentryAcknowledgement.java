package io.cryptobot.telemetry.sentry;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** The answer for one error that is logged after it was announced with {@link SentryReporting#expect}. Thread-safe. */
public final class SentryAcknowledgement {
    private final CompletableFuture<SentryDelivery> delivery = new CompletableFuture<>();

    SentryAcknowledgement() {}

    void complete(SentryDelivery result) {
        delivery.complete(result);
    }

    /**
     * {@return what became of the event; {@link SentryDelivery.Result#TIMED_OUT} when nobody knows within the time}
     *
     * @throws InterruptedException when the waiting thread is interrupted
     */
    public SentryDelivery await(Duration timeout) throws InterruptedException {
        try {
            return delivery.get(timeout.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            return new SentryDelivery(
                    SentryDelivery.Result.TIMED_OUT, "", "Sentry did not answer within " + timeout.toMillis() + " ms");
        } catch (ExecutionException e) {
            throw new IllegalStateException("a delivery never fails, it has a result", e);
        }
    }
}
