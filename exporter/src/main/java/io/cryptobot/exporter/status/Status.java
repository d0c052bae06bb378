package io.cryptobot.exporter.status;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonUnwrapped;
import io.cryptobot.exporter.bots.Bots;
import io.cryptobot.exporter.bots.Bots.Listing;
import io.cryptobot.exporter.bots.ForgottenBot;
import io.cryptobot.exporter.bots.UnreadableFile;
import io.cryptobot.exporter.status.Problem.Kind;
import io.cryptobot.telemetry.counters.CountersFileException.Reason;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * All data of the page. The names of the components are keys of {@code /status.json}. Immutable.
 *
 * @param watch data of the exporter itself
 * @param listing the result of listing the run directory
 * @param bots the bots; bots with problems first
 * @param unreadableFiles the first unreadable counters files
 * @param moreUnreadableFiles the number of further unreadable files
 * @param forgottenBots the forgotten bots, which are not in {@code bots}
 */
record Status(
        @JsonUnwrapped Watch watch,
        @JsonIgnore Listing listing,
        List<BotStatus> bots,
        List<Unreadable> unreadableFiles,
        int moreUnreadableFiles,
        List<Forgotten> forgottenBots) {
    /**
     * Data of the exporter itself.
     *
     * @param time the current time as an ISO instant
     * @param uptimeSeconds the time since the start of the watch
     * @param limits the thresholds of the alerts
     */
    record Watch(String time, double uptimeSeconds, Limits limits) {}

    static Status of(Watch watch, Bots directory, List<BotStatus> bots) {
        return new Status(
                watch,
                directory.listing(),
                bots,
                directory.unreadable().stream().map(Unreadable::of).toList(),
                directory.moreUnreadable(),
                directory.forgotten().stream()
                        .map(Forgotten::of)
                        .sorted(Comparator.comparing(bot -> StatusText.inNaturalOrder(bot.bot())))
                        .toList());
    }

    /** {@return true if the run directory could be listed} */
    @JsonProperty("run_directory_listable")
    boolean listable() {
        return listing == Listing.DONE;
    }

    /** An unreadable file, without its path, because clients must not see paths. */
    record Unreadable(String bot, String reason, String text) {
        static Unreadable of(UnreadableFile file) {
            return new Unreadable(file.bot(), file.reason().label(), text(file.reason()));
        }

        private static String text(Reason reason) {
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

    /** A forgotten bot with the time of its last heartbeat as an ISO instant. */
    record Forgotten(String bot, String lastHeartbeatAt) {
        static Forgotten of(ForgottenBot forgotten) {
            return new Forgotten(forgotten.name().value(), StatusText.instant(forgotten.lastHeartbeat()));
        }

        /** {@return the text for the page} */
        @JsonProperty
        String text() {
            return "no heartbeat since " + StatusText.time(lastHeartbeatAt);
        }
    }

    /** {@return the text if there are no bots; empty if there are bots or if this is not known} */
    @JsonProperty
    String noBots() {
        if (!bots.isEmpty() || !listable()) {
            return "";
        }
        if (!forgottenBots.isEmpty()) {
            return "No bots but forgotten ones, which have given no heartbeat for a long time.";
        }
        return unreadableFiles.isEmpty()
                ? "No bots: the run directory holds no counters files."
                : "No bots: no counters file can be read.";
    }

    /** {@return the number of unreadable files that are not shown, as text; empty if there are none} */
    @JsonProperty
    String moreUnreadable() {
        return moreUnreadableFiles == 0 ? "" : "and " + StatusText.count(moreUnreadableFiles, "more file");
    }

    /** {@return the time since the start of the watch, as text} */
    @JsonProperty
    String uptime() {
        return StatusText.duration(watch.uptimeSeconds());
    }

    /** {@return the worst severity of all bots and files} */
    @JsonProperty
    Severity severity() {
        Severity worst = listable() ? Severity.OK : Severity.CRITICAL;
        if (!unreadableFiles.isEmpty()) {
            worst = least(worst, Severity.WARNING);
        }
        for (BotStatus bot : bots) {
            worst = least(worst, bot.severity());
        }
        return worst;
    }

    /** {@return the title of the page, with the worst problem first} */
    @JsonProperty
    String title() {
        String mark = switch (severity()) {
            case CRITICAL, WARNING -> "⚠ ";
            case NOTICE -> "";
            case OK -> bots.isEmpty() ? "" : "✓ ";
        };
        return mark + phrases().get(0) + " – CryptoBot exporter";
    }

    /** {@return all problems in one line} */
    @JsonProperty
    String summary() {
        return String.join(", ", phrases());
    }

    private List<String> phrases() {
        List<String> phrases = new ArrayList<>();
        if (!listable()) {
            phrases.add("the run directory cannot be listed");
        }
        for (Severity severity : Severity.values()) {
            for (Kind kind : Kind.values()) {
                long count =
                        bots.stream().filter(bot -> has(bot, kind, severity)).count();
                if (count > 0) {
                    phrases.add(StatusText.count(count, "bot") + " " + kind.displayName());
                }
            }
            if (severity == Severity.WARNING && !unreadableFiles.isEmpty()) {
                phrases.add(StatusText.count(unreadableFiles.size() + moreUnreadableFiles, "file") + " unreadable");
            }
        }
        if (phrases.isEmpty()) {
            phrases.add(allIsWell());
        }
        return phrases;
    }

    private String allIsWell() {
        if (!bots.isEmpty()) {
            return StatusText.count(bots.size(), "bot") + " up";
        }
        return forgottenBots.isEmpty() ? "no bots" : StatusText.count(forgottenBots.size(), "bot") + " forgotten";
    }

    /** {@return true if the bot has a problem of this kind} A bot with failed live and paper orders counts once. */
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
