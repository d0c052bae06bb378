package io.cryptobot.telemetry;

import java.util.Locale;

/** Where an order was executed: the label {@code mode} of every order metric. */
public enum OrderMode {
    /** Sent to the exchange, with real money. */
    LIVE,
    /** Filled by the paper exchange. */
    PAPER;

    /** {@return the label value} */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
