package io.cryptobot.smoke.drill;

import io.cryptobot.smoke.chain.AddressOptions;
import io.cryptobot.smoke.cli.CheckReport;
import io.cryptobot.smoke.cli.CheckResult;
import io.cryptobot.smoke.cli.CommandFailure;
import io.cryptobot.smoke.cli.DurationConverter;
import io.cryptobot.smoke.cli.ExitCode;
import io.cryptobot.smoke.cli.Session;
import io.cryptobot.smoke.sentry.RaiseException;
import io.cryptobot.smoke.sentry.SentryReadBack;
import io.cryptobot.telemetry.files.CryptobotHome;
import io.cryptobot.telemetry.sentry.SentryDsn;
import io.cryptobot.telemetry.sentry.SentrySettings;
import java.io.IOException;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Sends one real signal through the chain and waits for the proof that it arrived. */
@Command(name = "telemetry-smoke", description = "Proves one path from this machine to the people on call, end to end.")
public final class TelemetrySmoke implements Callable<Integer> {
    private static final String NAME = "telemetry-smoke";
    private static final Duration DEFAULT_TIMEOUT = Duration.ofSeconds(15);

    @Mixin
    @SuppressWarnings("NullAway.Init")
    private Session session;

    @ArgGroup(exclusive = true, multiplicity = "1")
    private Proof proof = new Proof();

    @Option(
            names = "--timeout",
            converter = DurationConverter.class,
            description =
                    "How long to wait for the proof, such as 500ms, 15s, 2m. Default: 15s; for --alert-demo, where it"
                            + " is the time of each stage, what the intervals of the running Prometheus and Alertmanager"
                            + " need.")
    private @Nullable Duration timeout;

    @Option(names = "--json", description = "Print one JSON document; with --every one a line for each drill.")
    private boolean json;

    /** What to prove; exactly one. */
    private static final class Proof {
        @Option(
                names = "--raise-exception",
                required = true,
                description = "Log an exception and wait until Sentry has accepted it; with SENTRY_AUTH_TOKEN (and"
                        + " SENTRY_ORG, SENTRY_URL if the DSN does not contain them) until Sentry has stored it.")
        private boolean raiseException;

        @Option(
                names = "--alert-demo",
                required = true,
                description = "Fail four orders of a drill bot and follow them to Slack.")
        private boolean alertDemo;
    }

    @ArgGroup(exclusive = false, validate = false, heading = "%nFor --alert-demo:%n")
    private AlertDemoOptions alertDemo = new AlertDemoOptions();

    @ArgGroup(exclusive = false, validate = false, heading = "%nAddresses of the chain, for --alert-demo:%n")
    private AddressOptions addresses = new AddressOptions();

    @Override
    public Integer call() throws IOException, InterruptedException {
        if (proof.raiseException) {
            return raiseException().code();
        }
        return proof.alertDemo
                ? alertDemo().code()
                : ExitCode.USAGE.code(); // the second cannot be: one of the two is given
    }

    private ExitCode alertDemo() throws IOException, InterruptedException {
        String problem = alertDemo.problem();
        if (problem != null) {
            throw session.wrongUsage(problem);
        }
        AlertDemo.Format format = json ? AlertDemo.Format.JSON : AlertDemo.Format.LINES;
        return new AlertDemo(session, addresses.resolve(session.environment()), alertDemo, timeout, format).run();
    }

    private ExitCode raiseException() throws InterruptedException {
        if (alertDemo.given() != null) {
            throw session.wrongUsage(alertDemo.given() + " needs --alert-demo");
        }
        List<CheckResult> results = new ArrayList<>();
        raiseException(timeout == null ? DEFAULT_TIMEOUT : timeout, result -> {
            results.add(result);
            if (!json) {
                CheckReport.printLine(result, session.out());
            }
        });
        CheckReport report = new CheckReport(NAME, results);
        if (json) {
            report.printJson(session.out());
        }
        return report.exitCode();
    }

    private void raiseException(Duration limit, Consumer<CheckResult> show) throws InterruptedException {
        CryptobotHome home = session.home();
        SentrySettings settings = SentrySettings.resolve(Map.of(), session.environment(), home.runtimeOverrides());
        SentryDsn dsn = settings.dsn();
        if (dsn == null) {
            String why =
                    settings.warnings().isEmpty() ? "Sentry is not configured" : String.join("; ", settings.warnings());
            throw new CommandFailure(ExitCode.CONFIGURATION, why + "; run: check-runtime-dependencies --sync-sentry");
        }
        PrintWriter err = session.err();
        settings.warnings().forEach(note -> err.println("‼ " + note));
        SentryReadBack readBack = SentryReadBack.from(session.environment(), dsn);
        err.println("sending to " + settings);
        err.flush();
        CheckResult accepted = new RaiseException(settings).run(limit);
        show.accept(accepted);
        if (accepted.status() != CheckResult.Status.PASS) {
            return;
        }
        if (readBack == null) {
            err.println("‼ accepted is not yet stored: with SENTRY_AUTH_TOKEN (scope project:read) this reads the event"
                    + " back");
            err.flush();
        } else {
            show.accept(readBack.await(accepted.evidence().getOrDefault("eventId", ""), limit));
        }
    }
}
