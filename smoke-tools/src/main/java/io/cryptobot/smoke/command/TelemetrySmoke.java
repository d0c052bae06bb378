package io.cryptobot.smoke.command;

import io.cryptobot.smoke.CommandFailure;
import io.cryptobot.smoke.ExitCode;
import io.cryptobot.smoke.SmokeTools;
import io.cryptobot.smoke.check.CheckReport;
import io.cryptobot.smoke.check.CheckResult;
import io.cryptobot.telemetry.CryptobotHome;
import io.cryptobot.telemetry.sentry.SentrySettings;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
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
                description = "Log an exception and wait until Sentry has accepted it.")
        private boolean raiseException;
    }

    @Override
    public Integer call() throws InterruptedException {
        if (drill.raiseException) {
            return report(List.of(raiseException())).code();
        }
        throw new IllegalStateException("a drill without an action");
    }

    private CheckResult raiseException() throws InterruptedException {
        CryptobotHome home = CryptobotHome.from(tools.environment());
        SentrySettings settings = SentrySettings.resolve(Map.of(), tools.environment(), home.runtimeOverrides());
        if (!settings.enabled()) {
            String why = settings.notes().isEmpty() ? "Sentry is not configured" : String.join("; ", settings.notes());
            throw new CommandFailure(ExitCode.CONFIGURATION, why + "; run: check-runtime-dependencies --sync-sentry");
        }
        PrintWriter err = spec.commandLine().getErr();
        settings.notes().forEach(note -> err.println("‼ " + note));
        err.println("sending to " + settings);
        err.flush();
        return new RaiseException(settings).run(timeout);
    }

    private ExitCode report(List<CheckResult> hops) {
        CheckReport report = new CheckReport(NAME, hops);
        if (json) {
            report.printJson(spec.commandLine().getOut());
        } else {
            report.printLines(spec.commandLine().getOut());
        }
        return report.exitCode();
    }
}
