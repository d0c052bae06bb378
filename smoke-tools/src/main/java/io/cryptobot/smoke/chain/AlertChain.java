package io.cryptobot.smoke.chain;

import static io.cryptobot.smoke.check.CheckResult.Status.TIMEOUT;

import com.fasterxml.jackson.databind.JsonNode;
import io.cryptobot.smoke.check.CheckResult;
import io.cryptobot.telemetry.MetricCatalog;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalDouble;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Follows the failed orders of one bot from its counter to the people's messages. Every hop is looked at until it shows
 * what it should, or its time is over; then cause and next step are looked for. Confined to one thread.
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

    /** @param hopTimeout how long each hop may take */
    public AlertChain(ChainAddresses addresses, FailingBot bot, Duration hopTimeout) {
        this.addresses = addresses;
        this.bot = bot;
        this.hopTimeout = hopTimeout;
        this.prometheus = new PrometheusApi(addresses.prometheus());
    }

    /**
     * Waits until Prometheus has a sample of the bot's failed orders, which must be before the first failure: a counter
     * that is born above 0 raises no alert.
     */
    public CheckResult zeroSample() throws InterruptedException {
        return new Hop("zero-sample", "Prometheus has the counter before the first failure") {
            @Override
            @Nullable
            CheckResult look(CheckResult pass) throws IOException, InterruptedException {
                OptionalDouble value = prometheus.query(FAILED + "{" + bot.selector() + "}");
                return value.isEmpty() ? null : pass.withEvidence("value", number(value.getAsDouble()));
            }

            @Override
            String cause() throws IOException, InterruptedException {
                return orElse(prometheus.problem(ALERT), "the bot's series are not on the exporter's page");
            }
        }.run(Instant.now());
    }

    /** Waits until no hop still holds an alert of this bot, so that the next one is new. */
    public CheckResult quiet() throws InterruptedException {
        return new Hop("quiet", "no alert of this bot is firing yet") {
            @Override
            @Nullable
            CheckResult look(CheckResult pass) throws IOException, InterruptedException {
                return prometheus.alertState(ALERT, bot).equals("inactive") ? pass : null;
            }

            @Override
            String cause() {
                return ALERT + " is already firing for " + bot.name()
                        + "; it resolves 10 minutes after the last failure";
            }
        }.run(Instant.now());
    }

    /** {@return the hop exporter: its page shows at least so many failed orders} */
    public CheckResult exporter(long failedOrders, Instant start) throws InterruptedException {
        Pattern sample = Pattern.compile(
                "^" + FAILED + "\\{" + Pattern.quote(bot.selector()) + ",?\\} ([0-9.E]+)$", Pattern.MULTILINE);
        URI page = addresses.exporter().resolve("/metrics");
        return new Hop("exporter", "exporter shows the failed orders") {
            @Override
            @Nullable
            CheckResult look(CheckResult pass) throws IOException, InterruptedException {
                Matcher found = sample.matcher(HttpProbe.get(page));
                return found.find() && Double.parseDouble(found.group(1)) >= failedOrders
                        ? pass.withEvidence(FAILED, number(Double.parseDouble(found.group(1))))
                        : null;
            }

            @Override
            String cause() {
                return page + " does not show " + failedOrders + " failed orders of " + bot.name();
            }
        }.run(start);
    }

    /** {@return the hop Prometheus: it has scraped at least so many failed orders} */
    public CheckResult prometheus(long failedOrders, Instant start) throws InterruptedException {
        return new Hop("prometheus", "Prometheus has scraped them") {
            @Override
            @Nullable
            CheckResult look(CheckResult pass) throws IOException, InterruptedException {
                OptionalDouble value = prometheus.query(FAILED + "{" + bot.selector() + "}");
                return value.isPresent() && value.getAsDouble() >= failedOrders
                        ? pass.withEvidence("value", number(value.getAsDouble()))
                        : null;
            }

            @Override
            String cause() throws IOException, InterruptedException {
                return orElse(prometheus.problem(ALERT), "the scraped value stays below " + failedOrders);
            }
        }.run(start);
    }

    /** {@return the hop rule: the alert is firing} */
    public CheckResult rule(Instant start) throws InterruptedException {
        return new Hop("rule", "rule fires") {
            @Override
            @Nullable
            CheckResult look(CheckResult pass) throws IOException, InterruptedException {
                return prometheus.alertState(ALERT, bot).equals("firing") ? pass.withEvidence("alert", ALERT) : null;
            }

            @Override
            String cause() throws IOException, InterruptedException {
                return orElse(prometheus.problem(ALERT), "the rule's expression is not true");
            }
        }.run(start);
    }

    /** {@return the hop Alertmanager: it has the alert, neither silenced nor inhibited} */
    public CheckResult alertmanager(Instant start) throws InterruptedException {
        String filter = URLEncoder.encode("bot=\"" + bot.name() + "\"", StandardCharsets.UTF_8);
        URI alerts = addresses.alertmanager().resolve("/api/v2/alerts?filter=" + filter);
        return new Hop("alertmanager", "Alertmanager routes it") {
            @Override
            @Nullable
            CheckResult look(CheckResult pass) throws IOException, InterruptedException {
                for (JsonNode alert : HttpProbe.json(alerts)) {
                    if (alert.path("labels").path("alertname").asText().equals(ALERT)
                            && bot.matches(alert.path("labels"))
                            && alert.path("status").path("state").asText().equals("active")) {
                        return pass.withEvidence("receivers", names(alert.path("receivers")));
                    }
                }
                return null;
            }

            @Override
            String cause() throws IOException, InterruptedException {
                for (JsonNode alert : HttpProbe.json(alerts)) {
                    JsonNode status = alert.path("status");
                    if (alert.path("labels").path("alertname").asText().equals(ALERT)
                            && bot.matches(alert.path("labels"))
                            && !status.path("state").asText().equals("active")) {
                        return "the alert is " + status.path("state").asText() + ", silenced by "
                                + status.path("silencedBy") + ", inhibited by " + status.path("inhibitedBy");
                    }
                }
                return prometheus.alertmanagers() == 0
                        ? "Prometheus knows no Alertmanager"
                        : "the alert has not arrived at " + addresses.alertmanager();
            }
        }.run(start);
    }

    /** {@return the hop Slack: the local receiver has the message; its evidence is channel, title and text} */
    public CheckResult slack(Instant start) throws InterruptedException {
        return new Hop("slack", "Slack has the message") {
            @Override
            @Nullable
            CheckResult look(CheckResult pass) throws IOException, InterruptedException {
                for (JsonNode message : received().path("slack")) {
                    JsonNode attachment =
                            message.path("payload").path("attachments").path(0);
                    String title = attachment.path("title").asText();
                    String text = attachment.path("text").asText();
                    if (title.contains("FIRING")
                            && title.contains(ALERT)
                            && text.contains(bot.name().value())) {
                        return pass.withEvidence(
                                        "channel",
                                        message.path("payload").path("channel").asText())
                                .withEvidence("title", title)
                                .withEvidence("text", text)
                                .took(Duration.between(
                                        start,
                                        Instant.parse(
                                                message.path("received_at").asText())));
                    }
                }
                return null;
            }

            @Override
            String cause() throws IOException, InterruptedException {
                return notificationProblem("slack");
            }
        }.run(start);
    }

    /** {@return the hop PagerDuty: the local receiver has the trigger} */
    public CheckResult pagerDuty(Instant start) throws InterruptedException {
        return new Hop("pagerduty", "PagerDuty has the incident") {
            @Override
            @Nullable
            CheckResult look(CheckResult pass) throws IOException, InterruptedException {
                for (JsonNode event : received().path("pagerduty")) {
                    String summary = event.path("payload")
                            .path("payload")
                            .path("summary")
                            .asText();
                    if (event.path("payload").path("event_action").asText().equals("trigger")
                            && summary.contains(ALERT)
                            && summary.contains(bot.name().value())) {
                        return pass.withEvidence("summary", summary)
                                .took(Duration.between(
                                        start,
                                        Instant.parse(event.path("received_at").asText())));
                    }
                }
                return null;
            }

            @Override
            String cause() throws IOException, InterruptedException {
                return notificationProblem("pagerduty");
            }
        }.run(start);
    }

    /** {@return the hop Slack as far as Alertmanager itself can tell: one more message was sent, none failed} */
    public CheckResult slackByCounters(NotificationCount before, Instant start) throws InterruptedException {
        return new Hop("slack", "Alertmanager has sent to Slack") {
            @Override
            @Nullable
            CheckResult look(CheckResult pass) throws IOException, InterruptedException {
                NotificationCount now = notifications("slack");
                return now.sent() > before.sent() && now.failed() == before.failed()
                        ? pass.withEvidence("sent", Long.toString(now.sent() - before.sent()))
                        : null;
            }

            @Override
            String cause() throws IOException, InterruptedException {
                return notificationProblem("slack");
            }
        }.run(start);
    }

    /** How often Alertmanager has sent, and failed to send, to one kind of receiver since its start. */
    public record NotificationCount(long sent, long failed) {}

    /** {@return Alertmanager's own count for an integration} */
    public NotificationCount notifications(String integration) throws IOException, InterruptedException {
        String page = HttpProbe.get(addresses.alertmanager().resolve("/metrics"));
        return new NotificationCount(
                sum(page, "alertmanager_notifications_total", integration),
                sum(page, "alertmanager_notifications_failed_total", integration));
    }

    private static long sum(String page, String family, String integration) {
        Matcher samples = Pattern.compile(
                        "^" + family + "\\{[^}]*integration=\"" + integration + "\"[^}]*\\} (\\S+)$", Pattern.MULTILINE)
                .matcher(page);
        double sum = 0;
        while (samples.find()) {
            sum += Double.parseDouble(samples.group(1));
        }
        return (long) sum;
    }

    private JsonNode received() throws IOException, InterruptedException {
        URI receivers = Objects.requireNonNull(addresses.receivers(), "receivers is null");
        return HttpProbe.json(receivers.resolve("/_received"));
    }

    private String notificationProblem(String integration) throws IOException, InterruptedException {
        NotificationCount count = notifications(integration);
        return "Alertmanager has sent " + count.sent() + " notifications to " + integration + ", " + count.failed()
                + " of them failed";
    }

    private static String names(JsonNode receivers) {
        List<String> names = new ArrayList<>();
        receivers.forEach(receiver -> names.add(receiver.path("name").asText()));
        return String.join(",", names);
    }

    private static String number(double value) {
        return Long.toString(Math.round(value));
    }

    private static String orElse(String text, String other) {
        return text.isEmpty() ? other : text;
    }

    /** One place of the chain, looked at until it shows what it should. */
    private abstract class Hop {
        private final String id;
        private final String title;

        Hop(String id, String title) {
            this.id = id;
            this.title = title;
        }

        /** Null while it is not there yet. */
        abstract @Nullable CheckResult look(CheckResult pass) throws IOException, InterruptedException;

        abstract String cause() throws IOException, InterruptedException;

        CheckResult run(Instant start) throws InterruptedException {
            long deadline = System.nanoTime() + hopTimeout.toNanos();
            String failure = "";
            while (System.nanoTime() < deadline) {
                try {
                    CheckResult found = look(CheckResult.pass(id, title));
                    if (found != null) {
                        return found.duration().isZero() ? found.took(Duration.between(start, Instant.now())) : found;
                    }
                    failure = "";
                } catch (IOException e) {
                    failure = String.valueOf(e.getMessage());
                }
                HttpProbe.pause();
            }
            return failed(failure).took(Duration.between(start, Instant.now()));
        }

        private CheckResult failed(String failure) throws InterruptedException {
            try {
                return failure.isEmpty()
                        ? new CheckResult(
                                id,
                                title,
                                TIMEOUT,
                                Duration.ZERO,
                                cause(),
                                "smoke-tools/bin/check-runtime-dependencies",
                                Map.of())
                        : unreachable(failure);
            } catch (IOException e) {
                return unreachable(String.valueOf(e.getMessage()));
            }
        }

        private CheckResult unreachable(String failure) {
            return CheckResult.fail(id, title, failure, "look whether the program behind that address runs");
        }
    }
}
