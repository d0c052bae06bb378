package io.cryptobot.exporter.status;

import io.cryptobot.exporter.bots.RunState;
import io.cryptobot.exporter.status.Problem.Kind;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Finds the problems of a bot. If an alert checks the same condition, the same threshold is used. */
final class Diagnosis {
    private final BotFacts bot;
    private final List<Problem> problems = new ArrayList<>();

    private Diagnosis(BotFacts bot) {
        this.bot = bot;
    }

    /** {@return the problems, worst first} */
    static List<Problem> of(BotFacts bot) {
        Diagnosis diagnosis = new Diagnosis(bot);
        diagnosis.runState();
        diagnosis.tradingLoop();
        diagnosis.orders("live", bot.recent().orders().live(), Severity.CRITICAL, Severity.WARNING);
        diagnosis.orders("paper", bot.recent().orders().paper(), Severity.WARNING, Severity.NOTICE);
        diagnosis.ordersInFlight();
        diagnosis.unknownOrders();
        diagnosis.telemetry();
        if (bot.mode() == ObservedMode.HALT && bot.state() == RunState.UP) {
            diagnosis.add(Kind.HALTED, Severity.NOTICE, "Halted: no order is sent until the mode is changed.");
        }
        diagnosis.problems.sort(Comparator.comparing(Problem::severity).thenComparing(Problem::kind));
        return List.copyOf(diagnosis.problems);
    }

    private void runState() {
        boolean paper = bot.mode() == ObservedMode.PAPER;
        String age = StatusText.duration(bot.beats().heartbeatAgeSeconds());
        switch (bot.state()) {
            case UP -> {}
            case CRASHED ->
                add(
                        Kind.CRASHED,
                        paper ? Severity.WARNING : Severity.CRITICAL,
                        "No heartbeat for " + age + " and no clean exit: the process crashed, was killed or hangs.");
            case STOPPED ->
                add(
                        Kind.STOPPED,
                        paper ? Severity.NOTICE : Severity.WARNING,
                        "Stopped cleanly " + age + " ago. The alert CryptobotDown fires for this too.");
        }
    }

    /** Checks the trading loop. A stopped loop sends no orders, so no other check here detects it. */
    private void tradingLoop() {
        Double lag = bot.beats().tradingLoopLagSeconds();
        if (bot.state() == RunState.UP && lag != null && lag > Limits.TRADING_LOOP_SECONDS) {
            add(
                    Kind.STALLED,
                    bot.mode() == ObservedMode.PAPER ? Severity.WARNING : Severity.CRITICAL,
                    "Its trading loop has stood still for " + StatusText.duration(lag) + ": more than "
                            + Limits.TRADING_LOOP_SECONDS + " s, the alert's limit.");
        }
    }

    private void orders(String mode, @Nullable OrderFigures orders, Severity over, Severity at) {
        if (orders == null) {
            return;
        }
        String failed = StatusText.count(orders.failed(), mode + " order") + " failed "
                + bot.recent().window();
        if (orders.failed() > Limits.FAILED_ORDERS) {
            add(Kind.FAILING, over, failed + ": more than " + Limits.FAILED_ORDERS + ", the alert's limit.");
        } else if (orders.failed() == Limits.FAILED_ORDERS) {
            add(
                    Kind.NEARLY_FAILING,
                    at,
                    failed + ": one more is over the limit, and Prometheus, which extrapolates, may fire already.");
        }
        if (orders.isSlow()) {
            add(
                    Kind.SLOW,
                    over,
                    "The p95 latency of " + mode + " orders " + bot.recent().window() + " is " + StatusText.p95(orders)
                            + ": above " + StatusText.number(Limits.P95_MS) + " ms, the alert's limit.");
        }
    }

    private void ordersInFlight() {
        Long inFlight = bot.open().ordersInFlight();
        if (inFlight == null || inFlight == 0) {
            return;
        }
        String orders = StatusText.count(inFlight, "live order") + " in flight";
        Double seconds = bot.open().ordersStuckSeconds();
        // A bot that stopped cleanly has waited for its orders, but may not have updated the gauge afterwards.
        if (bot.state() == RunState.CRASHED) {
            add(Kind.STUCK_ORDERS, Severity.CRITICAL, orders + " when the bot was last seen: look at the exchange.");
        } else if (bot.state() == RunState.UP && seconds != null && seconds >= Limits.ORDERS_STUCK_SECONDS / 2.0) {
            boolean over = seconds >= Limits.ORDERS_STUCK_SECONDS;
            String limit = StatusText.duration(Limits.ORDERS_STUCK_SECONDS);
            add(
                    Kind.STUCK_ORDERS,
                    over ? Severity.CRITICAL : Severity.WARNING,
                    orders + ", and no new order has started for " + StatusText.duration(seconds) + ": "
                            + (over
                                    ? "the alert's limit is " + limit + ". The exchange client hangs."
                                    : "the exchange client may hang; the alert fires after " + limit + "."));
        }
    }

    private void unknownOrders() {
        Long unknown = bot.open().unknownOrders();
        if (unknown == null || unknown == 0) {
            return;
        }
        String orders = StatusText.count(unknown, "live order") + " of unknown outcome";
        Double seconds = bot.open().unknownOrdersSeconds();
        if (bot.state() != RunState.UP) {
            // No alert covers this, because the gauge is exported only while the bot runs. The exchange may still have
            // the orders.
            add(Kind.UNKNOWN_ORDERS, Severity.CRITICAL, orders + " when the bot was last seen: look at the exchange.");
        } else if (seconds != null && seconds > Limits.UNKNOWN_ORDERS_SECONDS) {
            add(
                    Kind.UNKNOWN_ORDERS,
                    Severity.CRITICAL,
                    orders + " for " + StatusText.duration(seconds) + ": more than "
                            + StatusText.duration(Limits.UNKNOWN_ORDERS_SECONDS)
                            + ", the alert's limit. Look at the exchange.");
        } else {
            add(
                    Kind.UNKNOWN_ORDERS,
                    Severity.WARNING,
                    orders
                            + ": the exchange may or may not have them. The bot reconciles them; the alert fires after "
                            + StatusText.duration(Limits.UNKNOWN_ORDERS_SECONDS) + ".");
        }
    }

    private void telemetry() {
        if (bot.counting().telemetryDegraded() && bot.state() == RunState.UP) {
            add(
                    Kind.DEGRADED,
                    Severity.WARNING,
                    "Its telemetry is degraded: it counts in memory, and the figures here may stand still.");
        }
        if (bot.counting().missingSeries() > 0) {
            add(
                    Kind.DEGRADED,
                    Severity.WARNING,
                    StatusText.count(bot.counting().missingSeries(), "series", "series")
                            + " did not fit into its counters file or are damaged in it; figures here may be missing.");
        }
    }

    private void add(Kind kind, Severity severity, String text) {
        problems.add(new Problem(kind, severity, text));
    }
}
