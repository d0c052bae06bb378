package io.cryptobot.smoke.localservices;

import java.util.List;

/** Everything that was accepted up to a moment, oldest first. Immutable. */
public record Received(List<SlackMessage> slack, List<PagerDutyEvent> pagerDuty, List<SentryEvent> sentry) {
    public Received {
        slack = List.copyOf(slack);
        pagerDuty = List.copyOf(pagerDuty);
        sentry = List.copyOf(sentry);
    }
}
