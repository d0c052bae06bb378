package io.cryptobot.telemetry.sentry;

import static java.util.Objects.requireNonNull;

/**
 * What became of one event. Accepted means that Sentry answered 200 for it; storing it is Sentry's own next step.
 *
 * @param eventId the event's id, empty when the event never got one
 * @param reason why it was not accepted, in one line without secrets; empty when it was
 */
public record SentryDelivery(Result result, String eventId, String reason) {
    /** Also the values of the metric label {@code result}, in lower case. */
    public enum Result {
        ACCEPTED,
        REJECTED,
        RATE_LIMITED,
        UNREACHABLE,
        DROPPED,
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
