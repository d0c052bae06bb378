package io.cryptobot.exporter.bots;

import io.cryptobot.exporter.Labelled;

/** The run state of a bot. */
public enum RunState implements Labelled {
    UP("Up"),
    /** It closed its telemetry cleanly. */
    STOPPED("Stopped"),
    /** Its heartbeat stands still, and it did not close its telemetry. */
    CRASHED("Crashed");

    private final String displayName;

    RunState(String displayName) {
        this.displayName = displayName;
    }

    /** {@return the name on the status page} */
    public String displayName() {
        return displayName;
    }
}
