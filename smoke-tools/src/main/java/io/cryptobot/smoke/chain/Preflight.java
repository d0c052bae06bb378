package io.cryptobot.smoke.chain;

import io.cryptobot.smoke.cli.CheckResult;
import io.cryptobot.smoke.cli.CheckResult.Status;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/**
 * What can be known of a chain before an order fails: each check is one look that changes nothing. Also finds out how long the
 * chain may take with the settings in force. Confined to one thread.
 */
public final class Preflight {
    private static final String LOCAL_STACK = "; a local one: smoke-tools/bin/cryptobot stack up";

    /** Prometheus looks for its targets and for Alertmanager every five seconds. */
    private static final Duration PATIENCE = Duration.ofSeconds(8);

    private final ChainAddresses addresses;
    private final PrometheusApi prometheus;
    private final AlertmanagerApi alertmanager;
    private Timing timing = Timing.UNKNOWN;
    private Map<String, String> ruleLabels = Map.of();

    public Preflight(ChainAddresses addresses) {
        this.addresses = addresses;
        this.prometheus = new PrometheusApi(addresses.prometheus());
        this.alertmanager = new AlertmanagerApi(addresses.alertmanager());
    }

    /**
     * How long the chain may take, by the settings in force.
     *
     * @param scrape the longest interval of the exporters, with its timeout
     * @param evaluation interval of the rule
     * @param holdsFor how long the expression must be true
     * @param keepsFiringFor how long the alert goes on after it
     * @param range how far back the expression looks
     * @param groupWait how long Alertmanager collects
     * @param groupInterval how often it tells a change
     */
    public record Timing(
            Duration scrape,
            Duration evaluation,
            Duration holdsFor,
            Duration keepsFiringFor,
            Duration range,
            Duration groupWait,
            Duration groupInterval) {
        private static final Duration MARGIN = Duration.ofSeconds(10);
        static final Timing UNKNOWN = new Timing(
                Duration.ofMinutes(1),
                Duration.ofMinutes(1),
                Duration.ZERO,
                Duration.ZERO,
                Duration.ofMinutes(5),
                Duration.ofSeconds(30),
                Duration.ofMinutes(5));

        /** {@return how long it may take from a failed order to Slack} */
        public Duration detection() {
            return scrape.plus(evaluation).plus(holdsFor).plus(groupWait).plus(MARGIN);
        }

        /** {@return how long it may take until everybody knows that it is over} */
        public Duration resolution() {
            return range.plus(keepsFiringFor)
                    .plus(scrape)
                    .plus(evaluation.multipliedBy(2))
                    .plus(groupInterval)
                    .plus(MARGIN);
        }

        private Timing withRoute(Duration wait, Duration interval) {
            return new Timing(scrape, evaluation, holdsFor, keepsFiringFor, range, wait, interval);
        }
    }

    /** {@return the timing in force, as far as the checks that have run could see it} */
    public Timing timing() {
        return timing;
    }

    /** A look that gives {@link Status#TIMEOUT} is taken again for a while. */
    private interface Check {
        CheckResult look() throws IOException, InterruptedException;
    }

    /**
     * The checks that need no bot; stops at the first that fails.
     *
     * @return whether none did
     */
    public boolean programs(Consumer<CheckResult> show) throws InterruptedException {
        return run("prometheus-ready", "Prometheus is ready", "--prometheus", this::prometheusReady, show)
                && run("alertmanager-ready", "Alertmanager is ready", "--alertmanager", this::alertmanagerReady, show)
                && run("rule-loaded", "the rule is loaded and healthy", "--prometheus", this::ruleLoaded, show)
                && run("target-up", "Prometheus scrapes the exporter", "--prometheus", this::targetUp, show)
                && run(
                        "alertmanager-known",
                        "Prometheus sends to an Alertmanager",
                        "--prometheus",
                        this::alertmanagerKnown,
                        show);
    }

    /**
     * The checks that need the labels of the drill bot's series; stops at the first that fails.
     *
     * @return whether none did
     */
    public boolean alert(Map<String, String> seriesLabels, Consumer<CheckResult> show) throws InterruptedException {
        Map<String, String> labels = new HashMap<>();
        return run(
                        "drill-label",
                        "the bot is marked as a drill",
                        "--prometheus",
                        () -> drillLabel(seriesLabels, labels),
                        show)
                && run("route", "a drill goes to Slack and wakes nobody", "--alertmanager", () -> route(labels), show)
                && run("silence", "no silence covers it", "--alertmanager", () -> silence(labels), show)
                && run("inhibition", "no other alert inhibits it", "--alertmanager", () -> inhibition(labels), show)
                && run("already-firing", "its message is its own", "--alertmanager", () -> alreadyFiring(labels), show);
    }

    private static boolean run(String id, String title, String option, Check check, Consumer<CheckResult> show)
            throws InterruptedException {
        Instant start = Instant.now();
        CheckResult result = look(id, title, option, check);
        while (result.status() == Status.TIMEOUT
                && Duration.between(start, Instant.now()).compareTo(PATIENCE) < 0) {
            HttpProbe.pause();
            result = look(id, title, option, check);
        }
        show.accept(result.took(Duration.between(start, Instant.now())));
        return result.status() == Status.PASS || result.status() == Status.WARNING;
    }

