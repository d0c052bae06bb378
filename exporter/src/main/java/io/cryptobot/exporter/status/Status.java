package io.cryptobot.exporter.status;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.cryptobot.exporter.bots.UnreadableFile;
import io.cryptobot.exporter.status.Problem.Kind;
import io.cryptobot.telemetry.counters.CountersFileException.Reason;
import java.util.ArrayList;
import java.util.List;

/**
 * Everything that the page shows. The names of the components are keys of {@code /status.json}. Immutable.
 *
 * @param time the moment, as an ISO instant
 * @param uptimeSeconds how long the exporter has been watching
 * @param listable whether the run directory can be listed
 * @param limits where the alerts begin
 * @param bots trouble first
 * @param unreadableFiles counters files that show no bot
 */
record Status(
        String time,
        double uptimeSeconds,
        @JsonProperty("run_directory_listable") boolean listable,
        Limits limits,
        List<BotStatus> bots,
        List<Unreadable> unreadableFiles) {
    /** A file that costs itself; without the path, which is nobody's business on the network. */
    record Unreadable(String bot, String reason, String text) {
        static Unreadable of(UnreadableFile file) {
            return new Unreadable(file.bot(), file.reason().label(), words(file.reason()));
        }

        private static String words(Reason reason) {
            return switch (reason) {
                case IO -> "cannot be opened or read; may the exporter's user read it?";
                case OWNED -> "is held by another process";
                case FOREIGN -> "is not a counters file of a bot of this name";
                case VERSION -> "was written by a build with another format: update the older of bot and exporter";
                case TRUNCATED -> "is shorter than it says";
                case CORRUPT -> "fails its checks";
                case TOO_LARGE -> "has more records than the exporter takes";
                case NOT_READY -> "is still being created";
            };
        }
    }

    /** {@return how long the exporter has been watching, in words} */
    @JsonProperty
    String uptime() {
        return Words.duration(uptimeSeconds);
    }

    /** {@return the worst of all} */
    @JsonProperty
    Severity severity() {
        Severity worst = listable ? Severity.OK : Severity.CRITICAL;
        if (!unreadableFiles.isEmpty()) {
            worst = least(worst, Severity.WARNING);
        }
        for (BotStatus bot : bots) {
            worst = least(worst, bot.severity());
        }
        return worst;
    }

    /** {@return the page's title: the worst first} */
    @JsonProperty
    String title() {
        String mark = switch (severity()) {
            case CRITICAL, WARNING -> "⚠ ";
            case NOTICE -> "";
            case OK -> bots.isEmpty() ? "" : "✓ ";
        };
        return mark + phrases().get(0) + " – CryptoBot exporter";
    }

    /** {@return all that is wrong, in one line} */
    @JsonProperty
    String summary() {
        return String.join(", ", phrases());
    }

    private List<String> phrases() {
        List<String> phrases = new ArrayList<>();
        if (!listable) {
            phrases.add("the run directory cannot be listed");
        }
        for (Severity severity : Severity.values()) {
            for (Kind kind : Kind.values()) {
                long count =
                        bots.stream().filter(bot -> has(bot, kind, severity)).count();
                if (count > 0) {
                    phrases.add(Words.count(count, "bot") + " " + kind.words());
                }
            }
            if (severity == Severity.WARNING && !unreadableFiles.isEmpty()) {
                phrases.add(Words.count(unreadableFiles.size(), "file") + " unreadable");
            }
        }
        if (phrases.isEmpty()) {
            phrases.add(bots.isEmpty() ? "no bots" : Words.count(bots.size(), "bot") + " up");
        }
        return phrases;
    }

    /** A bot that fails live and paper orders fails once. */
    private static boolean has(BotStatus bot, Kind kind, Severity severity) {
        return bot.problems().stream()
                .filter(problem -> problem.kind() == kind)
                .findFirst()
                .filter(problem -> problem.severity() == severity)
                .isPresent();
    }

    private static Severity least(Severity one, Severity other) {
        return one.compareTo(other) <= 0 ? one : other;
    }
}
