package io.cryptobot.smoke.chain;

import static io.cryptobot.smoke.chain.Stage.Finding.broken;
import static io.cryptobot.smoke.chain.Stage.Finding.late;

import com.fasterxml.jackson.databind.JsonNode;
import io.cryptobot.smoke.chain.Stage.Evidence;
import io.cryptobot.smoke.chain.Stage.Finding;
import io.cryptobot.smoke.cli.CheckResult;
import io.cryptobot.smoke.cli.CheckResult.Status;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Follows the failed orders of one bot from the exporter to the messages in Slack and PagerDuty. Each stage is polled until it
 * passes or times out; then the cause is determined. Confined to one thread.
 */
public final class AlertChain {
    /** The alert that failed orders raise. */
    public static final String ALERT = "CryptobotOrderFailureRateHigh";

    /** The number of failed orders in five minutes that makes the rule true: increase() extrapolates 3 to more than 3. */
    public static final int FIRING_FROM = 3;

    private final ChainAddresses addresses;
    private final FailingBot bot;
    private final Duration stageTimeout;
    private final PrometheusApi prometheus;
    private final AlertmanagerApi alertmanager;
    private final ExporterPage page;
    private final ReceivedAlert received;

    /** Whether the alert must page somebody, or must not. */
    public enum Pager {
        PAGED,
        SPARED
    }

    /**
     * The failed orders that are followed.
     *
     * @param counted the lowest value that the exporter must show
     * @param scraped the lowest value that Prometheus must have; it may be lower, because more orders can fail meanwhile
     * @param start when the last of them had failed
     * @param slackBefore the messages that Alertmanager had sent to Slack before the first
     */
    public record Failures(long counted, long scraped, Instant start, NotificationCount slackBefore) {}

    /** @param stageTimeout how long each stage may take */
    public AlertChain(ChainAddresses addresses, FailingBot bot, Duration stageTimeout) {
        this.addresses = addresses;
        this.bot = bot;
        this.stageTimeout = stageTimeout;
        this.prometheus = new PrometheusApi(addresses.prometheus());
        this.alertmanager = new AlertmanagerApi(addresses.alertmanager());
        this.page = ExporterPage.of(addresses.exporter());
        this.received = new ReceivedAlert(addresses.receivers(), ALERT, bot);
    }

    private interface Step {
        CheckResult run() throws InterruptedException;
    }

    /**
     * Runs the stages in order and stops at the first that does not pass.
     *
     * @param show gets each result
     * @return whether all have passed
     */
    public boolean follow(Failures failures, Pager pager, Consumer<CheckResult> show) throws InterruptedException {
        Instant start = failures.start();
        List<Step> steps = List.of(
                () -> exporter(failures.counted(), start),
                () -> prometheus(failures.scraped(), start),
                () -> rule(start),
                () -> alertmanager(start),
                () -> addresses.receivers() == null
                        ? slackByCounters(failures.slackBefore(), start)
                        : slack(failures.slackBefore(), start),
                () -> pager == Pager.PAGED ? pagerDuty(start) : nobodyPaged(start));
        for (Step step : steps) {
            CheckResult result = step.run();
            show.accept(result);
            if (result.status() != Status.PASS) {
                return false;
            }
        }
        return true;
    }

    /**
     * Waits until Prometheus has a sample of the bot's failed orders, which must be before the first failure: a counter whose
     * first sample is above 0 raises no alert.
     */
    public CheckResult zeroSample() throws InterruptedException {
        return await(
                Instant.now(),
                "zero-sample",
                "Prometheus has the counter before the first failure",
                () -> scraped(0),
                () -> {
                    Optional<String> problem = prometheus.problem(ALERT);
                    if (problem.isPresent()) {
                        return broken(problem.get());
                    }
                    return page.failedOrders(bot).isEmpty()
                            ? broken("the bot's series are not on the exporter's page")
                            : late("the bot is on the exporter's page, and Prometheus has not scraped it");
                },
                "give the exporter and this command the same CRYPTOBOT_RUN_DIR; look at " + addresses.prometheus()
                        + "/targets");
    }

