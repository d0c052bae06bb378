package io.cryptobot.exporter.status;

import io.cryptobot.exporter.status.BotFacts.Build;
import io.cryptobot.telemetry.MetricCatalog;
import io.cryptobot.telemetry.OrderMode;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The texts of the status page: formatted numbers, independent of the host's locale, and the texts about a bot by key
 * of the template. The first page and the updates by the script use the same texts. The page hides the element of an
 * empty text. Stateless; thread-safe.
 */
final class StatusText {
    private static final Pattern NUMBER = Pattern.compile("[0-9]+");
    /** Maximum length of a bot's name in characters. */
    private static final int LONGEST_NAME = 64;

    private static final String UNKNOWN = "unknown";

    private StatusText() {}

    /** {@return a whole number with commas between thousands} */
    static String number(long value) {
        return String.format(Locale.ROOT, "%,d", value);
    }

    /** {@return "1 order", "2 orders"} */
    static String count(long count, String noun) {
        return count(count, noun, noun + "s");
    }

    static String count(long count, String singular, String plural) {
        return number(count) + " " + (count == 1 ? singular : plural);
    }

    /** {@return a duration in a suitable unit: "0.3 s", "40 s", "12 min", "5 h", "3 days"} */
    static String duration(double seconds) {
        if (seconds < 9.95) {
            return String.format(Locale.ROOT, "%.1f s", Math.max(0, seconds));
        }
        if (seconds < 120) {
            return Math.round(seconds) + " s";
        }
        if (seconds < 7_200) {
            return Math.round(seconds / 60) + " min";
        }
        return seconds < 172_800 ? Math.round(seconds / 3_600) + " h" : Math.round(seconds / 86_400) + " days";
    }

    /** {@return the ISO instant, to the second} */
    static String instant(Instant time) {
        return time.truncatedTo(ChronoUnit.SECONDS).toString();
    }

    /** {@return an ISO instant in a form for people} */
    static String time(String instant) {
        return instant.replace("T", " ").replace("Z", " UTC");
    }

    /** {@return a sort key for a bot's name, so that bot-2 comes before bot-10} */
    static String inNaturalOrder(String name) {
        return NUMBER.matcher(name)
                .replaceAll(number -> "0".repeat(LONGEST_NAME - number.group().length()) + number.group());
    }

    static Map<String, String> of(BotFacts bot) {
        Map<String, String> text = new LinkedHashMap<>();
        text.put("bot", bot.bot());
        text.put("state", bot.state().displayName());
        text.put("mode", bot.mode().displayName());
        OrderMode mode = bot.shownMode();
        boolean paper = mode == OrderMode.PAPER;
        brief(text, bot.recent().orders().of(mode), paper ? "paper order" : "order");
        text.put("window", bot.recent().window());
        orders(text, "live", bot.recent().orders().live());
        OrderFigures papers = bot.recent().orders().paper();
        orders(text, "paper", papers == null || (papers.isIdle() && !paper) ? null : papers);
        text.put("heartbeat", duration(bot.beats().heartbeatAgeSeconds()) + " ago");
        Double loop = bot.beats().tradingLoopAgeSeconds();
        text.put("loop", loop == null ? "not reported" : duration(loop) + " ago");
        text.put("started", time(bot.starts().startedAt()));
        text.put(
                "restarts",
                number(bot.starts().restarts())
                        + (bot.starts().uncleanRestarts() > 0
                                ? ", " + number(bot.starts().uncleanRestarts()) + " after a crash"
                                : ""));
        text.put("version", version(bot.starts().build()));
        text.put("telemetry", telemetry(bot));
        text.put("chart", paper ? "Paper orders" : "Live orders");
        return text;
    }

    /** Adds one short line, for a list of a hundred bots. */
    private static void brief(Map<String, String> text, @Nullable OrderFigures orders, String noun) {
        if (orders == null || orders.isIdle()) {
            text.put("brief_submitted", "no " + noun + "s");
            text.put("brief_failed", "");
            text.put("brief_p95", "");
        } else {
            text.put("brief_submitted", count(orders.submitted(), noun));
            text.put("brief_failed", number(orders.failed()) + " failed");
            text.put("brief_p95", orders.p95Ms() == null ? "" : "p95 " + p95(orders));
        }
    }

    /**
     * {@return the p95 latency as text, also if there is none or if it is in the last bucket} It is rounded up, because
     * a value above the limit must not be shown as the limit.
     */
    static String p95(OrderFigures orders) {
        Double p95 = orders.p95Ms();
        if (p95 == null) {
            return orders.submitted() == 0 ? "no orders" : "none has finished yet";
        }
        List<Double> bounds = MetricCatalog.LATENCY_BOUNDS_MS;
        return number((long) Math.ceil(p95)) + " ms" + (p95.equals(bounds.get(bounds.size() - 1)) ? " or more" : "");
    }

    private static void orders(Map<String, String> text, String mode, @Nullable OrderFigures orders) {
        text.put(mode + "_submitted", orders == null ? "" : number(orders.submitted()));
        text.put(mode + "_failed", orders == null ? "" : number(orders.failed()));
        text.put(mode + "_p95", orders == null ? "" : p95(orders));
    }

    private static String version(Build build) {
        return build.version()
                + (build.revision().equals(UNKNOWN) ? "" : " (" + build.revision() + ")")
                + (build.jdk().equals(UNKNOWN) ? "" : ", JDK " + build.jdk());
    }

    private static String telemetry(BotFacts bot) {
        if (bot.counting().telemetryDegraded()) {
            return "degraded";
        }
        return bot.counting().missingSeries() > 0 ? "incomplete" : "complete";
    }
}
