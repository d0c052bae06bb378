package io.cryptobot.smoke.doctor;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.cryptobot.smoke.chain.AddressOptions;
import io.cryptobot.smoke.chain.ChainAddresses;
import io.cryptobot.smoke.cli.CheckReport;
import io.cryptobot.smoke.cli.CheckResult;
import io.cryptobot.smoke.cli.CommandFailure;
import io.cryptobot.smoke.cli.ExitCode;
import io.cryptobot.smoke.cli.ReportFile;
import io.cryptobot.smoke.cli.Session;
import io.cryptobot.smoke.config.ConfigurationException;
import io.cryptobot.smoke.sentry.SentrySync;
import io.cryptobot.telemetry.Redactor;
import io.cryptobot.telemetry.files.CryptobotHome;
import io.cryptobot.telemetry.sentry.SentryDsn;
import io.cryptobot.telemetry.sentry.SentrySettings;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Checks this machine, or copies the bot's Sentry settings. */
@Command(
        name = "check-runtime-dependencies",
        description = {
            "Checks what the bot's telemetry needs on this machine.",
            "With --sync-sentry: copies SENTRY_DSN, SENTRY_ENVIRONMENT and SENTRY_RELEASE from"
                    + " config/production.env to config/runtime_overrides.json."
        })
public final class CheckRuntimeDependencies implements Callable<Integer> {
    private static final String NAME = "check-runtime-dependencies";

    @Mixin
    @SuppressWarnings("NullAway.Init")
    private Session session;

    @Option(names = "--sync-sentry", description = "Bring runtime_overrides.json in line with production.env.")
    private boolean syncSentry;

    @Option(names = "--dry-run", description = "With --sync-sentry: show the differences, write nothing.")
    private boolean dryRun;

    @Option(names = "--json", description = "Print one JSON document.")
    private boolean json;

    @Option(
            names = "--write-report",
            paramLabel = "<file>",
            description = "Write the JSON document to a file that only its owner can read, without secrets.")
    private @Nullable Path report;

    @ArgGroup(exclusive = false, validate = false, heading = "%nAddresses of exporter, Prometheus and Alertmanager:%n")
    private AddressOptions addresses = new AddressOptions();

    @Override
    public Integer call() throws IOException, InterruptedException {
        if (dryRun && !syncSentry) {
            throw session.wrongUsage("--dry-run needs --sync-sentry");
        }
        if (report != null && syncSentry) {
            throw session.wrongUsage("--write-report does not go with --sync-sentry");
        }
        return (syncSentry ? synchronize() : check()).code();
    }

    private ExitCode check() throws InterruptedException {
        Map<String, String> environment = session.environment();
        ChainAddresses chain = addresses.resolve(environment);
        List<CheckResult> results = new ArrayList<>(new HostChecks(environment).run());
        SentryDsn sentry = SentrySettings.resolve(
                        Map.of(), environment, CryptobotHome.from(environment).runtimeOverrides())
                .dsn();
        results.addAll(new ServiceChecks(chain, addresses.named(environment), sentry).run());
        CheckReport checks = new CheckReport(NAME, results);
        if (json) {
            checks.printJson(session.out());
        } else {
            checks.printLines(session.out());
        }
        if (report != null) {
            StringWriter text = new StringWriter();
            checks.printJson(new PrintWriter(text));
            ReportFile.write("--write-report", report, Redactor.redact(text.toString()));
        }
        return checks.exitCode();
    }

    private ExitCode synchronize() throws IOException {
        CryptobotHome home = session.home();
        SentrySync.Mode mode = dryRun ? SentrySync.Mode.DRY_RUN : SentrySync.Mode.WRITE;
        SentrySync.Result outcome;
        try {
            outcome = new SentrySync(home, session.environment()).run(mode);
        } catch (ConfigurationException e) {
            throw new CommandFailure(ExitCode.CONFIGURATION, String.valueOf(e.getMessage()), e);
        }
        PrintWriter err = session.err();
        outcome.warnings().forEach(warning -> err.println("‼ " + warning));
        String result = outcome.inSync() ? "already in sync" : dryRun ? "dry run, nothing written" : "written";
        PrintWriter out = session.out();
        if (json) {
            ObjectNode document = JsonNodeFactory.instance
                    .objectNode()
                    .put("schema", "cryptobot.sentry-sync/v1")
                    .put("result", result)
                    .put("file", home.runtimeOverrides().toString());
            outcome.changes().forEach(document.putArray("changes")::add);
            outcome.warnings().forEach(document.putArray("warnings")::add);
            out.println(document.toPrettyString());
        } else {
            outcome.changes().forEach(out::println);
            out.println(result + ": " + home.runtimeOverrides());
        }
        return ExitCode.PASS;
    }
}
