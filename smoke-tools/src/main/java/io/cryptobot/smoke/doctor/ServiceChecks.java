package io.cryptobot.smoke.doctor;

import static io.cryptobot.smoke.cli.CheckResult.fail;
import static io.cryptobot.smoke.cli.CheckResult.pass;
import static io.cryptobot.smoke.cli.CheckResult.skip;
import static io.cryptobot.smoke.cli.CheckResult.warning;

import io.cryptobot.smoke.chain.ChainAddresses;
import io.cryptobot.smoke.chain.HttpProbe;
import io.cryptobot.smoke.chain.NamedPrograms;
import io.cryptobot.smoke.chain.PrometheusChecks;
import io.cryptobot.smoke.cli.Check;
import io.cryptobot.smoke.cli.CheckResult;
import io.cryptobot.telemetry.sentry.SentryDsn;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The programs that the bot's telemetry goes through. What nobody has named and does not answer at its usual port is skipped: a
 * bot's host need not run it. Confined to one thread.
 */
final class ServiceChecks {
    private static final Check CLOCK = new Check("clock", "this host's clock is Prometheus's");
    private static final Duration SKEW_WARNING = Duration.ofSeconds(2);
    private static final Duration SKEW_FAILURE = Duration.ofSeconds(10);

    private final ChainAddresses addresses;
    private final NamedPrograms named;
    private final @Nullable SentryDsn sentry;

    /** @param sentry null where Sentry is not configured */
    ServiceChecks(ChainAddresses addresses, NamedPrograms named, @Nullable SentryDsn sentry) {
        this.addresses = addresses;
        this.named = named;
        this.sentry = sentry;
    }

    private interface Judgement {
        CheckResult result() throws IOException, InterruptedException;
    }

    /** {@return all results, in the order in which a person would repair them} */
    List<CheckResult> run() throws InterruptedException {
        List<CheckResult> results = new ArrayList<>();
        answers("exporter", "the exporter answers", addresses.exporter(), named.exporter(), results);
        boolean prometheus =
                answers("prometheus-ready", "Prometheus is ready", addresses.prometheus(), named.prometheus(), results);
        answers("alertmanager-ready", "Alertmanager is ready", addresses.alertmanager(), named.alertmanager(), results);
        PrometheusChecks checks = new PrometheusChecks(addresses.prometheus());
        results.add(judge(PrometheusChecks.RULE, prometheus, checks::ruleLoaded, ""));
        results.add(judge(PrometheusChecks.TARGET, prometheus, checks::targetUp, ""));
        results.add(judge(PrometheusChecks.ALERTMANAGER, prometheus, checks::alertmanagerKnown, ""));
        results.add(judge(CLOCK, prometheus, this::clock, "chronyc tracking"));
        results.add(sentryReachable());
        return results;
    }

    private static boolean answers(String id, String title, URI address, boolean isNamed, List<CheckResult> results)
            throws InterruptedException {
        try {
            HttpProbe.get(address.resolve("/-/ready"));
            results.add(pass(id, title).withEvidence("address", address.toString()));
            return true;
        } catch (IOException e) {
            String cause = String.valueOf(e.getMessage());
            results.add(
                    isNamed
                            ? fail(
                                    id,
                                    title,
                                    cause,
                                    "start it, or correct its address; a local stack: smoke-tools/bin/cryptobot stack"
                                            + " up")
                            : skip(id, title, cause, "name its address where it runs elsewhere: --help"));
            return false;
        }
    }

    private static CheckResult judge(Check check, boolean prometheus, Judgement judgement, String nextStep)
            throws InterruptedException {
        if (!prometheus) {
            return check.skip("Prometheus does not answer", nextStep);
        }
        try {
            CheckResult result = judgement.result();
            return result.status() == CheckResult.Status.TIMEOUT
                    ? check.fail(result.cause(), result.nextStep())
                    : result;
        } catch (IOException | IllegalArgumentException e) {
            return check.fail(String.valueOf(e.getMessage()), "look whether that is Prometheus");
        }
    }

    /** By the header Date, which has whole seconds. */
    private CheckResult clock() throws IOException, InterruptedException {
        Optional<String> date = HttpProbe.date(addresses.prometheus().resolve("/-/ready"));
        Instant there;
        try {
            there = Instant.from(DateTimeFormatter.RFC_1123_DATE_TIME.parse(date.orElse("")));
        } catch (DateTimeParseException e) {
            return CLOCK.skip("Prometheus tells no time", "chronyc tracking");
        }
        Duration skew = Duration.between(there.plusMillis(500), Instant.now()).abs();
        String cause = "the clocks are " + skew.toSeconds() + " s apart";
        String next = "set this host's clock: chronyc tracking, timedatectl";
        if (skew.compareTo(SKEW_FAILURE) > 0) {
            return CLOCK.fail(cause, next);
        }
        return skew.compareTo(SKEW_WARNING) > 0 ? CLOCK.warning(cause, next) : CLOCK.pass();
    }

    /** Any answer will do: that Sentry takes events is for telemetry-smoke --raise-exception to prove. */
    private CheckResult sentryReachable() throws InterruptedException {
        String title = "Sentry can be reached";
        if (sentry == null) {
            return skip("sentry-reachable", title, "Sentry is not configured", "");
        }
        try {
            HttpProbe.date(sentry.server().resolve("/"));
            return pass("sentry-reachable", title)
                    .withEvidence("server", sentry.server().toString());
        } catch (IOException e) {
            return warning(
                    "sentry-reachable",
                    title,
                    String.valueOf(e.getMessage()),
                    "error reports wait on disk until it answers; look at the network");
        }
    }
}
