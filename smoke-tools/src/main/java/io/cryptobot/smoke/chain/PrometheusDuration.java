package io.cryptobot.smoke.chain;

import java.time.Duration;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Durations as Prometheus and Alertmanager write them: {@code 900ms}, {@code 1h30m}, {@code 0s}. Stateless. */
public final class PrometheusDuration {
    private static final Pattern WHOLE = Pattern.compile("(?:[0-9]{1,9}(?:ms|[smhdwy]))+");
    private static final Pattern PART = Pattern.compile("([0-9]+)(ms|[smhdwy])");
    private static final Map<String, Duration> UNITS = Map.of(
            "ms", Duration.ofMillis(1),
            "s", Duration.ofSeconds(1),
            "m", Duration.ofMinutes(1),
            "h", Duration.ofHours(1),
            "d", Duration.ofDays(1),
            "w", Duration.ofDays(7),
            "y", Duration.ofDays(365));

    private PrometheusDuration() {}

    /**
     * {@return the duration}
     *
     * @throws IllegalArgumentException if the text is not a duration
     */
    public static Duration parse(String text) {
        if (!WHOLE.matcher(text).matches()) {
            throw new IllegalArgumentException("expected a duration such as 500ms, 15s, 2m or 6h, was '" + text + "'");
        }
        Duration sum = Duration.ZERO;
        Matcher part = PART.matcher(text);
        while (part.find()) {
            sum = sum.plus(
                    UNITS.getOrDefault(part.group(2), Duration.ZERO).multipliedBy(Long.parseLong(part.group(1))));
        }
        return sum;
    }

    /** {@return the duration for a line of output} */
    static String show(Duration duration) {
        return duration.toMillis() % 1000 == 0 ? duration.toSeconds() + "s" : duration.toMillis() + "ms";
    }
}
