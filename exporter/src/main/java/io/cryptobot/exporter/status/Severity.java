package io.cryptobot.exporter.status;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;

/** How much something matters, worst first. */
enum Severity {
    /** Live orders are at stake. */
    CRITICAL,
    /** Wrong, but no live order is at stake at this moment, or not yet. */
    WARNING,
    /** As somebody wanted it, but not ordinary trading. */
    NOTICE,
    OK;

    /** {@return how JSON and style sheet call it} */
    @JsonValue
    String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
