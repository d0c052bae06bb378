package io.cryptobot.exporter.status;

import io.cryptobot.exporter.Labelled;

/** The trading mode that a bot observed last. */
enum ObservedMode implements Labelled {
    LIVE,
    PAPER,
    HALT,
    /** The bot has no mode gate, or its file does not contain exactly one mode. */
    UNKNOWN;

    /** {@return the name on the page} */
    String displayName() {
        return this == UNKNOWN ? "mode unknown" : name();
    }
}
