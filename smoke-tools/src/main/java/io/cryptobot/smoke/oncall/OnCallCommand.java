package io.cryptobot.smoke.oncall;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.cryptobot.smoke.cli.ExitCode;
import io.cryptobot.smoke.cli.InstantConverter;
import io.cryptobot.smoke.cli.Session;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Shows who is on call, and checks the rotation. */
@Command(
        name = "oncall",
        description = {
            "Shows who is on call, and checks the rotation.",
            "Each of the commands refuses a rotation that is wrong, with file and line."
        })
public final class OnCallCommand {
    private static final int MAX_WEEKS = 520;

    @Mixin
    @SuppressWarnings("NullAway.Init")
    private Session session;

    @Mixin
    private RotationOption file = new RotationOption();

    @Command(
            name = "who",
            description = "Prints who is on call.",
            exitCodeList = {"0:printed", "3:the rotation is missing or wrong, or nobody is on call then"})
    int who(
            @Option(
                            names = "--at",
                            paramLabel = "<instant>",
                            converter = InstantConverter.class,
                            description = "At this time instead of now, such as 2026-12-24T18:00:00Z.")
                    @Nullable
                    Instant at,
            @Option(names = "--json", description = "Print one JSON document, cryptobot.oncall-who/v1.") boolean json) {
        Instant instant = at == null ? now() : at;
        Rotation rotation = file.read(session.home(), instant);
        if (json) {
            out().println(who(rotation, instant).toPrettyString());
            return ExitCode.PASS.code();
        }
        for (Layer layer : Layer.values()) {
            // a valid rotation has a person in every layer at the start of the checked weeks
            Shift shift = rotation.onCall(layer, instant).orElseThrow();
            out().printf(
                            Locale.ROOT,
                            "%-9s  %s  %s  PagerDuty %s  until %s%s%n",
                            layer.key(),
                            shift.member().id(),
                            shift.member().name(),
                            shift.member().pagerDutyUser(),
                            shift.to().atZone(rotation.handover().zone()),
                            shift.planned() == Shift.Planned.BY_OVERRIDE ? "  (override)" : "");
        }
        out().flush();
        return ExitCode.PASS.code();
    }

    private static ObjectNode who(Rotation rotation, Instant instant) {
        ObjectNode document = JsonNodeFactory.instance
                .objectNode()
                .put("schema", "cryptobot.oncall-who/v1")
                .put("at", instant.toString())
                .put("zone", rotation.handover().zone().getId());
        ArrayNode shifts = document.putArray("shifts");
        for (Layer layer : Layer.values()) {
            Shift shift = rotation.onCall(layer, instant).orElseThrow();
            shifts.addObject()
                    .put("layer", layer.key())
                    .put("id", shift.member().id())
                    .put("name", shift.member().name())
                    .put("pagerduty", shift.member().pagerDutyUser())
                    .put("from", shift.from().toString())
                    .put("to", shift.to().toString())
                    .put("override", shift.planned() == Shift.Planned.BY_OVERRIDE);
        }
        return document;
    }

    @Command(
            name = "validate",
            description = "Proves that two different people are on call at every moment of the next 52 weeks.",
            exitCodeList = {"0:they are", "3:the rotation is missing or wrong; one line for each mistake"})
    int validate(
            @Option(names = "--json", description = "Print one JSON document, cryptobot.oncall-validate/v1.")
                    boolean json) {
        Path path = file.path(session.home());
        List<String> problems = List.of();
        String zone = "";
        try {
            zone = RotationFile.read(path, now()).handover().zone().getId();
        } catch (InvalidRotationException e) {
            problems = e.problems();
        }
        ExitCode code = problems.isEmpty() ? ExitCode.PASS : ExitCode.CONFIGURATION;
        if (json) {
            ObjectNode document = JsonNodeFactory.instance
                    .objectNode()
                    .put("schema", "cryptobot.oncall-validate/v1")
                    .put("file", path.toString())
                    .put("weeks", RotationFile.WEEKS)
                    .put("exitCode", code.code());
            problems.forEach(document.putArray("problems")::add);
            out().println(document.toPrettyString());
        } else if (problems.isEmpty()) {
            out().println("√ " + path + ": two different people on call at every moment of the next "
                    + RotationFile.WEEKS + " weeks, " + zone);
        } else {
            problems.forEach(problem -> out().println("× " + problem));
        }
        return code.code();
    }

    @Command(
            name = "ics",
            description = "Prints the shifts as an iCalendar file, from the current week on.",
            exitCodeList = {"0:printed", "3:the rotation is missing or wrong"})
    int ics(
            @Option(
                            names = "--weeks",
                            paramLabel = "<n>",
                            defaultValue = "12",
                            description = "How many weeks (default: ${DEFAULT-VALUE}).")
                    int weeks) {
        if (weeks < 1 || weeks > MAX_WEEKS) {
            throw session.wrongUsage("--weeks must be 1 to " + MAX_WEEKS + ", was " + weeks);
        }
        Instant now = now();
        out().print(OnCallCalendar.of(file.read(session.home(), now), now, weeks)
                .text());
        out().flush();
        return ExitCode.PASS.code();
    }

    private static Instant now() {
        return Instant.now().truncatedTo(ChronoUnit.SECONDS);
    }

    private PrintWriter out() {
        return session.out();
    }
}
