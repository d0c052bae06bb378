package io.cryptobot.smoke.doctor;

import io.cryptobot.smoke.chain.ChainAddresses;
import io.cryptobot.smoke.chain.DrillChecks;
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
 * Checks the programs that the bot's telemetry goes through. A program without a configured address that does not answer at its
 * usual port is skipped: a bot's host need not run it. Confined to one thread.
 */
final class ServiceChecks {
    private static final Check EXPORTER = new Check("exporter", "the exporter answers");
    private static final Check SENTRY = new Check("sentry-reachable", "Sentry can be reached");
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
        results.add(ready(EXPORTER, addresses.exporter(), named.exporter()));
        CheckResult ready = ready(PrometheusChecks.READY, addresses.prometheus(), named.prometheus());
        results.add(ready);
        results.add(ready(DrillChecks.READY, addresses.alertmanager(), named.alertmanager()));
        boolean prometheus = ready.status() == CheckResult.Status.PASS;
        PrometheusChecks checks = new PrometheusChecks(addresses.prometheus());
        results.add(judge(PrometheusChecks.RULE, prometheus, checks::ruleLoaded, ""));
        results.add(judge(PrometheusChecks.TARGET, prometheus, checks::targetUp, ""));
        results.add(judge(PrometheusChecks.ALERTMANAGER, prometheus, checks::alertmanagerKnown, ""));
        results.add(judge(CLOCK, prometheus, this::clock, "chronyc tracking"));
        results.add(sentryReachable());
        return results;
    }

    private static CheckResult ready(Check check, URI address, boolean isNamed) throws InterruptedException {
        try {
            HttpProbe.get(address.resolve("/-/ready"));
            return check.pass().withEvidence("address", address.toString());
        } catch (IOException e) {
            String cause = String.valueOf(e.getMessage());
            return isNamed
                    ? check.fail(
                            cause,
                            "start it, or correct its address; a local stack: smoke-tools/bin/cryptobot stack up")
                    : check.skip(cause, "set its address if it runs elsewhere: --help");
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
            return check.fail(String.valueOf(e.getMessage()), "check that the address is that of a Prometheus");
        }
    }

    /** By the header Date, which has whole seconds. */
    private CheckResult clock() throws IOException, InterruptedException {
        Optional<String> date = HttpProbe.date(addresses.prometheus().resolve("/-/ready"));
        Instant there;
        try {
            there = Instant.from(DateTimeFormatter.RFC_1123_DATE_TIME.parse(date.orElse("")));
        } catch (DateTimeParseException e) {
            return CLOCK.skip("the answer of Prometheus has no Date header", "chronyc tracking");
        }
        Duration skew = Duration.between(there.plusMillis(500), Instant.now()).abs();
        String cause = "the clocks are " + skew.toSeconds() + " s apart";
        String next = "set this host's clock: chronyc tracking, timedatectl";
        if (skew.compareTo(SKEW_FAILURE) > 0) {
            return CLOCK.fail(cause, next);
        }
        return skew.compareTo(SKEW_WARNING) > 0 ? CLOCK.warning(cause, next) : CLOCK.pass();
    }

    /** Any answer is enough; telemetry-smoke --raise-exception proves that Sentry takes events. */
    private CheckResult sentryReachable() throws InterruptedException {
        if (sentry == null) {
            return SENTRY.skip("Sentry is not configured", "");
        }
        try {
            HttpProbe.date(sentry.server().resolve("/"));
            return SENTRY.pass().withEvidence("server", sentry.server().toString());
        } catch (IOException e) {
            return SENTRY.warning(
                    String.valueOf(e.getMessage()), "error reports wait on disk until it answers; look at the network");
        }
    }
}
