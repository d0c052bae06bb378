package io.cryptobot.smoke.review;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.cryptobot.smoke.chain.AlertmanagerApi;
import io.cryptobot.smoke.chain.MonitoringOptions;
import io.cryptobot.smoke.chain.PrometheusApi;
import io.cryptobot.smoke.chain.Silence;
import io.cryptobot.smoke.cli.CommandFailure;
import io.cryptobot.smoke.cli.DurationConverter;
import io.cryptobot.smoke.cli.ExitCode;
import io.cryptobot.smoke.cli.Session;
import io.cryptobot.smoke.cli.WeekConverter;
import io.cryptobot.smoke.oncall.RotationOption;
import io.cryptobot.smoke.review.AlertReview.Fired;
import io.cryptobot.smoke.review.AlertReview.Silenced;
import io.cryptobot.telemetry.Redactor;
import java.io.IOException;
import java.io.PrintWriter;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Summarises the alerts of a week. */
@Command(
        name = "review",
        description = "Prints the alerts of the last seven days: fired, flapped, silenced, never fired.",
        exitCodeList = {
            "0:printed",
            "1:Prometheus does not answer",
            "5:printed without the silences: Alertmanager does not answer"
        })
public final class ReviewCommand implements Callable<Integer> {
    private static final Duration WEEK = Duration.ofDays(7);

    @Mixin
    @SuppressWarnings("NullAway.Init")
    private Session session;

    @Mixin
    private MonitoringOptions monitoring = new MonitoringOptions();

    @Option(
            names = "--week",
            paramLabel = "<week>",
            converter = WeekConverter.class,
            description = "A calendar week instead, Monday to Sunday in UTC, such as 2026-W47.")
    private @Nullable Instant week;

    @Option(
            names = "--flap",
            paramLabel = "<time>",
            defaultValue = "10m",
            converter = DurationConverter.class,
            description =
                    "An alert that fires again within this time after its end has flapped (default: ${DEFAULT-VALUE}).")
    @SuppressWarnings("NullAway.Init")
    private Duration flap;

    @Option(names = "--json", description = "Print one JSON document, cryptobot.review/v1.")
    private boolean json;

    @Override
    public Integer call() throws InterruptedException {
        Instant now = Instant.now();
        Instant from = week == null ? now.minus(WEEK) : week;
        if (from.isAfter(now)) {
            throw session.wrongUsage("--week has not begun: " + from);
        }
        Instant to = from.plus(WEEK).isBefore(now) ? from.plus(WEEK) : now;
        List<Firing> firings;
        Set<String> rules;
        try {
            AlertHistory history = new AlertHistory(new PrometheusApi(monitoring.prometheus(session.environment())));
            rules = history.rules().keySet();
            firings = history.firings(from, to);
        } catch (IOException e) {
            throw new CommandFailure(ExitCode.FAILED, String.valueOf(e.getMessage()), e);
        }
        List<Silence> silences = List.of();
        List<String> notes = new ArrayList<>();
        ExitCode code = ExitCode.PASS;
        try {
            AlertmanagerApi alertmanager = new AlertmanagerApi(monitoring.alertmanager(session.environment()));
            silences = Source.ALERTMANAGER.ask(() -> alertmanager.silences(from, to));
            if (from.isBefore(now.minus(Silence.KEPT))) {
                notes.add("silences that ended before "
                        + now.minus(Silence.KEPT).truncatedTo(ChronoUnit.SECONDS)
                        + " are not known: Alertmanager keeps them for 5 days");
            }
        } catch (IOException e) {
            notes.add(e.getMessage() + "; silences are not known");
            code = ExitCode.NOT_VERIFIABLE;
        }
        AlertReview review = AlertReview.of(
                from.truncatedTo(ChronoUnit.SECONDS),
                to.truncatedTo(ChronoUnit.SECONDS),
                firings,
                silences,
                rules,
                flap);
        PrintWriter out = session.out();
        if (json) {
            out.println(document(review, notes, code).toPrettyString());
        } else {
            print(review, notes, out);
        }
        return code.code();
    }

    private static void print(AlertReview review, List<String> notes, PrintWriter out) {
        out.println("Alerts from " + review.from() + " to " + review.to());
        out.println();
        if (review.fired().isEmpty()) {
            out.println("fired: none");
        } else {
            out.println("fired  flapped  silenced       total  alert");
            for (Fired fired : review.fired()) {
                out.printf(
                        Locale.ROOT,
                        "%5d  %7d  %8d  %10s  %s%s%n",
                        fired.count(),
                        fired.flapped(),
                        fired.silenced(),
                        shown(fired.total()),
                        fired.name(),
                        fired.isOngoing() ? ", still fires" : "");
            }
        }
        out.println();
        for (Silenced silenced : review.silences()) {
            Silence silence = silenced.silence();
            out.println(Redactor.redact("silence of " + silence.createdBy() + " on " + silence.what() + " from "
                            + silence.from().truncatedTo(ChronoUnit.SECONDS) + " to "
                            + silence.to().truncatedTo(ChronoUnit.SECONDS) + " covered " + silenced.covered() + ": "
                            + silence.comment())
                    .replaceAll("\\s+", " "));
        }
        if (review.silences().isEmpty()) {
            out.println("silences: none known");
        }
        out.println();
        out.println("never fired (" + review.neverFired().size() + "): " + String.join(", ", review.neverFired()));
        notes.forEach(note -> out.println("‼ " + note));
    }

    /** Days are shown in hours, so that a long time is easy to see. */
    private static String shown(Duration duration) {
        return String.format(
                Locale.ROOT, "%d:%02d:%02d", duration.toHours(), duration.toMinutesPart(), duration.toSecondsPart());
    }

    private static ObjectNode document(AlertReview review, List<String> notes, ExitCode code) {
        ObjectNode document = JsonNodeFactory.instance
                .objectNode()
                .put("schema", "cryptobot.review/v1")
                .put("from", review.from().toString())
                .put("to", review.to().toString())
                .put("exitCode", code.code());
        ArrayNode fired = document.putArray("fired");
        for (Fired each : review.fired()) {
            fired.addObject()
                    .put("alert", each.alert())
                    .put("name", each.name())
                    .put("count", each.count())
                    .put("seconds", each.total().toSeconds())
                    .put("flapped", each.flapped())
                    .put("silenced", each.silenced())
                    .put("lasts", each.isOngoing());
        }
        ArrayNode silences = document.putArray("silences");
        for (Silenced each : review.silences()) {
            silences.addObject()
                    .put("createdBy", Redactor.redact(each.silence().createdBy()))
                    .put("comment", Redactor.redact(each.silence().comment()))
                    .put("from", each.silence().from().toString())
                    .put("to", each.silence().to().toString())
                    .put("matchers", each.silence().what())
                    .put("covered", each.covered());
        }
        review.neverFired().forEach(document.putArray("neverFired")::add);
        notes.forEach(document.putArray("notes")::add);
        return document;
    }

    @Command(
            name = "ics",
            description = {
                "Prints the reviews of the next 53 weeks as an iCalendar file: the week's alerts, the month's"
                        + " thresholds, the quarter's drill. Import it again every quarter.",
                "Time zone and weekly hand-over are those of the rotation."
            },
            exitCodeList = {"0:printed", "3:the rotation is missing or wrong"})
    int ics(@Mixin RotationOption file) {
        Instant now = Instant.now().truncatedTo(ChronoUnit.SECONDS);
        PrintWriter out = session.out();
        out.print(ReviewCalendar.of(file.read(session.home(), now).handover(), now)
                .text());
        out.flush();
        return ExitCode.PASS.code();
    }
}
