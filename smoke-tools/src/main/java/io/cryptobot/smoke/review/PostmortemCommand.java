package io.cryptobot.smoke.review;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.cryptobot.smoke.chain.MonitoringOptions;
import io.cryptobot.smoke.chain.PrometheusApi;
import io.cryptobot.smoke.cli.CommandFailure;
import io.cryptobot.smoke.cli.ExitCode;
import io.cryptobot.smoke.cli.InstantConverter;
import io.cryptobot.smoke.cli.Session;
import io.cryptobot.smoke.review.PostmortemCheck.Finding;
import io.cryptobot.smoke.review.PostmortemCheck.State;
import io.cryptobot.telemetry.Redactor;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Begins postmortems, and finds those that are missing, late or unfinished. */
@Command(
        name = "postmortem",
        description = "Begins a postmortem with the facts in it; finds those that are missing, late or unfinished.",
        subcommands = {PostmortemNewCommand.class, PostmortemCommand.Check.class})
public final class PostmortemCommand {
    static Path directory(@Nullable Path given, Session session) {
        return given != null ? given : session.home().postmortems();
    }

    /** Finds missing, late and unfinished postmortems. */
    @Command(
            name = "check",
            description = {
                "Finds pages that have no postmortem 24 hours after their end, and postmortems that are late or in"
                        + " which template text is left.",
                "A page is an alert that fired with severity critical, in no drill and not in paper mode. Firings about"
                        + " one bot with less than 30 minutes between them are one incident."
            },
            exitCodeList = {
                "0:every page has its finished postmortem, or still has time",
                "1:one is missing, late or unfinished; one line each, with file and line",
                "3:the directory or a file in it cannot be read",
                "5:the files are in order, but Prometheus cannot be asked what has fired"
            })
    static final class Check implements Callable<Integer> {
        private static final int MAX_DAYS = 90;

        @Mixin
        @SuppressWarnings("NullAway.Init")
        private Session session;

        @Mixin
        private MonitoringOptions monitoring = new MonitoringOptions();

        @Parameters(
                paramLabel = "<directory>",
                arity = "0..1",
                description = "The postmortems (default: ops/postmortems in CRYPTOBOT_HOME).")
        private @Nullable Path directory;

        @Option(
                names = "--days",
                paramLabel = "<n>",
                defaultValue = "14",
                description = "How far back to look for pages, as far as Prometheus remembers (default:"
                        + " ${DEFAULT-VALUE}).")
        private int days;

        @Option(
                names = "--at",
                paramLabel = "<instant>",
                converter = InstantConverter.class,
                description = "Check as of this time, such as 2026-12-24T18:00:00Z.")
        private @Nullable Instant at;

        @Option(names = "--json", description = "Print one JSON document, cryptobot.postmortem-check/v1.")
        private boolean json;

        @Override
        public Integer call() throws InterruptedException {
            if (days < 1 || days > MAX_DAYS) {
                throw session.wrongUsage("--days must be 1 to " + MAX_DAYS + ", was " + days);
            }
            List<PostmortemFile> files = files(directory(directory, session));
            List<String> problems = new ArrayList<>();
            files.forEach(file -> file.problems().stream().map(Redactor::redact).forEach(problems::add));
            Instant clock = Instant.now();
            Instant now = at == null ? clock : at;
            List<Finding> findings = List.of();
            String unknown = null;
            try {
                findings = PostmortemCheck.of(
                        new AlertHistory(new PrometheusApi(monitoring.prometheus(session.environment())))
                                .firings(now.minus(Duration.ofDays(days)), now.isBefore(clock) ? now : clock),
                        files,
                        now);
            } catch (IOException e) {
                unknown = e.getMessage() + "; what has fired cannot be compared with the postmortems";
            }
            boolean failed =
                    !problems.isEmpty() || findings.stream().anyMatch(finding -> finding.state() == State.MISSING);
            ExitCode code = failed ? ExitCode.FAILED : unknown == null ? ExitCode.PASS : ExitCode.NOT_VERIFIABLE;
            PrintWriter out = session.out();
            if (json) {
                out.println(
                        document(now, files, problems, findings, unknown, code).toPrettyString());
            } else {
                print(files, problems, findings, unknown, out);
            }
            return code.code();
        }

        private static List<PostmortemFile> files(Path directory) {
            try {
                return Files.exists(directory) ? PostmortemFile.readAll(directory) : List.of();
            } catch (IOException e) {
                throw new CommandFailure(
                        ExitCode.CONFIGURATION, "the postmortems cannot be read: " + e.getMessage(), e);
            }
        }

        private void print(
                List<PostmortemFile> files,
                List<String> problems,
                List<Finding> findings,
                @Nullable String unknown,
                PrintWriter out) {
            problems.forEach(problem -> out.println("× " + problem));
            for (Finding finding : findings) {
                switch (finding.state()) {
                    case MISSING -> out.println("× " + finding.line());
                    case DUE, LASTS -> out.println("‼ " + finding.line());
                    case WRITTEN -> {
                        // no news
                    }
                }
            }
            if (unknown != null) {
                out.println("‼ " + unknown);
            }
            long finished =
                    files.stream().filter(file -> file.problems().isEmpty()).count();
            boolean failed =
                    !problems.isEmpty() || findings.stream().anyMatch(finding -> finding.state() == State.MISSING);
            out.println((failed ? "  " : "√ ") + finished + " of " + files.size()
                    + " postmortems finished"
                    + (unknown == null
                            ? ", " + findings.size() + (findings.size() == 1 ? " incident" : " incidents")
                                    + " in the last " + days + (days == 1 ? " day" : " days")
                            : ""));
        }

        private static ObjectNode document(
                Instant now,
                List<PostmortemFile> files,
                List<String> problems,
                List<Finding> findings,
                @Nullable String unknown,
                ExitCode code) {
            ObjectNode document = JsonNodeFactory.instance
                    .objectNode()
                    .put("schema", "cryptobot.postmortem-check/v1")
                    .put("at", now.truncatedTo(ChronoUnit.SECONDS).toString())
                    .put("exitCode", code.code())
                    .put("postmortems", files.size())
                    .put("historyProblem", unknown);
            problems.forEach(document.putArray("problems")::add);
            ArrayNode incidents = document.putArray("incidents");
            for (Finding finding : findings) {
                incidents
                        .addObject()
                        .put("alert", finding.incident().first().alert())
                        .put("bot", finding.incident().bot())
                        .put("from", finding.incident().from().toString())
                        .put("to", finding.incident().to().toString())
                        .put("due", finding.incident().due().toString())
                        .put("state", finding.state().name().toLowerCase(Locale.ROOT));
            }
            return document;
        }
    }
}
