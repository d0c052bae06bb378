package io.cryptobot.smoke.command;

import io.cryptobot.smoke.CommandFailure;
import io.cryptobot.smoke.ExitCode;
import io.cryptobot.smoke.SmokeTools;
import io.cryptobot.smoke.chain.ChainAddresses;
import io.cryptobot.smoke.check.CheckReport;
import io.cryptobot.smoke.check.CheckResult;
import io.cryptobot.telemetry.CryptobotHome;
import io.cryptobot.telemetry.RunDirectory;
import io.cryptobot.telemetry.sentry.SentryDsn;
import io.cryptobot.telemetry.sentry.SentrySettings;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** Sends one real signal through the real path and waits for the proof that it arrived. */
@Command(name = "telemetry-smoke", description = "Proves one path from this machine to the people on call, end to end.")
public final class TelemetrySmoke implements Callable<Integer> {
    private static final String NAME = "telemetry-smoke";

    @ParentCommand
    @SuppressWarnings("NullAway.Init")
    private SmokeTools tools;

    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    @ArgGroup(exclusive = true, multiplicity = "1")
    private Drill drill = new Drill();

    @Option(
            names = "--timeout",
            converter = DurationConverter.class,
            defaultValue = "15s",
            description = "How long to wait for the proof, such as 500ms, 15s, 2m (default: ${DEFAULT-VALUE}).")
    private Duration timeout = Duration.ofSeconds(15);

    @Option(names = "--json", description = "Print one JSON document.")
    private boolean json;

    /** What to prove; exactly one. */
    private static final class Drill {
        @Option(
                names = "--raise-exception",
                required = true,
                description = "Log an exception and wait until Sentry has accepted it; with SENTRY_AUTH_TOKEN (and"
                        + " SENTRY_ORG, SENTRY_URL where the DSN does not tell) until Sentry has stored it.")
        private boolean raiseException;

        @Option(
                names = "--alert-demo",
                required = true,
                description = "Fail four orders of a drill bot and follow them to Slack.")
        private boolean alertDemo;
    }

    /** Where the chain is; for {@code --alert-demo}. */
    private static final class Addresses {
        @Option(
                names = "--exporter",
                defaultValue = "http://127.0.0.1:9100",
                description = "Default: ${DEFAULT-VALUE}.")
        private URI exporter = URI.create("http://127.0.0.1:9100");

        @Option(
                names = "--prometheus",
                defaultValue = "http://127.0.0.1:9090",
                description = "Default: ${DEFAULT-VALUE}.")
        private URI prometheus = URI.create("http://127.0.0.1:9090");

        @Option(
                names = "--alertmanager",
                defaultValue = "http://127.0.0.1:9093",
                description = "Default: ${DEFAULT-VALUE}.")
        private URI alertmanager = URI.create("http://127.0.0.1:9093");

        @Option(
                names = "--receivers",
                description =
                        "Local receivers that stand for Slack; without them the last hop is Alertmanager's own count.")
        private @Nullable URI receivers;
    }

    @ArgGroup(exclusive = false, validate = false, heading = "%nWhere the chain is, for --alert-demo:%n")
    private Addresses addresses = new Addresses();

    @Override
    public Integer call() throws IOException, InterruptedException {
        List<CheckResult> hops = new ArrayList<>();
        if (drill.raiseException) {
            raiseException(hop -> {
                hops.add(hop);
                if (!json) {
                    CheckReport.printLine(hop, spec.commandLine().getOut());
                }
            });
        } else if (drill.alertDemo) {
            alertDemo(hops);
        }
        CheckReport report = new CheckReport(NAME, hops);
        if (drill.alertDemo && addresses.receivers == null && report.exitCode() == ExitCode.PASS) {
            PrintWriter err = spec.commandLine().getErr();
            err.println("‼ that Alertmanager sent it does not prove that Slack shows it: look into #cryptobot-alerts");
            err.flush();
        }
        if (json) {
            report.printJson(spec.commandLine().getOut());
        }
        return report.exitCode().code();
    }

    private void alertDemo(List<CheckResult> hops) throws IOException, InterruptedException {
        ChainAddresses chain = new ChainAddresses(
                addresses.exporter, addresses.prometheus, addresses.alertmanager, addresses.receivers);
        new AlertDemo(RunDirectory.from(tools.environment()), chain, timeout).run(hop -> {
            hops.add(hop);
            if (!json) {
                CheckReport.printHop(hop, spec.commandLine().getOut());
            }
        });
    }

    private void raiseException(Consumer<CheckResult> hops) throws InterruptedException {
        CryptobotHome home = CryptobotHome.from(tools.environment());
        SentrySettings settings = SentrySettings.resolve(Map.of(), tools.environment(), home.runtimeOverrides());
        SentryDsn dsn = settings.dsn();
        if (dsn == null) {
            String why = settings.notes().isEmpty() ? "Sentry is not configured" : String.join("; ", settings.notes());
            throw new CommandFailure(ExitCode.CONFIGURATION, why + "; run: check-runtime-dependencies --sync-sentry");
        }
        PrintWriter err = spec.commandLine().getErr();
        settings.notes().forEach(note -> err.println("‼ " + note));
        SentryReadBack readBack = SentryReadBack.from(tools.environment(), dsn);
        err.println("sending to " + settings);
        err.flush();
        CheckResult accepted = new RaiseException(settings).run(timeout);
        hops.accept(accepted);
        if (accepted.status() != CheckResult.Status.PASS) {
            return;
        }
        if (readBack == null) {
            err.println(
                    "‼ accepted is not yet stored: with SENTRY_AUTH_TOKEN (scope project:read) this reads the event back");
            err.flush();
        } else {
            hops.accept(readBack.await(accepted.evidence().getOrDefault("eventId", ""), timeout));
        }
    }
}
