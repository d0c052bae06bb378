package io.cryptobot.smoke.chain;

import static org.assertj.core.api.Assertions.assertThat;

import io.cryptobot.smoke.cli.CheckResult;
import io.cryptobot.smoke.cli.CheckResult.Status;
import io.cryptobot.telemetry.OrderMode;
import io.cryptobot.telemetry.files.InstanceName;
import io.cryptobot.testing.OneJdk;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Each hop against pages as Prometheus, Alertmanager and the receivers write them. */
@OneJdk
class AlertChainIT {
    private static final FailingBot BOT = new FailingBot(new InstanceName("mybot"), OrderMode.LIVE);
    private static final Duration HOP_TIMEOUT = Duration.ofMillis(20);
    private static final Instant START = Instant.parse("2026-01-02T03:04:05Z");
    private static final NotificationCount NONE = new NotificationCount(0, 0);
    private static final String NO_ALERTS = "{\"status\":\"success\",\"data\":{\"alerts\":[]}}";
    private static final String LABELS =
            "\"labels\":{\"alertname\":\"CryptobotOrderFailureRateHigh\",\"bot\":\"%s\",\"mode\":\"%s\"}";

    private FakePages pages;
    private AlertChain chain;

    @BeforeEach
    void start() throws IOException {
        pages = new FakePages();
        chain = new AlertChain(
                new ChainAddresses(pages.url(), pages.url(), pages.url(), pages.url()), BOT, HOP_TIMEOUT);
        pages.set("/api/v1/query", "{\"data\":{\"result\":[]}}");
        pages.set("/api/v1/alerts", NO_ALERTS);
        pages.set("/api/v2/alerts", "[]");
        pages.set("/_received", "{\"slack\":[],\"pagerduty\":[],\"sentry\":[]}");
        pages.set("/metrics", "");
        pages.set(
                "/api/v1/targets",
                "{\"data\":{\"activeTargets\":[{\"labels\":{\"job\":\"cryptobot-desktop\"},\"health\":\"up\"}]}}");
        pages.set(
                "/api/v1/rules",
                "{\"data\":{\"groups\":[{\"rules\":[{\"name\":\"CryptobotOrderFailureRateHigh\"}]}]}}");
        pages.set("/api/v1/alertmanagers", "{\"data\":{\"activeAlertmanagers\":[{\"url\":\"x\"}]}}");
    }

    @AfterEach
    void stop() {
        pages.close();
    }

    @Test
    void exporterShowsTheFailedOrdersOfThisBotAndMode() throws Exception {
        pages.set("/metrics", """
                cryptobot_orders_failed_total{bot="mybot",mode="paper"} 9.0
                cryptobot_orders_failed_total{bot="otherbot",mode="live"} 9.0
                cryptobot_orders_failed_total{bot="mybot",mode="live"} 4.0
                """);

        assertThat(chain.exporter(4, START))
                .satisfies(hop -> passes(hop, "exporter"))
                .extracting(CheckResult::evidence)
                .hasToString("{failed=4}");
        fails(
                chain.exporter(5, START),
                Status.TIMEOUT,
                pages.url() + "/metrics does not show 5 failed orders of mybot");
    }

    @Test
    void prometheusHasScrapedThem() throws Exception {
        query("3");

        passes(chain.zeroSample(), "zero-sample");
        passes(chain.prometheus(3, START), "prometheus");
        fails(chain.prometheus(4, START), Status.TIMEOUT, "the scraped value stays below 4");
    }

    @Test
    void aTargetThatIsDownIsNamedWithItsLastError() throws Exception {
        pages.set("/api/v1/targets", """
                {"data":{"activeTargets":[
                {"labels":{"job":"prometheus"},"health":"down","scrapeUrl":"x","lastError":"not ours"},
                {"labels":{"job":"cryptobot-desktop"},"health":"down","scrapeUrl":"http://e:9100/metrics",
                "lastError":"connection refused"}]}}""");
        String cause = "target http://e:9100/metrics is down: connection refused";

        fails(chain.zeroSample(), Status.FAIL, cause);
        fails(chain.prometheus(3, START), Status.FAIL, cause);
        fails(chain.rule(START), Status.FAIL, cause);
    }

    @Test
    void aBotThatIsNotOnThePageIsTheCauseWhereAllElseWorks() throws Exception {
        fails(chain.zeroSample(), Status.FAIL, "the bot's series are not on the exporter's page");
    }