    /** {@return the labels that Prometheus has given the bot's failed orders; empty if it has none} */
    public Map<String, String> seriesLabels() throws IOException, InterruptedException {
        return prometheus
                .query(bot.failedOrders())
                .map(PrometheusApi.Sample::labels)
                .orElse(Map.of());
    }

    /** {@return the stage exporter: it shows at least that many failed orders} */
    CheckResult exporter(long failedOrders, Instant start) throws InterruptedException {
        return await(
                start,
                "exporter",
                "exporter shows the failed orders",
                () -> page.failedOrders(bot).flatMap(failed -> atLeast(failedOrders, failed)),
                () -> {
                    String text = page.address() + " does not show " + failedOrders + " failed orders of " + bot.name();
                    return page.failedOrders(bot).isPresent() ? late(text) : broken(text);
                },
                "give the exporter and this command the same CRYPTOBOT_RUN_DIR; look at " + addresses.exporter());
    }

    /** {@return the stage Prometheus: it has scraped at least that many failed orders} */
    CheckResult prometheus(long failedOrders, Instant start) throws InterruptedException {
        return await(
                start,
                "prometheus",
                "Prometheus has scraped them",
                () -> scraped(failedOrders),
                () -> problem("the scraped value stays below " + failedOrders),
                "look at " + addresses.prometheus() + "/targets");
    }

    /** {@return the stage rule: the alert is firing} */
    CheckResult rule(Instant start) throws InterruptedException {
        return await(
                start,
                "rule",
                "rule fires",
                () -> prometheus.alertState(ALERT, bot).equals("firing")
                        ? Evidence.of("alert", ALERT)
                        : Optional.empty(),
                () -> problem(
                        prometheus.alertState(ALERT, bot).equals("pending")
                                ? "the alert is pending: the rule waits for its \"for\""
                                : "the rule's expression is not true"),
                "look at " + addresses.prometheus() + "/alerts");
    }

    private Finding problem(String otherwise) throws IOException, InterruptedException {
        return prometheus.problem(ALERT).map(Finding::broken).orElseGet(() -> late(otherwise));
    }

    /** {@return the stage Alertmanager: it has the alert, neither silenced nor inhibited} */
    CheckResult alertmanager(Instant start) throws InterruptedException {
        return await(
                start,
                "alertmanager",
                "Alertmanager routes it",
                () -> alertmanager
                        .alert(ALERT, bot)
                        .filter(AlertmanagerApi::isActive)
                        .flatMap(alert -> Evidence.of("receivers", String.join(",", AlertmanagerApi.receivers(alert)))),
                () -> {
                    Optional<JsonNode> alert = alertmanager.alert(ALERT, bot);
                    if (alert.isPresent()) {
                        JsonNode status = alert.get().path("status");
                        return broken("the alert is " + status.path("state").asText() + ", silenced by "
                                + status.path("silencedBy") + ", inhibited by " + status.path("inhibitedBy"));
                    }
                    return prometheus.alertmanagers().isEmpty()
                            ? broken("Prometheus has no Alertmanager configured")
                            : late("the alert has not arrived at " + addresses.alertmanager());
                },
                "look at " + addresses.alertmanager() + " and at the log of Prometheus");
    }

    /** {@return the stage Slack: the local receiver has the message; its evidence is channel, title and text} */
    CheckResult slack(NotificationCount before, Instant start) throws InterruptedException {
        return await(
                start,
                "slack",
                "Slack has the message",
                () -> received.slackMessage("[FIRING"),
                () -> sent("slack", before),
                SLACK_NEXT);
    }

    private static final String SLACK_NEXT =
            "look at the log of Alertmanager, and at the address in its secrets/slack_api_url";