    private static CheckResult look(String id, String title, String option, Check check) throws InterruptedException {
        try {
            return check.look();
        } catch (IOException | IllegalArgumentException e) {
            return CheckResult.fail(
                    id,
                    title,
                    String.valueOf(e.getMessage()),
                    "start it, or name its address with " + option + LOCAL_STACK);
        }
    }

    private static CheckResult notYet(String id, String title, String cause, String next) {
        return new CheckResult(id, title, Status.TIMEOUT, Duration.ZERO, cause, next, Map.of());
    }

    private CheckResult prometheusReady() throws IOException, InterruptedException {
        prometheus.requireReady();
        return CheckResult.pass("prometheus-ready", "Prometheus is ready")
                .withEvidence("address", addresses.prometheus().toString());
    }

    private CheckResult alertmanagerReady() throws IOException, InterruptedException {
        alertmanager.requireReady();
        return CheckResult.pass("alertmanager-ready", "Alertmanager is ready")
                .withEvidence("address", addresses.alertmanager().toString());
    }

    /** {@return whether the rule is loaded; also for a look at a host without a drill} */
    public CheckResult ruleLoaded() throws IOException, InterruptedException {
        String id = "rule-loaded";
        String title = "the rule is loaded and healthy";
        Optional<PrometheusApi.Rule> loaded = prometheus.rule(AlertChain.ALERT);
        if (loaded.isEmpty()) {
            return CheckResult.fail(
                    id,
                    title,
                    "the rule " + AlertChain.ALERT + " is not loaded",
                    "unpack ops-configs on the monitoring host and reload Prometheus; look at " + addresses.prometheus()
                            + "/rules");
        }
        PrometheusApi.Rule rule = loaded.get();
        if (!rule.lastError().isEmpty()) {
            return CheckResult.fail(id, title, rule.lastError(), "look at " + addresses.prometheus() + "/rules");
        }
        ruleLabels = rule.labels();
        timing = new Timing(
                timing.scrape(),
                rule.interval(),
                rule.holdsFor(),
                rule.keepsFiringFor(),
                rule.range(),
                timing.groupWait(),
                timing.groupInterval());
        return CheckResult.pass(id, title)
                .withEvidence("interval", PrometheusDuration.show(rule.interval()))
                .withEvidence("for", PrometheusDuration.show(rule.holdsFor()));
    }

    /** {@return whether Prometheus scrapes an exporter; also for a look at a host without a drill} */
    public CheckResult targetUp() throws IOException, InterruptedException {
        String id = "target-up";
        String title = "Prometheus scrapes the exporter";
        String next = "look at " + addresses.prometheus() + "/targets";
        List<PrometheusApi.Target> targets = prometheus.targets();
        if (targets.isEmpty()) {
            return notYet(id, title, "Prometheus has no target of the job cryptobot-desktop", next);
        }
        List<PrometheusApi.Target> up =
                targets.stream().filter(PrometheusApi.Target::isUp).toList();
        List<String> down = new ArrayList<>();
        for (PrometheusApi.Target target : targets) {
            if (!target.isUp()) {
                down.add("target " + target.url() + " is " + target.health() + ": " + target.lastError());
            }
        }
        if (up.isEmpty()) {
            if (targets.stream().allMatch(target -> target.health().equals("unknown"))) {
                return notYet(id, title, "Prometheus has not scraped it yet", next);
            }
            return CheckResult.fail(id, title, String.join("; ", down), next);
        }
        Duration interval = up.stream()
                .map(PrometheusApi.Target::interval)
                .max(Duration::compareTo)
                .orElse(Duration.ZERO);
        Duration timeout = up.stream()
                .map(PrometheusApi.Target::timeout)
                .max(Duration::compareTo)
                .orElse(Duration.ZERO);
        timing = new Timing(
                interval.plus(timeout),
                timing.evaluation(),
                timing.holdsFor(),
                timing.keepsFiringFor(),
                timing.range(),
                timing.groupWait(),
                timing.groupInterval());
        CheckResult result = down.isEmpty()
                ? CheckResult.pass(id, title)
                : CheckResult.warning(id, title, String.join("; ", down), next);
        return result.withEvidence("interval", PrometheusDuration.show(interval))
                .withEvidence("targets", up.size() + " of " + targets.size());
    }

    /** {@return whether Prometheus has an Alertmanager; also for a look at a host without a drill} */
    public CheckResult alertmanagerKnown() throws IOException, InterruptedException {
        String id = "alertmanager-known";
        String title = "Prometheus sends to an Alertmanager";
        List<String> urls = prometheus.alertmanagers();
        if (urls.isEmpty()) {
            return notYet(
                    id,
                    title,
                    "Prometheus knows no Alertmanager",
                    "look at alerting: in prometheus.yml, and at " + addresses.prometheus() + "/status");
        }
        List<String> authorities = urls.stream()
                .map(url -> String.valueOf(URI.create(url).getAuthority()))
                .toList();
        return CheckResult.pass(id, title).withEvidence("alertmanagers", String.join(",", authorities));
    }

