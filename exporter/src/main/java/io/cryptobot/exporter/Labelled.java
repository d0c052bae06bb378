package io.cryptobot.exporter;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;

/** An enum whose constants have a name in lower case in JSON, in labels and in the style sheet. */
public interface Labelled {
    /** {@return the constant's name in Java} */
    String name();

    /** {@return the constant's name in lower case} */
    @JsonValue
    default String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
