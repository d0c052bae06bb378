package io.cryptobot.smoke.receiver;

import static java.util.Objects.requireNonNull;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** An order to answer the next requests to a service with an error, whatever they contain. Immutable. */
public record Fault(Service service, int status, int times) {
    private static final Pattern FORM =
            Pattern.compile("(slack|pagerduty|sentry)=([45][0-9]{2})(?::([1-9][0-9]{0,8}))?");

    public Fault {
        requireNonNull(service, "service is null");
        if (status < 400 || status > 599) {
            throw new IllegalArgumentException("status must be from 400 to 599, was " + status);
        }
        if (times < 1) {
            throw new IllegalArgumentException("times must be >= 1, was " + times);
        }
    }

    /** {@return the fault that the text describes, {@code slack=429:3}; without a number it stays for good} */
    public static Fault parse(String text) {
        Matcher form = FORM.matcher(text);
        if (!form.matches()) {
            throw new IllegalArgumentException(
                    "expected slack|pagerduty|sentry=<4xx or 5xx>[:<times>], was '" + text + "'");
        }
        int times = form.group(3) == null ? Integer.MAX_VALUE : Integer.parseInt(form.group(3));
        return new Fault(
                Service.valueOf(form.group(1).toUpperCase(Locale.ROOT)), Integer.parseInt(form.group(2)), times);
    }
}
