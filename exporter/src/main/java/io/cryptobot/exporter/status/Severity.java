package io.cryptobot.exporter.status;

import io.cryptobot.exporter.Labelled;

/** The severity of a problem, worst first. */
enum Severity implements Labelled {
    /** Live orders are at risk. */
    CRITICAL,
    /** A problem, but no live order is at risk now. */
    WARNING,
    /** An intended state, but not normal trading. */
    NOTICE,
    OK;
}
