package io.cryptobot.exporter.exposition;

/** Whether the exposition tells when each count began, as one more series for each counter, histogram and summary. */
public enum CreatedTimestamps {
    SHOWN,
    LEFT_OUT
}