    @Test
    void ruleFiresForThisBotAndMode() throws Exception {
        prometheusAlert("otherbot", "live", "firing");
        fails(chain.rule(START), Status.TIMEOUT, "the rule's expression is not true");

        prometheusAlert("mybot", "paper", "firing");
        fails(chain.rule(START), Status.TIMEOUT, "the rule's expression is not true");

        prometheusAlert("mybot", "live", "pending");
        fails(chain.rule(START), Status.TIMEOUT, "the alert is pending: the rule waits for its \"for\"");

        prometheusAlert("mybot", "live", "firing");
        passes(chain.rule(START), "rule");
    }

    @Test
    void aRuleThatIsNotLoadedOrBrokenIsTheCause() throws Exception {
        pages.set("/api/v1/rules", "{\"data\":{\"groups\":[]}}");
        fails(chain.rule(START), Status.FAIL, "the rule CryptobotOrderFailureRateHigh is not loaded");

        pages.set(
                "/api/v1/rules",
                "{\"data\":{\"groups\":[{\"rules\":[{\"name\":\"CryptobotOrderFailureRateHigh\","
                        + "\"lastError\":\"many-to-many matching\"}]}]}}");
        fails(chain.rule(START), Status.FAIL, "many-to-many matching");
    }

    @Test
    void alertmanagerRoutesIt() throws Exception {
        alertmanagerAlert("mybot", "live", "\"state\":\"active\"");

        assertThat(chain.alertmanager(START))
                .satisfies(hop -> passes(hop, "alertmanager"))
                .extracting(CheckResult::evidence)
                .hasToString("{receivers=pagerduty,slack}");
    }

    @Test
    void aSilencedOrInhibitedAlertSaysByWhat() throws Exception {
        alertmanagerAlert("mybot", "live", "\"state\":\"suppressed\",\"silencedBy\":[\"5e1\"],\"inhibitedBy\":[]");
        fails(
                chain.alertmanager(START),
                Status.FAIL,
                "the alert is suppressed, silenced by [\"5e1\"], inhibited by []");

        alertmanagerAlert("mybot", "live", "\"state\":\"suppressed\",\"silencedBy\":[],\"inhibitedBy\":[\"f00\"]");
        fails(
                chain.alertmanager(START),
                Status.FAIL,
                "the alert is suppressed, silenced by [], inhibited by [\"f00\"]");
    }

    @Test
    void aSilenceOnTheOtherModeIsNotTheCause() throws Exception {
        alertmanagerAlert("mybot", "paper", "\"state\":\"suppressed\",\"silencedBy\":[\"5e1\"],\"inhibitedBy\":[]");

        fails(chain.alertmanager(START), Status.TIMEOUT, "the alert has not arrived at " + pages.url());
    }

    @Test
    void anAlertmanagerThatPrometheusDoesNotKnowIsTheCause() throws Exception {
        pages.set("/api/v1/alertmanagers", "{\"data\":{\"activeAlertmanagers\":[]}}");

        fails(chain.alertmanager(START), Status.FAIL, "Prometheus has no Alertmanager configured");
    }

    @Test
    void slackHasTheMessageAtTheTimeOfTheReceiver() throws Exception {
        slackMessage("[FIRING:1] CryptobotOrderFailureRateHigh (critical, live)", "Bot: mybot\\nmode: live");

        CheckResult hop = chain.slack(NONE, START);

        passes(hop, "slack");
        assertThat(hop.duration()).isEqualTo(Duration.ofMillis(1500));
        assertThat(hop.evidence())
                .containsEntry("channel", "#cryptobot-alerts")
                .containsEntry("title", "[FIRING:1] CryptobotOrderFailureRateHigh (critical, live)")
                .containsEntry("text", "Bot: mybot\nmode: live");
    }

    @Test
    void aMissingMessageIsToldByAlertmanagersCounters() throws Exception {
        notifications(7, 2);
        String cause = "Alertmanager has made 7 requests to slack, 2 of them failed";

        fails(chain.slack(NONE, START), Status.FAIL, cause);
        slackMessage("[RESOLVED] CryptobotOrderFailureRateHigh (critical, live)", "Bot: mybot");
        fails(chain.slack(NONE, START), Status.FAIL, cause);
        slackMessage("[FIRING:1] CryptobotOrderFailureRateHigh (critical, live)", "Bot: mybot-2");
        fails(chain.slack(NONE, START), Status.FAIL, cause);
        slackMessage("[FIRING:1] CryptobotDown (critical, live)", "Bot: mybot");
        fails(chain.slack(NONE, START), Status.FAIL, cause);
    }

