package io.cryptobot.exporter.status;

import com.fasterxml.jackson.annotation.JsonValue;
import io.cryptobot.exporter.bots.Bot;
import java.util.Locale;

/** Whether a bot runs. */
enum Life {
    UP("Up"),
    /** Closed its telemetry in order. */
    STOPPED("Stopped"),
    /** Its heartbeat stands still, and it did not say goodbye. */
    CRASHED("Crashed");

    private final String words;

    Life(String words) {
        this.words = words;
    }

    static Life of(Bot bot) {
        if (bot.up()) {
            return UP;
        }
        return bot.snapshot().owner().cleanExit() ? STOPPED : CRASHED;
    }

    /** {@return how JSON and style sheet call it} */
    @JsonValue
    String label() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** {@return how the page calls it} */
    String words() {
        return words;
    }
}
