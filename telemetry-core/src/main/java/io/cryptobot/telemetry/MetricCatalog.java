package io.cryptobot.telemetry;

import static io.cryptobot.telemetry.MetricType.COUNTER;
import static io.cryptobot.telemetry.MetricType.GAUGE;
import static io.cryptobot.telemetry.MetricType.HISTOGRAM;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * All metrics of the platform, with their names, types, units, help texts and labels. The exporter, the documentation
 * page {@code docs/metrics.md} and the tests of rules and dashboards read this enum.
 *
 * <p>The label {@code bot} (the bot's instance name) is on every exported series and is added by the exporter, so it is
 * not repeated in {@link #labels()}. In the file a counter stands before the counter that can never be greater:
 * submitted before failed.
 */
public enum MetricCatalog {
    ORDERS_SUBMITTED(
            Source.BOT,
            "cryptobot_orders_submitted_total",
            COUNTER,
            "",
            "Orders that passed the mode gate and were handed to the exchange client.",
            "mode"),
    ORDERS_FILLED(
            Source.BOT,
            "cryptobot_orders_filled_total",
            COUNTER,
            "",
            "Orders that the exchange reported as completely filled.",
            "mode"),
    ORDERS_CANCELLED(
            Source.BOT,
            "cryptobot_orders_cancelled_total",
            COUNTER,
            "",
            "Accepted orders that ended before they were filled completely; not a failure.",
            "mode"),
    ORDERS_FAILED(
            Source.BOT,
            "cryptobot_orders_failed_total",
            COUNTER,
            "",
            "Orders that ended without acceptance, once each however many attempts they took;"
                    + " unknown outcomes included.",
            "mode"),
    ORDERS_FAILED_BY_REASON(
            Source.BOT,
            "cryptobot_orders_failed_by_reason_total",
            COUNTER,
            "",
            "The failed orders again, by exchange and reason.",
            "exchange",
            "mode",
            "reason"),
    ORDERS_BLOCKED(
            Source.BOT,
            "cryptobot_orders_blocked_total",
            COUNTER,
            "",
            "Orders that the mode gate denied; never sent and not a failure. The label is the mode at that time.",
            "mode"),
    ORDERS_OPEN(
            Source.BOT,
            "cryptobot_orders_open",
            GAUGE,
            "",
            "Orders of the bot that rest at the exchange, as far as the bot knows.",
            "mode"),
    ORDERS_UNKNOWN(
            Source.BOT,
            "cryptobot_orders_unknown",
            GAUGE,
            "",
            "Live orders with an unknown outcome; the bot reconciles them with the exchange."),
    ORDERS_RESOLVED(
            Source.BOT,
            "cryptobot_orders_resolved_total",
            COUNTER,
            "",
            "Unknown live orders that were reconciled, by outcome: filled, open, cancelled, or absent.",
            "outcome"),
    EXCHANGE_CALLS(
            Source.BOT,
            "cryptobot_exchange_call_seconds",
            HISTOGRAM,
            "seconds",
            "Seconds that a call of the exchange client took, failed ones included; the count is the number of calls.",
            "mode",
            "operation"),
    ORDER_LATENCY(
            Source.BOT,
            "cryptobot_order_latency",
            HISTOGRAM,
            "milliseconds",
            "Milliseconds from the mode gate until the order call returned or threw; failures included.",
            "mode"),
    ORDERS_IN_FLIGHT(
            Source.BOT,
            "cryptobot_orders_in_flight",
            GAUGE,
            "",
            "Live orders that are being sent at this moment, as the mode gate counts them."),
    TRADING_MODE(
            Source.BOT,
            "cryptobot_trading_mode",
            GAUGE,
            "",
            "1 for the trading mode that the gate last observed, 0 for the others.",
            "mode"),
    MODE_CHANGES(
            Source.BOT,
            "cryptobot_mode_changes_total",
            COUNTER,
            "",
            "Changes of the trading mode that the bot has observed."),
    MODE_CHANGED_TIMESTAMP(
            Source.BOT,
            "cryptobot_mode_changed_timestamp_seconds",
            GAUGE,
            "seconds",
            "Unix time at which the bot observed its present trading mode for the first time."),
    PAPER_ORDERS_STALE(
            Source.BOT,
            "cryptobot_paper_orders_stale_total",
            COUNTER,
            "",
            "Paper orders that were refused because no fresh price was available."),
    ORDER_LOG_LOST(
            Source.BOT,
            "cryptobot_order_log_lost_total",
            COUNTER,
            "",
            "Order outcomes that are not in the order log: the queue was full, or the write failed."),
    SHADOW_ORDERS(
            Source.BOT,
            "cryptobot_shadow_orders_total",
            COUNTER,
            "",
            "Live orders that shadow mode also simulated, by result: compared when both filled,"
                    + " live_only, paper_only, neither, open at the exchange, failed, dropped.",
            "outcome"),
    SHADOW_FILL_DIFFERENCE(
            Source.BOT,
            "cryptobot_shadow_fill_difference_bps",
            HISTOGRAM,
            "basis points",
            "Slippage of the live fill against the paper fill of the same order, in basis points; negative is better.",
            "side"),
    SENTRY_EVENTS(
            Source.BOT,
            "cryptobot_sentry_events_total",
            COUNTER,
            "",
            "Error events by delivery result, once for each result: accepted, rejected and dropped are final,"
                    + " network and rate_limited mean that the event waits.",
            "result"),
    TELEMETRY_DEGRADED(
            Source.BOT,
            "cryptobot_telemetry_degraded",
            GAUGE,
            "",
            "1 while the bot's counters are kept in memory only because the counters file could not be used."),
    BUILD_INFO(
            Source.BOT,
            "cryptobot_build_info",
            GAUGE,
            "",
            "1 for the build that the bot runs: version and revision of the platform, version of the JDK.",
            "version",
            "revision",
            "jdk"),
    UP(
            Source.EXPORTER,
            "cryptobot_up",
            GAUGE,
            "",
            "1 while the bot's heartbeat moves, 0 once it has stopped or crashed. Its counters stay on the page."),
    CLEAN_EXIT(
            Source.EXPORTER,
            "cryptobot_clean_exit",
            GAUGE,
            "",
            "1 when the bot closed its telemetry cleanly, 0 while it runs or after a crash."),
    HEARTBEAT_TIMESTAMP(
            Source.EXPORTER,
            "cryptobot_heartbeat_timestamp_seconds",
            GAUGE,
            "seconds",
            "Unix time of the bot's last heartbeat by the bot's own clock."),
    TRADING_LOOP_TIMESTAMP(
            Source.EXPORTER,
            "cryptobot_trading_loop_timestamp_seconds",
            GAUGE,
            "seconds",
            "Unix time of the last iteration of the bot's trading loop by the bot's own clock; absent"
                    + " where the bot reports none."),
    START_TIME(
            Source.EXPORTER,
            "cryptobot_start_time_seconds",
            GAUGE,
            "seconds",
            "Unix time at which the bot last opened its counters file."),
    RESTARTS(Source.EXPORTER, "cryptobot_restarts_total", COUNTER, "", "Times that a bot resumed this counters file."),
    UNCLEAN_RESTARTS(
            Source.EXPORTER,
            "cryptobot_unclean_restarts_total",
            COUNTER,
            "",
            "Restarts after a run that had ended without closing its telemetry: a crash or a kill."),
    DROPPED_SERIES(
            Source.EXPORTER,
            "cryptobot_telemetry_dropped_series",
            GAUGE,
            "",
            "Series that did not fit into the bot's counters file and are therefore missing from this page."),
    EXPORTER_BUILD_INFO(
            Source.EXPORTER,
            "cryptobot_exporter_build_info",
            GAUGE,
            "",
            "1 for the build of the exporter, version of the JDK included; without the label bot.",
            "version",
            "jdk"),
    EXPORTER_UNREADABLE_FILES(
            Source.EXPORTER,
            "cryptobot_exporter_unreadable_files",
            GAUGE,
            "",
            "1 for each counters file of the run directory that cannot be read, with the reason."
                    + " Without the label bot: the number of further files.",
            "reason"),
    EXPORTER_BAD_RECORDS(
            Source.EXPORTER,
            "cryptobot_exporter_bad_records",
            GAUGE,
            "",
            "Records of a bot's counters file that are left out of this page, by reason."
                    + " Without the label bot: metrics of the exporter that throw.",
            "reason"),
    EXPORTER_FORGOTTEN_BOTS(
            Source.EXPORTER,
            "cryptobot_exporter_forgotten_bots",
            GAUGE,
            "",
            "Bots that have been gone for so long that they are left out of this page; without the label bot."),
    DRILLS(
            Source.DRILL,
            "cryptobot_drills_total",
            COUNTER,
            "",
            "Drills of the alert path by result: passed, accepted where only Alertmanager's count was the"
                    + " proof, failed.",
            "result"),
    DRILL_LAST_SUCCESS_TIMESTAMP(
            Source.DRILL,
            "cryptobot_drill_last_success_timestamp_seconds",
            GAUGE,
            "seconds",
            "Unix time at which the last drill that did not fail had ended; absent until one has."),
    DRILL_LAST_PASSED(
            Source.DRILL,
            "cryptobot_drill_last_passed",
            GAUGE,
            "",
            "1 when the last drill did not fail, 0 when it did."),
    DRILL_HOP_SECONDS(
            Source.DRILL,
            "cryptobot_drill_hop_seconds",
            GAUGE,
            "seconds",
            "Seconds from the last failed order of the last drill to each stage; absent"
                    + " for a stage that it did not reach.",
            "hop");

    /**
     * Upper bounds of {@link #ORDER_LATENCY} in milliseconds, ascending, without {@code +Inf}. They contain 750, the
     * threshold of the latency alert, and much larger bounds, because Prometheus cannot compute a quantile above the
     * last finite bound.
     */
    public static final List<Double> LATENCY_BOUNDS_MS = List.of(
            5.0, 10.0, 25.0, 50.0, 75.0, 100.0, 150.0, 250.0, 400.0, 500.0, 750.0, 1_000.0, 1_500.0, 2_500.0, 5_000.0,
            10_000.0, 30_000.0, 60_000.0);

    /** Upper bounds of {@link #EXCHANGE_CALLS} in seconds, ascending, without {@code +Inf}. */
    public static final List<Double> CALL_BOUNDS_SECONDS =
            List.of(0.01, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0);

    /** Upper bounds of {@link #SHADOW_FILL_DIFFERENCE} in basis points, ascending, without {@code +Inf}. */
    public static final List<Double> DIFFERENCE_BOUNDS_BPS = List.of(
            -100.0, -50.0, -20.0, -10.0, -5.0, -2.0, -1.0, -0.5, 0.0, 0.5, 1.0, 2.0, 5.0, 10.0, 20.0, 50.0, 100.0);

    /** Which process writes a metric. */
    public enum Source {
        /** Written by the bot as a record of its counters file. */
        BOT,
        /** Derived by the exporter from the file's header or from its own work. */
        EXPORTER,
        /** Written by {@code telemetry-smoke --alert-demo --every} into a separate counters file. */
        DRILL
    }

    private static final Map<String, MetricCatalog> BY_NAME =
            Arrays.stream(values()).collect(Collectors.toMap(MetricCatalog::prometheusName, Function.identity()));

    private final Source source;
    private final String prometheusName;
    private final MetricType type;
    private final String unit;
    private final String help;
    private final List<String> labels;

    MetricCatalog(Source source, String prometheusName, MetricType type, String unit, String help, String... labels) {
        this.source = source;
        this.prometheusName = prometheusName;
        this.type = type;
        this.unit = unit;
        this.help = help;
        this.labels = List.of(labels);
    }

    /** {@return the metric with this family name; empty for a metric that a bot registered itself} */
    public static Optional<MetricCatalog> byName(String prometheusName) {
        return Optional.ofNullable(BY_NAME.get(prometheusName));
    }

    /** {@return which process writes the value} */
    public Source source() {
        return source;
    }

    /** {@return the family name in the exposition, e.g. {@code cryptobot_orders_failed_total}} */
    public String prometheusName() {
        return prometheusName;
    }

    /** {@return the Prometheus type} */
    public MetricType type() {
        return type;
    }

    /** {@return the name of the unit; empty for plain numbers} */
    public String unit() {
        return unit;
    }

    /** {@return the help text} */
    public String help() {
        return help;
    }

    /** {@return the label names in a fixed sequence, without {@code bot}} */
    public List<String> labels() {
        return labels;
    }

    /**
     * Returns true if the exporter also exports the value after the bot has stopped. This is true for counts, for
     * results of drills, and for the mode, because the bot will start again in this mode. Other gauges would be stale.
     */
    public boolean outlivesBot() {
        return type != GAUGE || this == TRADING_MODE || source == Source.DRILL;
    }

    /** {@return the histogram's upper bounds in {@link #unit()}; empty for other types} */
    public List<Double> bounds() {
        return switch (this) {
            case ORDER_LATENCY -> LATENCY_BOUNDS_MS;
            case EXCHANGE_CALLS -> CALL_BOUNDS_SECONDS;
            case SHADOW_FILL_DIFFERENCE -> DIFFERENCE_BOUNDS_BPS;
            default -> List.of();
        };
    }
}
