package io.cryptobot.telemetry.files;

import java.util.Map;
import java.util.regex.Pattern;

/**
 * A bot's instance name: the stem of its files in the run directory and the value of the label {@code bot}. Immutable.
 *
 * @param value 1 to 64 of {@code a-z 0-9 - _}, beginning with a letter or digit, so that it is safe as a file name
 */
public record InstanceName(String value) {
    private static final Pattern VALID = Pattern.compile("[a-z0-9][a-z0-9_-]{0,63}");

    /** The default name of a bot. */
    public static final InstanceName DEFAULT = new InstanceName("cryptobot-desktop");

    public InstanceName {
        if (!VALID.matcher(value).matches()) {
            throw new IllegalArgumentException("instance name must be 1 to 64 of a-z 0-9 - _ and begin with a letter or"
                    + " digit, was '" + value + "'");
        }
    }

    /** {@return the name in {@code CRYPTOBOT_INSTANCE}, or {@link #DEFAULT} if the variable is missing or blank} */
    public static InstanceName from(Map<String, String> environment) {
        String value = environment.getOrDefault("CRYPTOBOT_INSTANCE", "").strip();
        return value.isEmpty() ? DEFAULT : new InstanceName(value);
    }

    @Override
    public String toString() {
        return value;
    }
}
