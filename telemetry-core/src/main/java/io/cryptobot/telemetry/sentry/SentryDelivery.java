package io.cryptobot.telemetry.sentry;

import static java.util.Objects.requireNonNull;

/**
 * What became of one event. Accepted means that Sentry answered 200 and named the event; storing it is Sentry's own next
 * step. An event is told of once for each result: one that waits out an outage as {@link Result#NETWORK} and then as {@link
 * Result#ACCEPTED}.
 *
 * @param eventId the event's id, empty when the event never got one
 * @param reason why it was not accepted, in one line without secrets; empty when it was
 */
public record SentryDelivery(Result result, String eventId, String reason) {
    /** Also the values of the metric label {@code result}, in lower case. */
    public enum Result {
        /** Sentry has it; final. */
        ACCEPTED,
        /** Sentry, or what stands in its place, refuses this event for good; final. */
        REJECTED,
        /** Sentry wants to be left alone for a while (429); the event waits. */
        RATE_LIMITED,
        /** No answer, or that of a Sentry that is down (5xx) or behind a page of its own (3xx); the event waits. */
        NETWORK,
        /** Given up on this side: no room, too old, too large, or a decision of the SDK; final. */
        DROPPED,
        /** Never an event's result, only that of {@link SentryAcknowledgement#await}: nobody knows yet. */
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
