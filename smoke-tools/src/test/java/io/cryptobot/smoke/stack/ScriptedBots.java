package io.cryptobot.smoke.stack;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * The page of an exporter that watches a bot for each kind of trouble. All trouble begins at the same second and does not end. Bots
 * in paper mode have the same troubles as live ones.
 */
final class ScriptedBots {
    /** When trouble begins, in seconds after the first page. */
    static final int TROUBLE_S = 10;

    /** So many that neither a few failures nor the slow orders spend the error budget: that would page too. */
    private static final int ORDERS_PER_SECOND = 50;

    private static final double SLOW = 0.1;
    private static final int FAILURE_INTERVAL_S = 30;
    private static final int CRASHES = 5;
    private static final int CRASH_INTERVAL_S = 8;
    private static final List<String> MODES = List.of("live", "reduce", "paper", "halt");

    /** What each trouble must page, by the bot's name; the bots that are not named here page nothing. */
    static final Map<String, String> PAGES = new TreeMap<>(Map.ofEntries(
            Map.entry("dead-live", "CryptobotDown"),
            Map.entry("dead-reduce", "CryptobotDown"),
            Map.entry("dead-halt", "CryptobotDown"),
            Map.entry("dead-unknown", "CryptobotDown"),
            Map.entry("failing-live", "CryptobotOrderFailureRateHigh"),
            Map.entry("slow-live", "CryptobotOrderLatencySloBreached"),
            Map.entry("frozen-live", "CryptobotTradingLoopStale"),
            Map.entry("crashing-live", "CryptobotCrashLooping"),
            Map.entry("stuck-live", "CryptobotOrdersInFlightStuck"),
            Map.entry("stuck-paper", "CryptobotOrdersInFlightStuck"), // of live orders, whatever the mode is now
            Map.entry("unmeasured-live", "CryptobotMetricContractBroken"),
            Map.entry("born-failing-live", "CryptobotOrderFailuresAtStart"),
            Map.entry("wrong-mode-live", "CryptobotModeUnexpected"),
            Map.entry("absent-live", "CryptobotExpectedMissing")));

    /** After so many seconds of trouble also the unknown orders page. */
    static final int UNKNOWN_ORDERS_S = 300;

    private static final List<String> BOTS = List.of(
            "healthy-live",
            "healthy-paper",
            "dead-live",
            "dead-reduce",
            "dead-halt",
            "dead-unknown",
            "dead-paper",
            "failing-live",
            "failing-paper",
            "slow-live",
            "slow-paper",
            "frozen-live",
            "frozen-paper",
            "crashing-live",
            "crashing-paper",
            "stuck-live",
            "stuck-paper",
            "unmeasured-live",
            "unmeasured-paper",
            "born-failing-live",
            "wrong-mode-live",
            "unsettled-live");

    /** When the first page was read. */
    private long firstMs;

    /** {@return the inventory for these bots} */
    static String inventory(String instance) {
        return """
                groups:
                  - name: cryptobot-inventory
                    interval: 15s
                    rules:
                      - {record: "cryptobot:bot_expected", expr: vector(1), labels: {instance: "%1$s", bot: wrong-mode-live, mode: paper}}
                      - {record: "cryptobot:bot_expected", expr: vector(1), labels: {instance: "%1$s", bot: absent-live, mode: live}}
                """.formatted(instance);
    }

    /** {@return the page of this moment} */
    synchronized String page() {
        firstMs = firstMs == 0 ? System.currentTimeMillis() : firstMs;
        double now = System.currentTimeMillis() / 1000.0;
        double age = now - firstMs / 1000.0;
        StringBuilder page = new StringBuilder();
        for (String bot : BOTS) {
            write(page, bot, now, age);
        }
        return page.toString();
    }

    private void write(StringBuilder page, String bot, double now, double age) {
        String trouble = bot.substring(0, bot.lastIndexOf('-'));
        String mode = bot.substring(bot.lastIndexOf('-') + 1);
        boolean troubled = age >= TROUBLE_S;
        boolean dead = trouble.equals("dead") && troubled;
        double alive = dead ? firstMs / 1000.0 + TROUBLE_S : now;
        int crashes = trouble.equals("crashing") && troubled
                ? Math.min(CRASHES, 1 + (int) (age - TROUBLE_S) / CRASH_INTERVAL_S)
                : 0;
        boolean stuck = trouble.equals("stuck") && troubled;
        boolean born = trouble.equals("born-failing");
        long failures = born ? 4 : 0;
        if (trouble.equals("failing") && troubled) {
            failures = 4 + (long) (age - TROUBLE_S) / FAILURE_INTERVAL_S;
        }
        long orders = 1_000 + (long) (Math.min(age, stuck || dead ? TROUBLE_S : age) * ORDERS_PER_SECOND);
        long slow = trouble.equals("slow") && troubled ? (long) ((age - TROUBLE_S) * ORDERS_PER_SECOND * SLOW) : 0;
        sample(page, "cryptobot_up", bot, "", dead ? 0 : 1);
        sample(page, "cryptobot_heartbeat_timestamp_seconds", bot, "", alive);
        sample(
                page,
                "cryptobot_start_time_seconds",
                bot,
                "",
                firstMs / 1000.0 - (born ? 2 : 90_000) + crashes * CRASH_INTERVAL_S);
        sample(page, "cryptobot_restarts_total", bot, "", (born ? 0 : 1) + crashes);
        sample(page, "cryptobot_unclean_restarts_total", bot, "", crashes);
        sample(
                page,
                "cryptobot_trading_loop_timestamp_seconds",
                bot,
                "",
                trouble.equals("frozen") && troubled ? firstMs / 1000.0 + TROUBLE_S : alive);
        if (!mode.equals("unknown")) {
            MODES.forEach(each -> sample(page, "cryptobot_trading_mode", bot, each, each.equals(mode) ? 1 : 0));
        }
        sample(page, "cryptobot_orders_in_flight", bot, "", stuck ? 1 : 0);
        sample(page, "cryptobot_orders_unknown", bot, "", trouble.equals("unsettled") && troubled ? 1 : 0);
        for (String ordersMode : List.of("live", "paper")) {
            boolean used = ordersMode.equals(mode.equals("paper") ? "paper" : "live");
            boolean measured = !(trouble.equals("unmeasured") && troubled);
            sample(page, "cryptobot_orders_submitted_total", bot, ordersMode, used ? orders : 0);
            if (measured) {
                sample(page, "cryptobot_orders_failed_total", bot, ordersMode, used ? failures : 0);
            }
            for (String bound : List.of("500", "750", "1000", "+Inf")) {
                long fast = used ? orders - slow : 0;
                sample(
                        page,
                        "cryptobot_order_latency_bucket",
                        bot,
                        ordersMode + "\",le=\"" + bound,
                        fast + (bound.equals("+Inf") && used ? slow : 0));
            }
            sample(page, "cryptobot_order_latency_count", bot, ordersMode, used ? orders : 0);
        }
    }

    private static void sample(StringBuilder page, String metric, String bot, String mode, double value) {
        page.append(metric).append("{bot=\"").append(bot).append('"');
        if (!mode.isEmpty()) {
            page.append(",mode=\"").append(mode).append('"');
        }
        page.append("} ").append(String.format(Locale.ROOT, "%.3f", value)).append('\n');
    }
}