    /** {@return the stage PagerDuty: the local receiver has the trigger} */
    CheckResult pagerDuty(Instant start) throws InterruptedException {
        return await(
                start,
                "pagerduty",
                "PagerDuty has the incident",
                received::incident,
                () -> sent("pagerduty", new NotificationCount(0, 0)),
                "look at the log of Alertmanager, and at its secrets/pagerduty_routing_key");
    }

    /** {@return the stage PagerDuty of a drill: Alertmanager sends the alert to no pager} */
    CheckResult nobodyPaged(Instant start) throws InterruptedException {
        String title = "nobody is paged";
        String next = "give Alertmanager the route drill=\"true\" of ops/alertmanager/alertmanager.yml";
        try {
            Set<String> pagers = alertmanager.config().pagers();
            List<String> receivers = alertmanager
                    .alert(ALERT, bot)
                    .map(AlertmanagerApi::receivers)
                    .orElse(List.of());
            Optional<Evidence> incident = addresses.receivers() == null ? Optional.empty() : received.incident();
            CheckResult result = receivers.stream().noneMatch(pagers::contains) && incident.isEmpty()
                    ? CheckResult.pass("pagerduty", title)
                    : CheckResult.fail("pagerduty", title, "the drill went to " + receivers, next);
            return result.took(Duration.between(start, Instant.now()));
        } catch (IOException | IllegalArgumentException e) {
            return CheckResult.fail("pagerduty", title, String.valueOf(e.getMessage()), next)
                    .took(Duration.between(start, Instant.now()));
        }
    }

    /** {@return the stage Slack by Alertmanager's own counter: one more message was accepted} */
    CheckResult slackByCounters(NotificationCount before, Instant start) throws InterruptedException {
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
                () -> sent("slack", before),
                SLACK_NEXT);
    }

    /**
     * {@return the stage resolved: the alert has ended everywhere, and Slack has the message}
     *
     * @param timeout several minutes, because of the range of the rule
     */
    public CheckResult resolved(Instant start, Duration timeout) throws InterruptedException {
        return new Stage(
                        "resolved",
                        addresses.receivers() == null
                                ? "the alert has ended in Prometheus and Alertmanager"
                                : "Slack has the message that it is over",
                        () -> {
                            if (addresses.receivers() != null) {
                                return received.slackMessage("[RESOLVED]");
                            }
                            return prometheus.alertState(ALERT, bot).equals("inactive")
                                            && alertmanager.alert(ALERT, bot).isEmpty()
                                    ? Evidence.of("alert", ALERT)
                                    : Optional.empty();
                        },
                        () -> late("the alert is " + prometheus.alertState(ALERT, bot) + " in Prometheus and "
                                + (alertmanager.alert(ALERT, bot).isPresent() ? "still" : "no longer")
                                + " in Alertmanager"),
                        "look at " + addresses.prometheus() + "/alerts")
                .await(start, timeout);
    }

    /**
     * {@return Alertmanager's own count of its messages to Slack}
     *
     * @throws IOException when Alertmanager does not answer
     */
    public NotificationCount slackNotifications() throws IOException, InterruptedException {
        return alertmanager.notifications("slack");
    }

    private CheckResult await(
            Instant start, String id, String title, Stage.Poll poll, Stage.Cause cause, String nextStep)
            throws InterruptedException {
        return new Stage(id, title, poll, cause, nextStep).await(start, stageTimeout);
    }

    private Optional<Evidence> scraped(long failedOrders) throws IOException, InterruptedException {
        return prometheus.query(bot.failedOrders()).flatMap(sample -> atLeast(failedOrders, sample.value()));
    }

    private static Optional<Evidence> atLeast(long wanted, double value) {
        return value >= wanted ? Evidence.of("failed", Long.toString(Math.round(value))) : Optional.empty();
    }

    private Finding sent(String integration, NotificationCount before) throws IOException, InterruptedException {
        NotificationCount now = alertmanager.notifications(integration);
        String text = "Alertmanager has made " + now.answered() + " requests to " + integration + ", " + now.failed()
                + " of them failed";
        return now.failed() > before.failed() ? broken(text) : late(text);
    }
}
