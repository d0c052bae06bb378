package io.cryptobot.exporter.status;

import io.cryptobot.exporter.status.BotFacts.Build;
import io.cryptobot.telemetry.MetricCatalog;
import io.cryptobot.telemetry.OrderMode;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What the page says about a bot, place by place. Made here once, for the page as it is first sent and for the script that
 * renews it. A place with an empty text is not shown.
 */
final class Wording {
    private static final String UNKNOWN = "unknown";

    private Wording() {}

    static Map<String, String> of(BotFacts bot) {
        Map<String, String> text = new LinkedHashMap<>();
        text.put("bot", bot.bot());
        text.put("state", bot.state().words());
        text.put("mode", bot.mode().words());
        OrderMode mode = bot.orders().shown(bot.mode());
        boolean paper = mode == OrderMode.PAPER;
        brief(text, bot.orders().of(mode), paper ? "paper order" : "order");
        text.put("window", bot.window());
        orders(text, "live", bot.orders().live());
        OrderFigures papers = bot.orders().paper();
        orders(text, "paper", papers == null || (papers.isIdle() && !paper) ? null : papers);
        text.put("heartbeat", Words.duration(bot.heartbeatAgeSeconds()) + " ago");
        Double loop = bot.tradingLoopAgeSeconds();
        text.put("loop", loop == null ? "not reported" : Words.duration(loop) + " ago");
        text.put("started", Words.time(bot.startedAt()));
        text.put(
                "restarts",
                Words.number(bot.restarts())
                        + (bot.uncleanRestarts() > 0
                                ? ", " + Words.number(bot.uncleanRestarts()) + " after a crash"
                                : ""));
        text.put("version", version(bot.build()));
        text.put("telemetry", telemetry(bot));
        text.put("chart", paper ? "Paper orders" : "Live orders");
        return text;
    }

    /** One line, so that a hundred bots can be looked over. */
    private static void brief(Map<String, String> text, @Nullable OrderFigures orders, String noun) {
        if (orders == null || orders.isIdle()) {
            text.put("brief_submitted", "no " + noun + "s");
            text.put("brief_failed", "");
            text.put("brief_p95", "");
        } else {
            text.put("brief_submitted", Words.count(orders.submitted(), noun));
            text.put("brief_failed", Words.number(orders.failed()) + " failed");
            text.put("brief_p95", orders.p95Ms() == null ? "" : "p95 " + p95(orders));
        }
    }

    /**
     * {@return the p95 latency in words, honest where there is none or where the last bucket hides it} Rounded up: what is
     * above the limit must not read as the limit.
     */
    static String p95(OrderFigures orders) {
        Double p95 = orders.p95Ms();
        if (p95 == null) {
            return orders.submitted() == 0 ? "no orders" : "none has finished yet";
        }
        List<Double> bounds = MetricCatalog.LATENCY_BOUNDS_MS;
        return Words.number((long) Math.ceil(p95)) + " ms"
                + (p95.equals(bounds.get(bounds.size() - 1)) ? " or more" : "");
    }

    private static void orders(Map<String, String> text, String mode, @Nullable OrderFigures orders) {
        text.put(mode + "_submitted", orders == null ? "" : Words.number(orders.submitted()));
        text.put(mode + "_failed", orders == null ? "" : Words.number(orders.failed()));
        text.put(mode + "_p95", orders == null ? "" : p95(orders));
    }

    private static String version(Build build) {
        return build.version()
                + (build.revision().equals(UNKNOWN) ? "" : " (" + build.revision() + ")")
                + (build.jdk().equals(UNKNOWN) ? "" : ", JDK " + build.jdk());
    }

    private static String telemetry(BotFacts bot) {
        if (bot.telemetryDegraded()) {
            return "degraded";
        }
        return bot.missingSeries() > 0 ? "incomplete" : "complete";
    }
}