    @Test
    void countersProveOneMoreMessageAndNoFailure() throws Exception {
        notifications(7, 2);
        assertThat(chain.slackNotifications()).isEqualTo(new NotificationCount(7, 2));
        NotificationCount before = new NotificationCount(6, 2);

        passes(chain.slackByCounters(before, START), "slack");
        fails(
                chain.slackByCounters(new NotificationCount(7, 2), START),
                Status.TIMEOUT,
                "Alertmanager has made 7 requests to slack, 2 of them failed");
        fails(
                chain.slackByCounters(new NotificationCount(6, 1), START),
                Status.FAIL,
                "Alertmanager has made 7 requests to slack, 2 of them failed");
    }

    @Test
    void pagerDutyHasTheIncidentOfThisBot() throws Exception {
        incident("trigger", "mybot");
        assertThat(chain.pagerDuty(START).duration()).isEqualTo(Duration.ofMillis(1500));
        passes(chain.pagerDuty(START), "pagerduty");

        String cause = "Alertmanager has made 0 requests to pagerduty, 0 of them failed";
        incident("resolve", "mybot");
        fails(chain.pagerDuty(START), Status.TIMEOUT, cause);
        incident("trigger", "mybot-2");
        fails(chain.pagerDuty(START), Status.TIMEOUT, cause);
    }

    @Test
    void nothingListeningIsNamedByItsAddress() throws Exception {
        URI gone = pages.url();
        pages.close();
        String next = "check that the program at that address runs";

        for (CheckResult hop : List.of(
                chain.zeroSample(),
                chain.exporter(4, START),
                chain.prometheus(3, START),
                chain.rule(START),
                chain.alertmanager(START),
                chain.slack(NONE, START),
                chain.pagerDuty(START))) {
            assertThat(hop.status()).as(hop.id()).isEqualTo(Status.FAIL);
            assertThat(hop.cause()).as(hop.id()).startsWith("nothing answers at " + gone + "/");
            assertThat(hop.nextStep()).as(hop.id()).isEqualTo(next);
        }
    }

    @Test
    void aPageThatIsNotThereOrNotJsonIsAFailureWithItsAddress() throws Exception {
        pages.set("/_received", "<html>");
        assertThat(chain.slack(NONE, START).status()).isEqualTo(Status.FAIL);
        assertThat(chain.slack(NONE, START).cause()).isEqualTo(pages.url() + "/_received did not answer with JSON");
    }

    private void query(String value) {
        pages.set("/api/v1/query", "{\"data\":{\"result\":[{\"value\":[1,\"" + value + "\"]}]}}");
    }

    private void prometheusAlert(String bot, String mode, String state) {
        pages.set(
                "/api/v1/alerts",
                "{\"data\":{\"alerts\":[{" + LABELS.formatted(bot, mode) + ",\"state\":\"" + state + "\"}]}}");
    }

    private void alertmanagerAlert(String bot, String mode, String status) {
        pages.set(
                "/api/v2/alerts",
                "[{" + LABELS.formatted(bot, mode) + ",\"status\":{" + status
                        + "},\"receivers\":[{\"name\":\"pagerduty\"},{\"name\":\"slack\"}]}]");
    }

    private void slackMessage(String title, String text) {
        pages.set(
                "/_received",
                "{\"slack\":[{\"received_at\":\"2026-01-02T03:04:06.500Z\",\"payload\":{\"channel\":\"#cryptobot-alerts\","
                        + "\"attachments\":[{\"title\":\"" + title + "\",\"text\":\"" + text + "\"}]}}]}");
    }

    private void incident(String action, String bot) {
        pages.set(
                "/_received",
                "{\"pagerduty\":[{\"received_at\":\"2026-01-02T03:04:06.500Z\",\"payload\":{\"event_action\":\""
                        + action
                        + "\",\"payload\":{\"summary\":\"CryptobotOrderFailureRateHigh: " + bot
                        + ": orders are failing (live mode)\"}}}]}");
    }

    private void notifications(int sent, int failed) {
        pages.set("/metrics", """
                # TYPE alertmanager_notification_requests_total counter
                alertmanager_notification_requests_total{integration="email"} 50
                alertmanager_notification_requests_total{integration="slack"} %d
                alertmanager_notification_requests_failed_total{integration="slack",reason="clientError"} %d
                alertmanager_notification_requests_failed_total{integration="slack",reason="serverError"} 1
                """.formatted(sent, failed - 1));
    }

    private static void passes(CheckResult hop, String id) {
        assertThat(hop.cause()).isEmpty();
        assertThat(hop.status()).isEqualTo(Status.PASS);
        assertThat(hop.id()).isEqualTo(id);
    }

    private static void fails(CheckResult hop, Status status, String cause) {
        assertThat(hop.cause()).isEqualTo(cause);
        assertThat(hop.status()).isEqualTo(status);
        assertThat(hop.nextStep()).isNotEmpty();
        assertThat(hop.evidence()).isEmpty();
    }
}
