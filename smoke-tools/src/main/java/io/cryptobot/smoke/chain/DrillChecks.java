package io.cryptobot.smoke.chain;

import io.cryptobot.smoke.chain.AlertmanagerConfig.Route;
import io.cryptobot.smoke.chain.PrometheusChecks.Read;
import io.cryptobot.smoke.cli.Check;
import io.cryptobot.smoke.cli.CheckResult;
import java.io.IOException;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Checks the routes that Alertmanager has for the alert of a drill bot; they change nothing. Immutable; thread-safe. */
public final class DrillChecks {
    public static final Check READY = new Check("alertmanager-ready", "Alertmanager is ready");
    static final Check LABEL = new Check("drill-label", "the bot is marked as a drill");
    static final Check ROUTE = new Check("route", "a drill goes to Slack and wakes nobody");
    static final Check SILENCE = new Check("silence", "no silence covers it");
    static final Check INHIBITION = new Check("inhibition", "no other alert inhibits it");
    static final Check OWN_MESSAGE = new Check("already-firing", "no other alert shares its message");

    private final URI address;
    private final AlertmanagerApi alertmanager;

    DrillChecks(URI address) {
        this.address = address;
        this.alertmanager = new AlertmanagerApi(address);
    }

    CheckResult ready() throws IOException, InterruptedException {
        alertmanager.requireReady();
        return READY.pass().withEvidence("address", address.toString());
    }

    CheckResult label(Map<String, String> labels) {
        return "true".equals(labels.get("drill"))
                ? LABEL.pass().withEvidence("drill", "true")
                : LABEL.fail(
                        "Prometheus gives the drill bot no label drill=\"true\", so it would page as a real bot does",
                        "take over metric_relabel_configs of ops/prometheus/prometheus.yml");
    }

    /** {@return whether the alert goes to Slack and nowhere else, with the route to Slack} */
    Read<Route> route(Map<String, String> labels) throws IOException, InterruptedException {
        AlertmanagerConfig config = alertmanager.config();
        Optional<Route> slack = slackRoute(config, labels);
        return new Read<>(judge(config, labels, slack), slack);
    }

    private static CheckResult judge(AlertmanagerConfig config, Map<String, String> labels, Optional<Route> slack) {
        String next = "give Alertmanager the route drill=\"true\" of ops/alertmanager/alertmanager.yml";
        List<String> receivers =
                config.routes(labels).stream().map(Route::receiver).toList();
        if (receivers.stream().anyMatch(config.pagers()::contains)) {
            return ROUTE.fail("it would page: it goes to " + String.join(",", receivers), next);
        }
        return slack.map(route -> ROUTE.pass()
                        .withEvidence("receivers", String.join(",", receivers))
                        .withEvidence("group_wait", PrometheusDuration.show(route.groupWait())))
                .orElseGet(() ->
                        ROUTE.fail("it goes to " + String.join(",", receivers) + ", none of which is a Slack", next));
    }

    private static Optional<Route> slackRoute(AlertmanagerConfig config, Map<String, String> labels) {
        Set<String> slack = config.slackReceivers();
        return config.routes(labels).stream()
                .filter(route -> slack.contains(route.receiver()))
                .findFirst();
    }

    CheckResult silence(Map<String, String> labels) throws IOException, InterruptedException {
        for (Silence silence : alertmanager.silences()) {
            if (silence.covers(labels)) {
                return SILENCE.fail(
                        "silence " + silence.id() + " of " + silence.createdBy() + " until " + silence.to() + ": "
                                + silence.comment(),
                        "amtool --alertmanager.url=" + address + " silence expire " + silence.id());
            }
        }
        return SILENCE.pass();
    }

    CheckResult inhibition(Map<String, String> labels) throws IOException, InterruptedException {
        AlertmanagerConfig config = alertmanager.config();
        for (Map<String, String> source : alertmanager.alerts()) {
            if (config.inhibits(source, labels)) {
                return INHIBITION.fail(
                        "the alert " + source.get("alertname") + " of " + source.getOrDefault("bot", "no bot")
                                + " inhibits it",
                        "look at " + address + ", and at inhibit_rules: a paging alert must not be a target");
            }
        }
        return INHIBITION.pass();
    }

    /** If the group has sent a message already, the next one waits for group_interval, and the drill would measure that time. */
    CheckResult ownMessage(Map<String, String> labels) throws IOException, InterruptedException {
        Optional<Route> route = slackRoute(alertmanager.config(), labels);
        if (route.isPresent()) {
            List<Map<String, String>> before =
                    alertmanager.group(route.get().receiver(), route.get().group(labels));
            if (!before.isEmpty()) {
                return OWN_MESSAGE.fail(
                        "the alert of " + before.get(0).getOrDefault("bot", "no bot")
                                + " is firing already and shares its message",
                        "wait until that has resolved, or add bot to group_by as ops/alertmanager/alertmanager.yml has"
                                + " it");
            }
        }
        for (Map<String, String> alert : alertmanager.alerts()) {
            if (AlertChain.ALERT.equals(alert.get("alertname")) && !"true".equals(alert.get("drill"))) {
                return OWN_MESSAGE.warning(
                        AlertChain.ALERT + " fires for " + alert.getOrDefault("bot", "no bot") + ": that is no drill",
                        "look at " + address);
            }
        }
        return OWN_MESSAGE.pass();
    }
}
