package io.cryptobot.smoke.localservices;

/** A service that is played here. */
public enum Service {
    SLACK,
    PAGERDUTY,
    SENTRY
}
