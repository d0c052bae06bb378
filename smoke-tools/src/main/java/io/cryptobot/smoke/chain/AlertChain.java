package io.cryptobot.smoke.chain;

import com.fasterxml.jackson.databind.JsonNode;
import io.cryptobot.smoke.chain.Hop.Evidence;
import io.cryptobot.smoke.check.CheckResult;
import io.cryptobot.telemetry.MetricCatalog;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Follows the failed orders of one bot from its counter to the people's messages. Every hop is looked at until it shows
 * what it should, or its time is over; then the cause is looked for. Confined to one thread.
 */
public final class AlertChain {
    /** The alert that failed orders raise. */
    public static final String ALERT = "CryptobotOrderFailureRateHigh";

    /** So many failed orders within five minutes make the rule true: increase() extrapolates 3 to more than 3. */
    public static final int FIRING_FROM = 3;

    private static final String FAILED = MetricCatalog.ORDERS_FAILED.prometheusName();

    private final ChainAddresses addresses;
    private final FailingBot bot;
    private final Duration hopTimeout;
    private final PrometheusApi prometheus;
    private final AlertmanagerApi alertmanager;

    /** @param hopTimeout how long each hop may take */
    public AlertChain(ChainAddresses addresses, FailingBot bot, Duration hopTimeout) {
        this.addresses = addresses;
        this.bot = bot;
        this.hopTimeout = hopTimeout;
        this.prometheus = new PrometheusApi(addresses.prometheus());
        this.alertmanager = new AlertmanagerApi(addresses.alertmanager());
    }

    /**
     * Waits until Prometheus has a sample of the bot's failed orders, which must be before the first failure: a counter
     * that is born above 0 raises no alert.
     */
    public CheckResult zeroSample() throws InterruptedException {
        return await(
                Instant.now(),
                "zero-sample",
                "Prometheus has the counter before the first failure",
                () -> scraped(0),
                () -> prometheus.problem(ALERT).orElse("the bot's series are not on the exporter's page"));
    }

    /** {@return the hop exporter: its page shows at least so many failed orders} */
    public CheckResult exporter(long failedOrders, Instant start) throws InterruptedException {
        Pattern sample = Pattern.compile(
                "^" + FAILED + "\\{" + Pattern.quote(bot.selector()) + ",?\\} ([0-9.E]+)$", Pattern.MULTILINE);
        URI page = addresses.exporter().resolve("/metrics");
        return await(
                start,
                "exporter",
                "exporter shows the failed orders",
                () -> {
                    Matcher found = sample.matcher(HttpProbe.get(page));
                    return found.find() ? atLeast(failedOrders, Double.parseDouble(found.group(1))) : Optional.empty();
                },
                () -> page + " does not show " + failedOrders + " failed orders of " + bot.name());
    }

    /** {@return the hop Prometheus: it has scraped at least so many failed orders} */
    public CheckResult prometheus(long failedOrders, Instant start) throws InterruptedException {
        return await(
                start,
                "prometheus",
                "Prometheus has scraped them",
                () -> scraped(failedOrders),
                () -> prometheus.problem(ALERT).orElse("the scraped value stays below " + failedOrders));
    }

    /** {@return the hop rule: the alert is firing} */
    public CheckResult rule(Instant start) throws InterruptedException {
        return await(
                start,
                "rule",
                "rule fires",
                () -> prometheus.alertState(ALERT, bot).equals("firing")
                        ? Evidence.of("alert", ALERT)
                        : Optional.empty(),
                () -> prometheus.problem(ALERT).orElse("the rule's expression is not true"));
    }

    /** {@return the hop Alertmanager: it has the alert, neither silenced nor inhibited} */
    public CheckResult alertmanager(Instant start) throws InterruptedException {
        return await(
                start,
                "alertmanager",
                "Alertmanager routes it",
                () -> alertmanager
                        .alert(ALERT, bot)
                        .filter(AlertmanagerApi::isActive)
                        .flatMap(alert -> Evidence.of("receivers", AlertmanagerApi.receivers(alert))),
                () -> alertmanager
                        .alert(ALERT, bot)
                        .map(alert -> "the alert is "
                                + alert.path("status").path("state").asText() + ", silenced by "
                                + alert.path("status").path("silencedBy") + ", inhibited by "
                                + alert.path("status").path("inhibitedBy"))
                        .orElse(
                                prometheus.alertmanagers() == 0
                                        ? "Prometheus knows no Alertmanager"
                                        : "the alert has not arrived at " + addresses.alertmanager()));
    }

