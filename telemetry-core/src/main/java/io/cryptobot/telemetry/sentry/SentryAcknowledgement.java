package io.cryptobot.telemetry.sentry;

import io.cryptobot.telemetry.ToolApi;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * The future delivery result of one error; create it with {@link SentryReporting#acknowledgementOf}, then log the
 * error. Thread-safe.
 */
@ToolApi
public final class SentryAcknowledgement {
    private final CompletableFuture<SentryDelivery> delivery = new CompletableFuture<>();

    SentryAcknowledgement() {}

    void complete(SentryDelivery result) {
        delivery.complete(result);
    }

    /**
     * {@return the delivery result; {@link SentryDelivery.Result#TIMED_OUT} after the timeout}
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
