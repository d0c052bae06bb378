package io.cryptobot.smoke.review;

import io.cryptobot.smoke.chain.AlertmanagerApi;
import io.cryptobot.smoke.chain.MonitoringOptions;
import io.cryptobot.smoke.chain.PrometheusApi;
import io.cryptobot.smoke.cli.CommandFailure;
import io.cryptobot.smoke.cli.ExitCode;
import io.cryptobot.smoke.cli.InstantConverter;
import io.cryptobot.smoke.cli.Session;
import io.cryptobot.smoke.oncall.Layer;
import io.cryptobot.smoke.oncall.RotationOption;
import io.cryptobot.telemetry.files.InstanceName;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Begins a postmortem. */
@Command(
        name = "new",
        description = {
            "Writes a draft for an alert that fired, with the timeline from Prometheus, Alertmanager and the log of"
                    + " mode switches, and prints its name.",
            "Run it on the bot's host: the log of mode switches is there. A source that does not answer becomes a TODO"
                    + " in the draft."
        },
        exitCodeList = {
            "0:written",
            "1:there is one already, the alert has not fired, or Prometheus does not answer and --at is not given",
            "3:the draft cannot be written"
        })
final class PostmortemNewCommand implements Callable<Integer> {
    private static final Pattern ALERT = Pattern.compile("[a-zA-Z_:][a-zA-Z0-9_:]{0,99}");
    private static final Duration LOOK_BACK = Duration.ofDays(14);

    @Mixin
    @SuppressWarnings("NullAway.Init")
    private Session session;

    @Mixin
    private MonitoringOptions monitoring = new MonitoringOptions();

    @Option(names = "--alert", required = true, paramLabel = "<name>", description = "The alert that paged.")
    @SuppressWarnings("NullAway.Init")
    private String alert;

    @Option(
            names = "--at",
            paramLabel = "<instant>",
            converter = InstantConverter.class,
            description =
                    "A time of the incident, such as 2026-12-24T18:00:00Z (default: the last time that it fired).")
    private @Nullable Instant at;

    @Option(names = "--bot", paramLabel = "<name>", description = "The bot, where the alert fired for several.")
    private @Nullable String bot;

    @Option(
            names = "--to",
            paramLabel = "<directory>",
            description = "Where to write it (default: ops/postmortems in CRYPTOBOT_HOME).")
    private @Nullable Path to;

    @Override
    public Integer call() throws InterruptedException {
        if (!ALERT.matcher(alert).matches()) {
            throw session.wrongUsage("--alert must be a name such as CryptobotDown, was '" + alert + "'");
        }
        Map<String, String> environment = session.environment();
        AlertmanagerApi alertmanager = new AlertmanagerApi(monitoring.alertmanager(environment));
        AlertHistory history = new AlertHistory(new PrometheusApi(monitoring.prometheus(environment)));
        Instant now = Instant.now();
        Instant upTo = at == null ? now : at;
        if (upTo.isAfter(now)) {
            throw session.wrongUsage("--at is in the future: " + upTo);
        }
        List<Firing> firings = List.of();
        String unknown = null;
        try {
            // the incident may have continued after the given time
            Instant until = upTo.plus(Duration.ofDays(1));
            firings = history.firings(upTo.minus(LOOK_BACK), until.isBefore(now) ? until : now);
        } catch (IOException e) {
            unknown = String.valueOf(e.getMessage());
            if (at == null) {
                throw new CommandFailure(
                        ExitCode.FAILED, unknown + "; to begin without it, say when it was with --at", e);
            }
        }
        Optional<Incident> incident = unknown == null ? Optional.of(incident(firings, upTo)) : Optional.empty();
        PostmortemDraft draft = draft(incident, upTo, now);
        PostmortemFacts facts =
                new PostmortemFacts(draft.bot(), draft.start(), draft.end() == null ? now : draft.end());
        if (unknown != null) {
            facts.isMissing(unknown);
        } else {
            facts.ask(history, firings);
        }
        facts.ask(alertmanager);
        facts.readSwitches(
                session.home().stateDirectory(), InstanceName.from(environment).value());
        write(draft, facts);
        return ExitCode.PASS.code();
    }

    /** {@return the last incident up to an instant in which the alert fired} */
    private Incident incident(List<Firing> firings, Instant upTo) {
        List<Firing> candidates = firings.stream()
                .filter(firing ->
                        !firing.isDrill() && (firing.pages() || firing.alert().equals(alert)))
                .filter(firing ->
                        bot == null || firing.bot().equals(bot) || firing.bot().isEmpty())
                .toList();
        List<Incident> incidents = new ArrayList<>(Incident.of(candidates));
        incidents.removeIf(incident -> incident.from().isAfter(upTo)
                || incident.firings().stream()
                        .noneMatch(firing -> firing.alert().equals(alert)));
        if (incidents.isEmpty()) {
            throw new CommandFailure(
                    ExitCode.FAILED,
                    alert + (bot == null ? "" : " of " + bot) + " has not fired in the " + LOOK_BACK.toDays()
                            + " days up to " + upTo.truncatedTo(ChronoUnit.SECONDS)
                            + ", as far as Prometheus remembers and drills left out; cryptobot review shows what has");
        }
        return incidents.get(incidents.size() - 1);
    }

    private PostmortemDraft draft(Optional<Incident> incident, Instant upTo, Instant now) {
        if (incident.isEmpty()) {
            return new PostmortemDraft(alert, bot == null ? "" : bot, "critical", upTo, null, owner(upTo), now);
        }
        Incident found = incident.get();
        Firing ours = found.firings().stream()
                .filter(firing -> firing.alert().equals(alert))
                .findFirst()
                .orElseThrow();
        return new PostmortemDraft(
                alert,
                found.bot(),
                ours.severity(),
                found.from(),
                found.isOngoing() ? null : found.to(),
                owner(found.from()),
                now);
    }

    /** {@return the person who was paged first; empty if the rotation does not say it} */
    private String owner(Instant when) {
        try {
            return new RotationOption()
                    .read(session.home(), when)
                    .onCall(Layer.PRIMARY, when)
                    .map(shift -> shift.member().name())
                    .orElse("");
        } catch (CommandFailure e) {
            return ""; // then a person fills it in; oncall validate says what is wrong
        }
    }

    private void write(PostmortemDraft draft, PostmortemFacts facts) {
        PrintWriter err = session.err();
        facts.missing().forEach(source -> err.println("‼ left to do: " + source));
        err.flush();
        Path directory = PostmortemCommand.directory(to, session);
        try {
            Path file = draft.write(directory, facts.impact(), facts.timeline(), facts.notes());
            session.out().println(file);
            session.out().flush();
        } catch (FileAlreadyExistsException e) {
            throw new CommandFailure(
                    ExitCode.FAILED, e.getFile() + " exists already and is not changed; continue with that file", e);
        } catch (IOException e) {
            throw new CommandFailure(ExitCode.CONFIGURATION, "the draft cannot be written: " + e, e);
        }
    }
}
