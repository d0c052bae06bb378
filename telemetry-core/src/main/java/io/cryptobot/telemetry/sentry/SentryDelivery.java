package io.cryptobot.telemetry.sentry;

import static java.util.Objects.requireNonNull;

import io.cryptobot.telemetry.ToolApi;

/**
 * The delivery result of one event. Accepted means that Sentry answered 200 with the id of the event; Sentry stores it
 * later. A listener gets each result of an event once, for example {@link Result#NETWORK} during an outage and then
 * {@link Result#ACCEPTED}.
 *
 * @param eventId the event's id; empty if it has no id
 * @param reason why the event was not accepted, in one line without secrets; empty if it was accepted
 */
@ToolApi
public record SentryDelivery(Result result, String eventId, String reason) {
    /** Also the values of the metric label {@code result}, in lower case. */
    public enum Result {
        /** Sentry has accepted the event; final. */
        ACCEPTED,
        /** Sentry or a proxy rejects this event; final. */
        REJECTED,
        /** Sentry limits the rate (429); the event waits. */
        RATE_LIMITED,
        /** No answer, or Sentry is down (5xx), or a redirect (3xx); the event waits. */
        NETWORK,
        /**
         * Dropped by this process: the queue is full, the event is too old or too large, or the SDK rejects it; final.
         */
        DROPPED,
        /** Only a result of {@link SentryAcknowledgement#await}: there is no answer yet. */
        TIMED_OUT
    }

    public SentryDelivery {
        requireNonNull(result, "result is null");
        requireNonNull(eventId, "eventId is null");
        requireNonNull(reason, "reason is null");
    }

    public boolean accepted() {
        return result == Result.ACCEPTED;
    }
}
