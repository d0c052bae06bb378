package io.cryptobot.exporter;

import java.time.Duration;

/**
 * Times that are no matter of configuration; only tests have others, so as not to wait. Immutable.
 *
 * @param betweenLooks between two looks at the files of the web configuration
 * @param answerTimeout how long a client may take to take its answer
 */
record Pace(Duration betweenLooks, Duration answerTimeout) {
    /** Prometheus waits ten seconds for a scrape unless it is told otherwise. */
    static final Pace SHIPPED = new Pace(Duration.ofSeconds(1), Duration.ofSeconds(10));
}
