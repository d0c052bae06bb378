package io.cryptobot.exporter.status;

import io.cryptobot.exporter.Labelled;

/** The severity of a problem, worst first. */
enum Severity implements Labelled {
    /** Live orders are at stake. */
    CRITICAL,
    /** Wrong, but no live order is at stake at this moment, or not yet. */
    WARNING,
    /** Intended, but not ordinary trading. */
    NOTICE,
    OK;
}
