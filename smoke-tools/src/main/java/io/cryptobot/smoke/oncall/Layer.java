package io.cryptobot.smoke.oncall;

import java.util.Locale;

/** The two people on call at any moment: who is paged first, and who next. */
public enum Layer {
    PRIMARY,
    SECONDARY;

    /** {@return its key in the rotation file} */
    public String key() {
        return name().toLowerCase(Locale.ROOT);
    }
}
