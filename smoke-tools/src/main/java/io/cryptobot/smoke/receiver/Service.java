package io.cryptobot.smoke.receiver;

/** A service that is played here. */
public enum Service {
    SLACK,
    PAGERDUTY,
    SENTRY
}
