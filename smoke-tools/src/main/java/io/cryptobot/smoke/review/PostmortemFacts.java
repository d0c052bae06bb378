package io.cryptobot.smoke.review;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.TextNode;
import io.cryptobot.smoke.chain.AlertmanagerApi;
import io.cryptobot.smoke.chain.HttpProbe;
import io.cryptobot.smoke.chain.Silence;
import io.cryptobot.telemetry.Redactor;
import io.cryptobot.telemetry.files.InstanceName;
import io.cryptobot.trading.mode.ModeAudit;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Facts about an incident and the 15 minutes before and after it, from Prometheus, Alertmanager and the log of mode switches:
 * ordered by time, without secrets. A source that cannot be read is listed; the others are still used. Confined to one thread.
 */
final class PostmortemFacts {
    private static final Duration AROUND = Duration.ofMinutes(15);
    private static final ObjectMapper JSON = new ObjectMapper();

    private record Entry(Instant time, String event, String source) {}

    private final String bot;
    private final Instant end;
    private final Instant from;
    private final Instant to;
    private final List<Firing> firings = new ArrayList<>();
    private final List<Entry> entries = new ArrayList<>();
    private final Set<String> missing = new LinkedHashSet<>();
    private String impact = "";

    /** @param bot the bot of the incident; empty for no bot or an unknown one */
    PostmortemFacts(String bot, Instant start, Instant end) {
        this.bot = bot;
        this.end = end;
        this.from = start.minus(AROUND);
        this.to = end.plus(AROUND);
    }

    /** {@return the sources that could not be read, each with its reason} */
    List<String> missing() {
        return List.copyOf(missing);
    }

    /** Lists a source that could not be read. */
    void isMissing(String source) {
        missing.add(Redactor.redact(source));
    }

    /**
     * Adds the firings, and the number of failed orders.
     *
     * @param all the firings before, during and after the incident
     */
    void ask(AlertHistory history, List<Firing> all) throws InterruptedException {
        for (Firing firing : all) {
            boolean isAbout =
                    firing.bot().isEmpty() || bot.isEmpty() || firing.bot().equals(bot);
            if (!firing.isDrill()
                    && isAbout
                    && !firing.from().isAfter(to)
                    && !firing.to().isBefore(from)) {
                firings.add(firing);
                add(firing.from(), firing.name() + " fires", "Prometheus");
                if (!firing.isOngoing()) {
                    add(firing.to(), firing.name() + " ends", "Prometheus");
                }
            }
        }
        // the failures that raised the alert lie before it
        long seconds = Duration.between(from, end).toSeconds();
        String selector = bot.isEmpty() ? "" : ",bot=" + TextNode.valueOf(bot);
        try {
            impact = history.value(
                            "sum(increase(cryptobot_orders_failed_total{mode=\"live\"" + selector + "}[" + seconds
                                    + "s]))",
                            end)
                    .map(failed -> "Failed live orders from " + from.truncatedTo(ChronoUnit.SECONDS) + " to "
                            + end.truncatedTo(ChronoUnit.SECONDS) + ", as Prometheus counted them: "
                            + Math.round(failed) + ".")
                    .orElse("");
        } catch (IOException e) {
            isMissing(String.valueOf(e.getMessage()));
        }
    }

    /** Adds the alerts that Alertmanager still has of the firings, and the silences that covered one of them. */
    void ask(AlertmanagerApi alertmanager) throws InterruptedException {
        try {
            for (Silence silence : Source.ALERTMANAGER.ask(() -> alertmanager.silences(from, to))) {
                if (firings.stream().anyMatch(firing -> firing.isSilencedBy(silence))) {
                    String what = "silence of " + silence.createdBy() + " on " + silence.what();
                    add(silence.from(), what + " begins: " + silence.comment(), "Alertmanager");
                    add(silence.to(), what + " ends", "Alertmanager");
                }
            }
            for (JsonNode alert : HttpProbe.json(alertmanager.base().resolve("/api/v2/alerts"))) {
                addHeld(alert);
            }
        } catch (IOException e) {
            isMissing(String.valueOf(e.getMessage()));
        }
    }

    private void addHeld(JsonNode alert) {
        boolean ours = firings.stream()
                .anyMatch(firing -> firing.labels().entrySet().stream()
                        .allMatch(label -> alert.path("labels")
                                .path(label.getKey())
                                .asText()
                                .equals(label.getValue())));
        if (ours) {
            List<String> receivers = new ArrayList<>();
            alert.path("receivers")
                    .forEach(receiver -> receivers.add(receiver.path("name").asText()));
            try {
                add(
                        Instant.parse(alert.path("startsAt").asText()),
                        alert.path("labels").path("alertname").asText() + " is "
                                + alert.path("status").path("state").asText() + ", sent to "
                                + receivers.stream().sorted().collect(Collectors.joining(", ")),
                        "Alertmanager");
            } catch (DateTimeException e) {
                isMissing("Alertmanager reports an alert without a time");
            }
        }
    }

    /** Adds the switches of the bot's mode, or of the other bot if the incident names none. */
    void readSwitches(Path stateDirectory, String otherwise) {
        try {
            InstanceName instance = new InstanceName(bot.isEmpty() ? otherwise : bot);
            ModeAudit.Verification found = new ModeAudit(stateDirectory, instance).verify();
            if (!found.broken().isEmpty()) {
                isMissing(found.file() + " has been altered: " + found.broken().get(0));
            }
            readSwitches(found.file());
        } catch (IOException | IllegalArgumentException e) {
            isMissing("the log of mode switches cannot be read: " + e);
        }
    }

    private void readSwitches(Path file) throws IOException {
        List<String> lines;
        try {
            lines = Files.readString(file, StandardCharsets.UTF_8).lines().toList();
        } catch (NoSuchFileException e) {
            return; // the mode was never switched
        }
        for (String line : lines) {
            try {
                JsonNode entry = JSON.readTree(line);
                String mode = entry.path("mode").asText("");
                String words = Stream.of("reason", "detail")
                        .map(key -> entry.path(key).asText(""))
                        .filter(text -> !text.isEmpty())
                        .collect(Collectors.joining("; "));
                add(
                        Instant.parse(entry.path("time").asText()),
                        (mode.isEmpty() ? "unknown order" : "mode-switch to " + mode) + " ("
                                + entry.path("event").asText() + ") by "
                                + entry.path("user").asText() + ": " + words,
                        "mode audit");
            } catch (JsonProcessingException | DateTimeException e) {
                isMissing(file + " has a line that is cut short");
            }
        }
    }

    private void add(Instant time, String event, String source) {
        if (!time.isBefore(from) && !time.isAfter(to)) {
            entries.add(new Entry(time, event, source));
        }
    }

    /** {@return how many orders failed, in a sentence; empty if unknown} */
    String impact() {
        return impact;
    }

    /** {@return the facts to look up by hand, a line for each source, for the place after a table} */
    String notes() {
        return missing.stream()
                .map(source -> "TODO: look this up by hand: " + source)
                .collect(Collectors.joining("\n\n", missing.isEmpty() ? "" : "\n\n", ""));
    }

    /** {@return the rows of a Markdown table} */
    String timeline() {
        return entries.stream()
                .sorted(Comparator.comparing(Entry::time))
                .map(entry -> "| " + entry.time().truncatedTo(ChronoUnit.SECONDS) + " | "
                        + Redactor.redact(entry.event()).replaceAll("\\s+", " ").replace("|", "\\|") + " | "
                        + entry.source() + " |")
                .collect(Collectors.joining("\n"));
    }
}
