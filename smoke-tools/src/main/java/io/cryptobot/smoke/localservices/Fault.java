package io.cryptobot.smoke.localservices;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A fault that is injected into the next requests to a service. Immutable.
 *
 * @param status the status of {@link Behaviour#ANSWER}, else 0
 * @param times how many requests, {@link Integer#MAX_VALUE} for all
 * @param window for how long, from the moment the fault is injected
 */
public record Fault(Service service, Behaviour behaviour, int status, int times, Duration window) {
    /** Longer than any run. */
    static final Duration FOR_GOOD = Duration.ofDays(3650);

    private static final Pattern FORM =
            Pattern.compile("(slack|pagerduty|sentry)=([45][0-9]{2}|hang|reset)(?::([1-9][0-9]{0,8})(ms|s|m)?)?");

    /** What a service does instead of its normal answer. */
    public enum Behaviour {
        /** Answers with an error status. */
        ANSWER,
        /** Takes the request and never answers. */
        HANG,
        /** Takes the request and closes the connection. */
        RESET
    }

    public Fault {
        requireNonNull(service, "service is null");
        requireNonNull(behaviour, "behaviour is null");
        requireNonNull(window, "window is null");
        if (behaviour == Behaviour.ANSWER && (status < 400 || status > 599)) {
            throw new IllegalArgumentException("status must be from 400 to 599, was " + status);
        }
        if (times < 1) {
            throw new IllegalArgumentException("times must be >= 1, was " + times);
        }
    }

    /**
     * {@return the fault that the text describes: {@code slack=429:3} for three requests, {@code sentry=503:10s} for ten
     * seconds, {@code pagerduty=hang} for good}
     */
    public static Fault parse(String text) {
        Matcher form = FORM.matcher(text);
        if (!form.matches()) {
            throw new IllegalArgumentException(
                    "expected slack|pagerduty|sentry=<4xx or 5xx>|hang|reset[:<times>|:<time>], was '" + text + "'");
        }
        Behaviour behaviour = switch (form.group(2)) {
            case "hang" -> Behaviour.HANG;
            case "reset" -> Behaviour.RESET;
            default -> Behaviour.ANSWER;
        };
        boolean timed = form.group(4) != null;
        return new Fault(
                Service.valueOf(form.group(1).toUpperCase(Locale.ROOT)),
                behaviour,
                behaviour == Behaviour.ANSWER ? Integer.parseInt(form.group(2)) : 0,
                form.group(3) == null || timed ? Integer.MAX_VALUE : Integer.parseInt(form.group(3)),
                timed ? window(Long.parseLong(form.group(3)), form.group(4)) : FOR_GOOD);
    }

    private static Duration window(long amount, String unit) {
        Duration window = switch (unit) {
            case "ms" -> Duration.ofMillis(amount);
            case "s" -> Duration.ofSeconds(amount);
            default -> Duration.ofMinutes(amount);
        };
        return window.compareTo(FOR_GOOD) > 0 ? FOR_GOOD : window;
    }
}
