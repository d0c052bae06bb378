package io.cryptobot.telemetry.sentry;

import static io.cryptobot.telemetry.sentry.SentryDelivery.Result.ACCEPTED;
import static io.cryptobot.telemetry.sentry.SentryDelivery.Result.DROPPED;
import static io.cryptobot.telemetry.sentry.SentryDelivery.Result.RATE_LIMITED;
import static io.cryptobot.telemetry.sentry.SentryDelivery.Result.REJECTED;
import static io.cryptobot.telemetry.sentry.SentryDelivery.Result.UNREACHABLE;

import io.sentry.DataCategory;
import io.sentry.Hint;
import io.sentry.ILogger;
import io.sentry.SentryEvent;
import io.sentry.SentryLevel;
import io.sentry.SentryOptions;
import io.sentry.TypeCheckHint;
import io.sentry.clientreport.DiscardReason;
import io.sentry.hints.Retryable;
import io.sentry.hints.SubmissionResult;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Finds out for each event whether Sentry accepted it. The SDK's public interface cannot tell: capturing returns an id before
 * anything is sent, and flushing returns nothing. Its transport does call back the hint of an event, and it says on its
 * log and through the discard callback, on the same thread and before that, why it failed.
 *
 * <p>The only class that uses those internals; {@code SentryReportingIT} breaks when an SDK upgrade changes them.
 */
final class DeliveryTracker implements ILogger, SentryOptions.OnDiscardCallback {
    private static final Pattern HTTP_STATUS = Pattern.compile("(?:API returned|response code) (-?\\d+)");

    private final ThreadLocal<Failure> failure = ThreadLocal.withInitial(Failure::new);

    private static final class Failure {
        int httpStatus;

        @Nullable
        DiscardReason discarded;
    }

    /** Calls the listener with the event's fate, unless the event's hint is already in use (a crash has its own). */
    void track(SentryEvent event, Hint hint, Consumer<SentryDelivery> listener) {
        if (hint.get(TypeCheckHint.SENTRY_TYPE_CHECK_HINT) == null) {
            hint.set(TypeCheckHint.SENTRY_TYPE_CHECK_HINT, new Fate(String.valueOf(event.getEventId()), listener));
        }
    }

    @Override
    public void execute(DiscardReason reason, DataCategory category, Long count) {
        failure.get().discarded = reason;
    }

    @Override
    public void log(SentryLevel level, String message, @Nullable Object... arguments) {
        // a message of nothing but an argument is the server's own text
        note(arguments.length == 1 && message.length() > 2 ? message.replace("%s", "" + arguments[0]) : message);
    }

    @Override
    public void log(SentryLevel level, String message, @Nullable Throwable throwable) {
        note(message);
    }

    @Override
    public void log(SentryLevel level, @Nullable Throwable throwable, String message, @Nullable Object... arguments) {
        note(message);
    }

    @Override
    public boolean isEnabled(@Nullable SentryLevel level) {
        return level == SentryLevel.ERROR;
    }

    /** Keeps the number and nothing else: the SDK's log contains the DSN. */
    private void note(String line) {
        Matcher status = HTTP_STATUS.matcher(line);
        if (status.find()) {
            failure.get().httpStatus = Integer.parseInt(status.group(1));
        }
    }

    private SentryDelivery failed(String eventId, boolean networkFailed) {
        Failure cause = failure.get();
        if (cause.discarded == DiscardReason.RATELIMIT_BACKOFF || cause.httpStatus == 429) {
            return new SentryDelivery(RATE_LIMITED, eventId, "Sentry limits the rate of events (HTTP 429)");
        }
        if (cause.httpStatus > 0) {
            return new SentryDelivery(REJECTED, eventId, "Sentry answered HTTP " + cause.httpStatus + hint(cause));
        }
        if (networkFailed || cause.httpStatus < 0) {
            return new SentryDelivery(
                    UNREACHABLE, eventId, "no answer from Sentry (connection refused, broken, or too slow)");
        }
        String why = cause.discarded == null ? "the queue is full or closed" : cause.discarded.getReason();
        return new SentryDelivery(DROPPED, eventId, "not sent: " + why);
    }

    private static String hint(Failure cause) {
        return switch (cause.httpStatus) {
            case 401, 403 -> ": the DSN's key or project is not accepted";
            case 404 -> ": no such project at this address";
            case 413 -> ": the event is too large";
            default -> "";
        };
    }

    /**
     * The transport reports a failed connection first and the result last, but a full queue the other way round; both name a
     * result, and that is what counts.
     */
    private final class Fate implements SubmissionResult, Retryable {
        private final String eventId;
        private final Consumer<SentryDelivery> listener;
        private volatile boolean success;
        private volatile boolean retry;

        Fate(String eventId, Consumer<SentryDelivery> listener) {
            this.eventId = eventId;
            this.listener = listener;
        }

        @Override
        public void setResult(boolean accepted) {
            success = accepted;
            SentryDelivery fate = accepted ? new SentryDelivery(ACCEPTED, eventId, "") : failed(eventId, retry);
            failure.remove();
            listener.accept(fate);
        }

        @Override
        public boolean isSuccess() {
            return success;
        }

        @Override
        public void setRetry(boolean retry) {
            this.retry = retry;
        }

        @Override
        public boolean isRetry() {
            return retry;
        }
    }
}
