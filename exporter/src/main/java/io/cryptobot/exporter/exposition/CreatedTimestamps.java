package io.cryptobot.exporter.exposition;

/**
 * Switches creation timestamps on or off. They are one more series for each counter, histogram and summary with the
 * time when its count began.
 */
public enum CreatedTimestamps {
    SHOWN,
    LEFT_OUT
}
