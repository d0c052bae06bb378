package io.cryptobot.smoke.localservices;

/** A simulated service. */
public enum Service {
    SLACK,
    PAGERDUTY,
    SENTRY
}
