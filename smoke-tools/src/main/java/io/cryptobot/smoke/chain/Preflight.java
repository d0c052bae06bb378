package io.cryptobot.smoke.chain;

import io.cryptobot.smoke.chain.AlertmanagerConfig.Route;
import io.cryptobot.smoke.chain.PrometheusApi.Rule;
import io.cryptobot.smoke.chain.PrometheusApi.Target;
import io.cryptobot.smoke.chain.PrometheusChecks.Read;
import io.cryptobot.smoke.cli.Check;
import io.cryptobot.smoke.cli.CheckResult;
import io.cryptobot.smoke.cli.CheckResult.Status;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Read-only checks of a chain before an order fails. They run in order up to the first that fails, and also return the active
 * settings. Immutable.
 */
public final class Preflight {
    private static final String LOCAL_STACK = "; a local one: smoke-tools/bin/cryptobot stack up";

    /** Prometheus refreshes its targets and Alertmanagers every five seconds. */
    private static final Duration PATIENCE = Duration.ofSeconds(8);

    private final PrometheusApi prometheus;
    private final PrometheusChecks prometheusChecks;
    private final DrillChecks drillChecks;
    private final Consumer<CheckResult> show;

    /** @param show gets each result */
    public Preflight(ChainAddresses addresses, Consumer<CheckResult> show) {
        this.prometheus = new PrometheusApi(addresses.prometheus());
        this.prometheusChecks = new PrometheusChecks(addresses.prometheus());
        this.drillChecks = new DrillChecks(addresses.alertmanager());
        this.show = show;
    }

    /**
     * The results of the checks. Immutable.
     *
     * @param passed whether none has failed
     * @param timing the longest times of the chain, as far as the checks have read them
     * @param ruleLabels the labels that the rule gives its alert
     */
    public record Findings(boolean passed, AlertTiming timing, Map<String, String> ruleLabels) {
        private static final Findings NONE = new Findings(false, AlertTiming.UNKNOWN, Map.of());

        private Findings with(AlertTiming timing) {
            return new Findings(passed, timing, ruleLabels);
        }

        private Findings passed(boolean passed) {
            return new Findings(passed, timing, ruleLabels);
        }
    }

    /** A check that returns {@link Status#TIMEOUT} is retried for some time. */
    private interface Poll<T> {
        Read<T> poll() throws IOException, InterruptedException;
    }

    private interface Judgement {
        CheckResult result() throws IOException, InterruptedException;
    }

    /** {@return the results of the checks that need no bot} */
    public Findings programs() throws InterruptedException {
        Findings findings = Findings.NONE;
        if (!passes(PrometheusChecks.READY, "--prometheus", prometheusChecks::ready)
                || !passes(DrillChecks.READY, "--alertmanager", drillChecks::ready)) {
            return findings;
        }
        Optional<Rule> rule = read(PrometheusChecks.RULE, "--prometheus", prometheusChecks::rule);
        if (rule.isEmpty()) {
            return findings;
        }
        findings = new Findings(
                false, findings.timing().with(rule.get()), rule.get().labels());
        Optional<List<Target>> targets = read(PrometheusChecks.TARGET, "--prometheus", prometheusChecks::targets);
        if (targets.isEmpty()) {
            return findings;
        }
        return findings.with(findings.timing().with(targets.get()))
                .passed(passes(PrometheusChecks.ALERTMANAGER, "--prometheus", prometheusChecks::alertmanagerKnown));
    }

    /**
     * {@return the results of the checks of the alert}
     *
     * @param programs the result of {@link #programs}
     * @param seriesLabels the labels of the drill bot's series
     */
    public Findings alert(Findings programs, Map<String, String> seriesLabels) throws InterruptedException {
        Findings failed = programs.passed(false);
        Optional<Map<String, String>> alert = read(DrillChecks.LABEL, "--prometheus", () -> {
            Map<String, String> labels = alertLabels(programs.ruleLabels(), seriesLabels);
            return new Read<>(drillChecks.label(labels), Optional.of(labels));
        });
        if (alert.isEmpty()) {
            return failed;
        }
        Map<String, String> labels = alert.get();
        Optional<Route> slack = read(DrillChecks.ROUTE, "--alertmanager", () -> drillChecks.route(labels));
        if (slack.isEmpty()) {
            return failed;
        }
        return programs.with(programs.timing().with(slack.get()))
                .passed(passes(DrillChecks.SILENCE, "--alertmanager", () -> drillChecks.silence(labels))
                        && passes(DrillChecks.INHIBITION, "--alertmanager", () -> drillChecks.inhibition(labels))
                        && passes(DrillChecks.OWN_MESSAGE, "--alertmanager", () -> drillChecks.ownMessage(labels)));
    }

    /** The alert gets the labels of the series, of the rule and of Prometheus itself, the rule's before the series'. */
    private Map<String, String> alertLabels(Map<String, String> ruleLabels, Map<String, String> seriesLabels)
            throws IOException, InterruptedException {
        Map<String, String> labels = new HashMap<>(prometheus.externalLabels());
        labels.putAll(seriesLabels);
        labels.remove("__name__");
        labels.putAll(ruleLabels);
        labels.put("alertname", AlertChain.ALERT);
        return labels;
    }

    private boolean passes(Check check, String option, Judgement judgement) throws InterruptedException {
        return read(check, option, () -> new Read<>(judgement.result(), Optional.of(check)))
                .isPresent();
    }

    /** {@return the value that was read; empty if the check fails} */
    private <T> Optional<T> read(Check check, String option, Poll<T> poll) throws InterruptedException {
        Instant start = Instant.now();
        Read<T> read = poll(check, option, poll);
        while (read.result().status() == Status.TIMEOUT
                && Duration.between(start, Instant.now()).compareTo(PATIENCE) < 0) {
            HttpProbe.pause();
            read = poll(check, option, poll);
        }
        CheckResult result = read.result().took(Duration.between(start, Instant.now()));
        show.accept(result);
        return result.status() == Status.PASS || result.status() == Status.WARNING ? read.value() : Optional.empty();
    }

    private static <T> Read<T> poll(Check check, String option, Poll<T> poll) throws InterruptedException {
        try {
            return poll.poll();
        } catch (IOException | IllegalArgumentException e) {
            String next = "start it, or name its address with " + option + LOCAL_STACK;
            return new Read<>(check.fail(String.valueOf(e.getMessage()), next), Optional.empty());
        }
    }
}