    /** {@return the hop Slack: the local receiver has the message; its evidence is channel, title and text} */
    public CheckResult slack(Instant start) throws InterruptedException {
        return await(
                start,
                "slack",
                "Slack has the message",
                () -> {
                    for (JsonNode message : received().path("slack")) {
                        JsonNode attachment =
                                message.path("payload").path("attachments").path(0);
                        String title = attachment.path("title").asText();
                        String text = attachment.path("text").asText();
                        if (title.startsWith("[FIRING") && title.contains(ALERT) && bot.isNamedIn(text)) {
                            Map<String, String> values = new LinkedHashMap<>();
                            values.put(
                                    "channel",
                                    message.path("payload").path("channel").asText());
                            values.put("title", title);
                            values.put("text", text);
                            return Optional.of(new Evidence(values, receivedAt(message)));
                        }
                    }
                    return Optional.empty();
                },
                () -> sent("slack"));
    }

    /** {@return the hop PagerDuty: the local receiver has the trigger} */
    public CheckResult pagerDuty(Instant start) throws InterruptedException {
        return await(
                start,
                "pagerduty",
                "PagerDuty has the incident",
                () -> {
                    for (JsonNode event : received().path("pagerduty")) {
                        String summary = event.path("payload")
                                .path("payload")
                                .path("summary")
                                .asText();
                        if (event.path("payload").path("event_action").asText().equals("trigger")
                                && summary.contains(ALERT)
                                && bot.isNamedIn(summary)) {
                            return Optional.of(new Evidence(Map.of("summary", summary), receivedAt(event)));
                        }
                    }
                    return Optional.empty();
                },
                () -> sent("pagerduty"));
    }

    /** {@return the hop Slack as far as Alertmanager itself can tell: one more message was accepted} */
    public CheckResult slackByCounters(NotificationCount before, Instant start) throws InterruptedException {
        return await(
                start,
                "slack",
                "Slack has accepted a message from Alertmanager",
                () -> {
                    NotificationCount now = alertmanager.notifications("slack");
                    return now.accepted() > before.accepted()
                            ? Evidence.of("accepted", Long.toString(now.accepted() - before.accepted()))
                            : Optional.empty();
                },
                () -> sent("slack"));
    }

    /**
     * {@return Alertmanager's own count of what it sent to Slack}
     *
     * @throws IOException when Alertmanager does not answer
     */
    public NotificationCount slackNotifications() throws IOException, InterruptedException {
        return alertmanager.notifications("slack");
    }

    private CheckResult await(Instant start, String id, String title, Hop.Look look, Hop.Cause cause)
            throws InterruptedException {
        return new Hop(id, title, look, cause).await(start, hopTimeout);
    }

    private Optional<Evidence> scraped(long failedOrders) throws IOException, InterruptedException {
        OptionalDouble value = prometheus.query(FAILED + "{" + bot.selector() + "}");
        return value.isPresent() ? atLeast(failedOrders, value.getAsDouble()) : Optional.empty();
    }

    private static Optional<Evidence> atLeast(long wanted, double value) {
        return value >= wanted ? Evidence.of("failed", Long.toString(Math.round(value))) : Optional.empty();
    }

    private JsonNode received() throws IOException, InterruptedException {
        URI receivers = Objects.requireNonNull(addresses.receivers(), "receivers is null");
        return HttpProbe.json(receivers.resolve("/_received"));
    }

    private static Optional<Instant> receivedAt(JsonNode entry) {
        return Optional.of(Instant.parse(entry.path("received_at").asText()));
    }

    private String sent(String integration) throws IOException, InterruptedException {
        NotificationCount count = alertmanager.notifications(integration);
        return "Alertmanager has made " + count.answered() + " requests to " + integration + ", " + count.failed()
                + " of them failed";
    }
}
