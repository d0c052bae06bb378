package io.cryptobot.exporter.status;

import io.cryptobot.exporter.status.Problem.Kind;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Finds what is wrong with a bot. Where an alert looks at the same thing, the limit is the alert's. */
final class Diagnosis {
    private final BotFacts bot;
    private final List<Problem> problems = new ArrayList<>();

    private Diagnosis(BotFacts bot) {
        this.bot = bot;
    }

    /** {@return the problems, worst first} */
    static List<Problem> of(BotFacts bot) {
        Diagnosis diagnosis = new Diagnosis(bot);
        diagnosis.life();
        diagnosis.tradingLoop();
        diagnosis.orders("live", bot.orders().live(), Severity.CRITICAL, Severity.WARNING);
        diagnosis.orders("paper", bot.orders().paper(), Severity.WARNING, Severity.NOTICE);
        diagnosis.ordersInFlight();
        diagnosis.unknownOrders();
        diagnosis.telemetry();
        if (bot.mode() == ShownMode.HALT && bot.state() == Life.UP) {
            diagnosis.add(Kind.HALTED, Severity.NOTICE, "Halted: no order is sent until the mode is changed.");
        }
        diagnosis.problems.sort(Comparator.comparing(Problem::severity).thenComparing(Problem::kind));
        return List.copyOf(diagnosis.problems);
    }

    private void life() {
        boolean paper = bot.mode() == ShownMode.PAPER;
        String age = Words.duration(bot.heartbeatAgeSeconds());
        switch (bot.state()) {
            case UP -> {}
            case CRASHED ->
                add(
                        Kind.CRASHED,
                        paper ? Severity.WARNING : Severity.CRITICAL,
                        "No heartbeat for " + age + " and no orderly end: the process crashed, was killed or hangs.");
            case STOPPED ->
                add(
                        Kind.STOPPED,
                        paper ? Severity.NOTICE : Severity.WARNING,
                        "Stopped in order " + age + " ago. The alert CryptobotDown fires for this too.");
        }
    }

    /** While it stands still there are no orders, and nothing else here would tell. */
    private void tradingLoop() {
        Double lag = bot.tradingLoopLagSeconds();
        if (bot.state() == Life.UP && lag != null && lag > Limits.TRADING_LOOP_SECONDS) {
            add(
                    Kind.STALLED,
                    bot.mode() == ShownMode.PAPER ? Severity.WARNING : Severity.CRITICAL,
                    "Its trading loop has stood still for " + Words.duration(lag) + ": more than "
                            + Limits.TRADING_LOOP_SECONDS + " s, the alert's limit.");
        }
    }

    private void orders(String mode, @Nullable OrderFigures orders, Severity over, Severity at) {
        if (orders == null) {
            return;
        }
        String failed = Words.count(orders.failed(), mode + " order") + " failed " + bot.window();
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
                    "The p95 latency of " + mode + " orders " + bot.window() + " is " + Wording.p95(orders) + ": above "
                            + Words.number(Limits.P95_MS) + " ms, the alert's limit.");
        }
    }

    private void ordersInFlight() {
        Long inFlight = bot.ordersInFlight();
        if (inFlight == null || inFlight == 0) {
            return;
        }
        String orders = Words.count(inFlight, "live order") + " in flight";
        Double seconds = bot.ordersStuckSeconds();
        // One that stopped in order has waited for them, and may not have told after that.
        if (bot.state() == Life.CRASHED) {
            add(Kind.STUCK_ORDERS, Severity.CRITICAL, orders + " when the bot was last seen: look at the exchange.");
        } else if (bot.state() == Life.UP && seconds != null && seconds >= Limits.ORDERS_STUCK_SECONDS / 2.0) {
            boolean over = seconds >= Limits.ORDERS_STUCK_SECONDS;
            String limit = Words.duration(Limits.ORDERS_STUCK_SECONDS);
            add(
                    Kind.STUCK_ORDERS,
                    over ? Severity.CRITICAL : Severity.WARNING,
                    orders + ", and none has begun for " + Words.duration(seconds) + ": "
                            + (over
                                    ? "the alert's limit is " + limit + ". The exchange client hangs."
                                    : "the exchange client may hang; the alert fires after " + limit + "."));
        }
    }

    private void unknownOrders() {
        Long unknown = bot.unknownOrders();
        if (unknown == null || unknown == 0) {
            return;
        }
        String orders = Words.count(unknown, "live order") + " of unknown outcome";
        Double seconds = bot.unknownOrdersSeconds();
        if (bot.state() != Life.UP) {
            // No alert tells it: the gauge leaves the metrics page with its bot. The exchange may have them all the
            // same.
            add(Kind.UNKNOWN_ORDERS, Severity.CRITICAL, orders + " when the bot was last seen: look at the exchange.");
        } else if (seconds != null && seconds > Limits.UNKNOWN_ORDERS_SECONDS) {
            add(
                    Kind.UNKNOWN_ORDERS,
                    Severity.CRITICAL,
                    orders + " for " + Words.duration(seconds) + ": more than "
                            + Words.duration(Limits.UNKNOWN_ORDERS_SECONDS)
                            + ", the alert's limit. Look at the exchange.");
        } else {
            add(
                    Kind.UNKNOWN_ORDERS,
                    Severity.WARNING,
                    orders
                            + ": nobody knows whether the exchange has them. The bot looks them up; the alert fires after "
                            + Words.duration(Limits.UNKNOWN_ORDERS_SECONDS) + ".");
        }
    }

    private void telemetry() {
        if (bot.telemetryDegraded() && bot.state() == Life.UP) {
            add(
                    Kind.DEGRADED,
                    Severity.WARNING,
                    "Its telemetry is degraded: it counts in memory, and the figures here may stand still.");
        }
        if (bot.missingSeries() > 0) {
            add(
                    Kind.DEGRADED,
                    Severity.WARNING,
                    Words.count(bot.missingSeries(), "series", "series")
                            + " did not fit into its counters file or are damaged in it; figures here may be missing.");
        }
    }

    private void add(Kind kind, Severity severity, String text) {
        problems.add(new Problem(kind, severity, text));
    }
}
