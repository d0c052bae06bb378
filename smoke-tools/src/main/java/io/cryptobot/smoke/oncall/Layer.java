package io.cryptobot.smoke.oncall;

import java.util.Locale;

/** The two people who are on call: one is paged first, the other next. */
public enum Layer {
    PRIMARY,
    SECONDARY;

    /** {@return its key in the rotation file} */
    public String key() {
        return name().toLowerCase(Locale.ROOT);
    }
}
