package io.cryptobot.exporter.status;

import io.cryptobot.exporter.bots.Bots.Listing;
import io.cryptobot.exporter.bots.RunState;
import io.cryptobot.exporter.bots.UnreadableFile;
import io.cryptobot.exporter.status.BotFacts.Beats;
import io.cryptobot.exporter.status.BotFacts.Build;
import io.cryptobot.exporter.status.BotFacts.Counting;
import io.cryptobot.exporter.status.BotFacts.OpenOrders;
import io.cryptobot.exporter.status.BotFacts.Orders;
import io.cryptobot.exporter.status.BotFacts.RecentOrders;
import io.cryptobot.exporter.status.BotFacts.Starts;
import io.cryptobot.exporter.status.Status.Unreadable;
import io.cryptobot.telemetry.counters.CountersFileException.Reason;
import java.util.List;

/** The facts of a bot that has no orders and no problem, but for what a test changes. Not thread-safe. */
final class TestFacts {
    static final String TIME = "2026-01-01T00:00:00Z";
    static final OrderFigures IDLE = new OrderFigures(0, 0, 0, null);
    static final Unreadable CORRUPT = Unreadable.of(new UnreadableFile("x", Reason.CORRUPT, "/secret/path"));
    static final Status.Forgotten FORGOTTEN = new Status.Forgotten("old", TIME);

    private final RunState state;
    private final ObservedMode mode;
    private String name = "bot";
    private Orders orders = new Orders(IDLE, IDLE);
    private OrderChart history;
    private OpenOrders open = new OpenOrders(0L, null, 0L, null);
    private Double loopLag;
    private long uncleanRestarts;
    private Counting counting = new Counting(0, false);

    private TestFacts(RunState state, ObservedMode mode) {
        this.state = state;
        this.mode = mode;
    }

    static TestFacts bot(RunState state, ObservedMode mode) {
        return new TestFacts(state, mode);
    }

    static TestFacts live() {
        return bot(RunState.UP, ObservedMode.LIVE);
    }

    /** {@return the figures of 20 orders} */
    static OrderFigures orders(long failed, Double p95) {
        return new OrderFigures(20, failed, 20, p95);
    }

    TestFacts named(String name) {
        this.name = name;
        return this;
    }

    TestFacts orders(OrderFigures live, OrderFigures paper) {
        orders = new Orders(live, paper);
        return this;
    }

    TestFacts history(OrderChart history) {
        this.history = history;
        return this;
    }

    TestFacts unknown(Long unknownOrders, Double seconds) {
        open = new OpenOrders(unknownOrders, seconds, 0L, null);
        return this;
    }

    TestFacts inFlight(Long ordersInFlight, Double stuckSeconds) {
        open = new OpenOrders(0L, null, ordersInFlight, stuckSeconds);
        return this;
    }

    TestFacts loopLag(double seconds) {
        loopLag = seconds;
        return this;
    }

    TestFacts uncleanRestarts(long uncleanRestarts) {
        this.uncleanRestarts = uncleanRestarts;
        return this;
    }

    TestFacts counting(Counting counting) {
        this.counting = counting;
        return this;
    }

    BotStatus status() {
        return BotStatus.of(new BotFacts(
                name,
                state,
                mode,
                new RecentOrders(300.0, "in the last 5 min", orders, history),
                open,
                new Beats(0.3, loopLag, loopLag),
                new Starts(TIME, 3, uncleanRestarts, new Build("1", "unknown", "17")),
                counting));
    }

    List<Problem> problems() {
        return status().problems();
    }

    /** {@return the status of an exporter that has been watching these bots for 61.5 s} */
    static Status watching(BotStatus... bots) {
        return new Status(watch(), Listing.DONE, List.of(bots), List.of(), 0, List.of());
    }

    static Status.Watch watch() {
        return new Status.Watch(TIME, 61.5, Limits.ofTheAlerts());
    }
}
