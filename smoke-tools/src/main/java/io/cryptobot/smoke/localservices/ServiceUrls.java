package io.cryptobot.smoke.localservices;

import java.net.URI;

/** The addresses of the local receivers, for the configuration of the other parts of the chain. Immutable. */
public record ServiceUrls(URI base) {
    /** {@return the incoming webhook, for Alertmanager's {@code api_url}} */
    public String slack() {
        return base.resolve(SlackEndpoint.WEBHOOK_PATH).toString();
    }

    /** {@return the events address, for Alertmanager's {@code pagerduty_url}; it takes any routing key of 32 characters} */
    public String pagerDuty() {
        return base.resolve(PagerDutyEndpoint.PATH).toString();
    }

    public String sentryDsn() {
        return "http://" + SentryEndpoint.PUBLIC_KEY + "@" + base.getAuthority() + "/" + SentryEndpoint.PROJECT;
    }

    /** {@return the page for people} */
    public String page() {
        return base.resolve("/").toString();
    }
}