    /** The alert gets the labels of the series, of the rule and of Prometheus itself, the rule's before the series'. */
    private CheckResult drillLabel(Map<String, String> seriesLabels, Map<String, String> labels)
            throws IOException, InterruptedException {
        labels.putAll(prometheus.externalLabels());
        labels.putAll(seriesLabels);
        labels.remove("__name__");
        labels.putAll(ruleLabels);
        labels.put("alertname", AlertChain.ALERT);
        String id = "drill-label";
        String title = "the bot is marked as a drill";
        return "true".equals(labels.get("drill"))
                ? CheckResult.pass(id, title).withEvidence("drill", "true")
                : CheckResult.fail(
                        id,
                        title,
                        "Prometheus gives the drill bot no label drill=\"true\", so it would page as a real bot does",
                        "take over metric_relabel_configs of ops/prometheus/prometheus.yml");
    }

    private CheckResult route(Map<String, String> labels) throws IOException, InterruptedException {
        String id = "route";
        String title = "a drill goes to Slack and wakes nobody";
        String next = "give Alertmanager the route drill=\"true\" of ops/alertmanager/alertmanager.yml";
        AlertmanagerConfig config = alertmanager.config();
        List<AlertmanagerConfig.Route> routes = config.routes(labels);
        List<String> receivers =
                routes.stream().map(AlertmanagerConfig.Route::receiver).toList();
        Set<String> pagers = config.pagers();
        if (receivers.stream().anyMatch(pagers::contains)) {
            return CheckResult.fail(id, title, "it would page: it goes to " + String.join(",", receivers), next);
        }
        Optional<AlertmanagerConfig.Route> slack = slackRoute(config, labels);
        if (slack.isEmpty()) {
            return CheckResult.fail(
                    id, title, "it goes to " + String.join(",", receivers) + ", none of which is a Slack", next);
        }
        timing = timing.withRoute(slack.get().groupWait(), slack.get().groupInterval());
        return CheckResult.pass(id, title)
                .withEvidence("receivers", String.join(",", receivers))
                .withEvidence("group_wait", PrometheusDuration.show(slack.get().groupWait()));
    }

    private static Optional<AlertmanagerConfig.Route> slackRoute(
            AlertmanagerConfig config, Map<String, String> labels) {
        Set<String> slack = config.slackReceivers();
        return config.routes(labels).stream()
                .filter(route -> slack.contains(route.receiver()))
                .findFirst();
    }

    private CheckResult silence(Map<String, String> labels) throws IOException, InterruptedException {
        String title = "no silence covers it";
        for (AlertmanagerApi.Silence silence : alertmanager.silences()) {
            if (silence.covers(labels)) {
                return CheckResult.fail(
                        "silence",
                        title,
                        "silence " + silence.id() + " of " + silence.createdBy() + " until " + silence.endsAt() + ": "
                                + silence.comment(),
                        "amtool --alertmanager.url=" + addresses.alertmanager() + " silence expire " + silence.id());
            }
        }
        return CheckResult.pass("silence", title);
    }

    private CheckResult inhibition(Map<String, String> labels) throws IOException, InterruptedException {
        String title = "no other alert inhibits it";
        AlertmanagerConfig config = alertmanager.config();
        for (Map<String, String> source : alertmanager.alerts()) {
            if (config.inhibits(source, labels)) {
                return CheckResult.fail(
                        "inhibition",
                        title,
                        "the alert " + source.get("alertname") + " of " + source.getOrDefault("bot", "no bot")
                                + " inhibits it",
                        "look at " + addresses.alertmanager()
                                + ", and at inhibit_rules: a paging alert must not be a target");
            }
        }
        return CheckResult.pass("inhibition", title);
    }

    /** A message that is out already is changed at the next group_interval only: the drill would measure that. */
    private CheckResult alreadyFiring(Map<String, String> labels) throws IOException, InterruptedException {
        String id = "already-firing";
        String title = "its message is its own";
        AlertmanagerConfig config = alertmanager.config();
        Optional<AlertmanagerConfig.Route> route = slackRoute(config, labels);
        if (route.isPresent()) {
            List<Map<String, String>> before =
                    alertmanager.group(route.get().receiver(), route.get().group(labels));
            if (!before.isEmpty()) {
                return CheckResult.fail(
                        id,
                        title,
                        "the alert of " + before.get(0).getOrDefault("bot", "no bot")
                                + " is firing already and shares its message",
                        "wait until that has resolved, or add bot to group_by as ops/alertmanager/alertmanager.yml has it");
            }
        }
        for (Map<String, String> alert : alertmanager.alerts()) {
            if (AlertChain.ALERT.equals(alert.get("alertname")) && !"true".equals(alert.get("drill"))) {
                return CheckResult.warning(
                        id,
                        title,
                        AlertChain.ALERT + " fires for " + alert.getOrDefault("bot", "no bot") + ": that is no drill",
                        "look at " + addresses.alertmanager());
            }
        }
        return CheckResult.pass(id, title);
    }
}
