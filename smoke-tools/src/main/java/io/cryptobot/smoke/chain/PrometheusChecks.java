package io.cryptobot.smoke.chain;

import io.cryptobot.smoke.chain.PrometheusApi.Rule;
import io.cryptobot.smoke.chain.PrometheusApi.Target;
import io.cryptobot.smoke.cli.Check;
import io.cryptobot.smoke.cli.CheckResult;
import java.io.IOException;
import java.net.URI;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Read-only checks of a Prometheus that need no bot. {@link CheckResult.Status#TIMEOUT} means that the check may pass soon.
 * Immutable; thread-safe.
 */
public final class PrometheusChecks {
    public static final Check READY = new Check("prometheus-ready", "Prometheus is ready");
    public static final Check RULE = new Check("rule-loaded", "the rule is loaded and healthy");
    public static final Check TARGET = new Check("target-up", "Prometheus scrapes the exporter");
    public static final Check ALERTMANAGER = new Check("alertmanager-known", "Prometheus sends to an Alertmanager");

    private final URI address;
    private final PrometheusApi prometheus;

    public PrometheusChecks(URI address) {
        this.address = address;
        this.prometheus = new PrometheusApi(address);
    }

    /** A result, and the value that was read, if later checks need it. */
    record Read<T>(CheckResult result, Optional<T> value) {}

    CheckResult ready() throws IOException, InterruptedException {
        prometheus.requireReady();
        return READY.pass().withEvidence("address", address.toString());
    }

    /** {@return whether the rule is loaded} */
    public CheckResult ruleLoaded() throws IOException, InterruptedException {
        return rule().result();
    }

    Read<Rule> rule() throws IOException, InterruptedException {
        Optional<Rule> loaded = prometheus.rule(AlertChain.ALERT);
        return new Read<>(loaded.map(this::judge).orElseGet(this::noRule), loaded);
    }

    private CheckResult noRule() {
        return RULE.fail(
                "the rule " + AlertChain.ALERT + " is not loaded",
                "unpack ops-configs on the monitoring host and reload Prometheus; look at " + address + "/rules");
    }

    private CheckResult judge(Rule rule) {
        if (!rule.lastError().isEmpty()) {
            return RULE.fail(rule.lastError(), "look at " + address + "/rules");
        }
        return RULE.pass()
                .withEvidence("interval", PrometheusDuration.show(rule.interval()))
                .withEvidence("for", PrometheusDuration.show(rule.holdsFor()));
    }

    /** {@return whether an exporter is scraped} */
    public CheckResult targetUp() throws IOException, InterruptedException {
        return targets().result();
    }

    /** {@return the same, with the exporters that are scraped} */
    Read<List<Target>> targets() throws IOException, InterruptedException {
        List<Target> targets = prometheus.targets();
        List<Target> up = targets.stream().filter(Target::isUp).toList();
        return new Read<>(judge(targets, up), Optional.of(up));
    }

    private CheckResult judge(List<Target> targets, List<Target> up) {
        String next = "look at " + address + "/targets";
        if (targets.isEmpty()) {
            return TARGET.timeout("Prometheus has no target of the job cryptobot-desktop", next);
        }
        if (targets.stream().allMatch(target -> target.health().equals("unknown"))) {
            return TARGET.timeout("Prometheus has not scraped it yet", next);
        }
        String down = targets.stream()
                .filter(target -> !target.isUp())
                .map(Target::trouble)
                .collect(Collectors.joining("; "));
        if (up.isEmpty()) {
            return TARGET.fail(down, next);
        }
        return (down.isEmpty() ? TARGET.pass() : TARGET.warning(down, next))
                .withEvidence("interval", PrometheusDuration.show(Target.longest(up, Target::interval)))
                .withEvidence("targets", up.size() + " of " + targets.size());
    }

    /** {@return whether Prometheus has an Alertmanager} */
    public CheckResult alertmanagerKnown() throws IOException, InterruptedException {
        List<String> urls = prometheus.alertmanagers();
        if (urls.isEmpty()) {
            return ALERTMANAGER.timeout(
                    "Prometheus has no Alertmanager configured",
                    "look at alerting: in prometheus.yml, and at " + address + "/status");
        }
        return ALERTMANAGER
                .pass()
                .withEvidence(
                        "alertmanagers",
                        urls.stream()
                                .map(url -> String.valueOf(URI.create(url).getAuthority()))
                                .collect(Collectors.joining(",")));
    }
}
