package io.cryptobot.exporter.status;

import io.cryptobot.exporter.ChangeLogger;
import io.cryptobot.exporter.bots.Bot;
import io.cryptobot.exporter.bots.Bots;
import io.cryptobot.exporter.status.BotFacts.Beats;
import io.cryptobot.exporter.status.BotFacts.Counting;
import io.cryptobot.exporter.status.BotFacts.OpenOrders;
import io.cryptobot.exporter.status.BotFacts.Orders;
import io.cryptobot.exporter.status.BotFacts.RecentOrders;
import io.cryptobot.exporter.status.BotFacts.Starts;
import io.cryptobot.exporter.status.OrderHistory.Window;
import io.cryptobot.telemetry.MetricCatalog;
import io.cryptobot.telemetry.OrderMode;
import io.cryptobot.telemetry.counters.CountersSnapshot;
import io.cryptobot.telemetry.counters.CountersSnapshot.Owner;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/**
 * Watches the orders of all bots and keeps a history for the charts. It takes a sample every {@link #INTERVAL}. Each
 * request reads the bots again, so that the page is as current as {@code /metrics}. Thread-safe.
 */
final class BotWatch {
    /** Time between two samples. */
    static final Duration INTERVAL = Duration.ofSeconds(5);

    /** The time window of the two order alerts and of the figures here. */
    static final Duration WINDOW = Duration.ofMinutes(5);

    /** Maximum number of watched bots. A bot needs up to 140 kB, if it trades in both modes all the time. */
    static final int MOST_BOTS = 128;

    private static final double NANOS_PER_SECOND = 1e9;

    private final Supplier<Bots> directory;
    private final LongSupplier nanoClock;
    private final InstantSource clock;
    private final long startNanos;
    private final long startMs;
    /** Guarded by "this". */
    private final ChangeLogger changes = new ChangeLogger(LoggerFactory.getLogger(BotWatch.class));
    /** Watched bots by name. Guarded by "this". */
    private final Map<String, WatchedBot> watched = new HashMap<>();

    /**
     * @param directory reads the bots
     * @param nanoClock monotonic time in ns; {@link System#nanoTime}, except in tests
     * @param clock wall-clock time
     */
    BotWatch(Supplier<Bots> directory, LongSupplier nanoClock, InstantSource clock) {
        this.directory = directory;
        this.nanoClock = nanoClock;
        this.clock = clock;
        this.startNanos = nanoClock.getAsLong();
        this.startMs = clock.millis();
    }

    /**
     * Takes a sample. It never throws, because an exception would stop the timer. A failure is logged once, and the
     * sample is missing.
     */
    synchronized void sample() {
        Map<String, String> problems = new HashMap<>();
        try {
            // only for bots that were read now; for other bots the point would be invented
            for (Bot bot : poll(directory.get()).keySet()) {
                WatchedBot known = watched.get(bot.name().value());
                if (known != null) {
                    known.addPoint();
                }
            }
        } catch (Throwable e) {
            problems.put("history of the status page", "a sample is missing: " + e);
        }
        changes.report(problems);
    }

    /** {@return the current status} */
    synchronized Status status() {
        Bots bots = directory.get();
        Map<Bot, CatalogSeries> polled = poll(bots);
        long now = nanoClock.getAsLong();
        double uptime = OrderFigures.rounded((now - startNanos) / NANOS_PER_SECOND);
        return Status.of(
                new Status.Watch(StatusText.instant(clock.instant()), uptime, Limits.ofTheAlerts()),
                bots,
                polled.entrySet().stream()
                        .map(bot -> BotStatus.of(facts(bot.getKey(), bot.getValue(), now)))
                        .sorted(BotStatus.ORDER)
                        .toList());
    }

    /** {@return the series of each readable bot} It updates the watch with them. */
    private Map<Bot, CatalogSeries> poll(Bots bots) {
        long now = nanoClock.getAsLong();
        Set<String> present =
                bots.readable().stream().map(bot -> bot.name().value()).collect(Collectors.toSet());
        watched.entrySet()
                .removeIf(entry -> !present.contains(entry.getKey())
                        && (now - entry.getValue().readNanos() > OrderHistory.KEPT.toNanos()
                                || watched.size() >= MOST_BOTS));
        Map<Bot, CatalogSeries> polled = new LinkedHashMap<>();
        for (Bot bot : bots.readable()) {
            CatalogSeries series = new CatalogSeries(bot.snapshot());
            polled.put(bot, series);
            if (watched.size() < MOST_BOTS || watched.containsKey(bot.name().value())) {
                WatchedBot known = watched.computeIfAbsent(bot.name().value(), name -> new WatchedBot());
                known.read(series, now);
                for (OrderMode mode : OrderMode.values()) {
                    series.orders(mode)
                            .ifPresent(counts -> known.histories()
                                    .computeIfAbsent(mode, missing -> begin(series.ordersCreatedMs(mode), counts, now))
                                    .update(counts));
                }
            }
        }
        return polled;
    }

    /**
     * Starts a history. If the bot started after the watch, all its counts happened while it was watched. For an older
     * bot the time of its counts is unknown.
     */
    private OrderHistory begin(long createdMs, OrderCounts counts, long now) {
        return createdMs >= startMs ? new OrderHistory(startNanos, OrderCounts.NONE) : new OrderHistory(now, counts);
    }

    private BotFacts facts(Bot bot, CatalogSeries series, long now) {
        CountersSnapshot snapshot = bot.snapshot();
        Owner owner = snapshot.owner();
        WatchedBot known = watched.get(bot.name().value());
        ObservedMode mode = series.mode();
        return new BotFacts(
                bot.name().value(),
                bot.state(),
                mode,
                recentOrders(known == null ? Map.of() : known.histories(), mode, now),
                new OpenOrders(
                        series.orderGauge(MetricCatalog.ORDERS_UNKNOWN),
                        known == null ? null : known.unknownSeconds(now),
                        series.orderGauge(MetricCatalog.ORDERS_IN_FLIGHT),
                        known == null ? null : known.stuckSeconds(now)),
                new Beats(
                        age(owner.heartbeatMs()),
                        owner.loopMs() > 0 ? age(owner.loopMs()) : null,
                        owner.loopMs() > 0 ? (owner.heartbeatMs() - owner.loopMs()) / 1_000.0 : null),
                new Starts(
                        StatusText.instant(Instant.ofEpochMilli(owner.startMs())),
                        owner.restarts(),
                        owner.uncleanRestarts(),
                        series.build()),
                new Counting(snapshot.droppedSeries() + snapshot.damagedRecords(), series.isTelemetryDegraded()));
    }

    private RecentOrders recentOrders(Map<OrderMode, OrderHistory> histories, ObservedMode mode, long now) {
        Optional<Window> window = histories.values().stream().findFirst().map(history -> history.last(WINDOW, now));
        Orders orders =
                new Orders(figures(histories.get(OrderMode.LIVE), now), figures(histories.get(OrderMode.PAPER), now));
        OrderHistory shown = histories.get(orders.shown(mode));
        return new RecentOrders(
                window.map(seen -> seen.length().toMillis() / 1_000.0).orElse(null),
                window.map(seen -> windowText(seen.length(), now)).orElse("not known"),
                orders,
                shown == null ? null : OrderChart.of(shown, startNanos, now));
    }

    private static @Nullable OrderFigures figures(@Nullable OrderHistory history, long now) {
        return history == null
                ? null
                : OrderFigures.of(history.last(WINDOW, now).growth());
    }

    /** {@return the time window as text} The distance of two samples is the interval plus the time for reading. */
    private String windowText(Duration window, long now) {
        if (window.compareTo(WINDOW.plus(INTERVAL.multipliedBy(2))) > 0) {
            return "in the last " + StatusText.duration(window.toMillis() / 1_000.0)
                    + ", within which its file could not be read,";
        }
        if (window.compareTo(WINDOW) >= 0) {
            return "in the last " + WINDOW.toMinutes() + " min";
        }
        boolean always = now - startNanos - window.toNanos() <= INTERVAL.toNanos();
        String begin = always ? "the exporter's start " : "its file was first read ";
        return "since " + begin + StatusText.duration(window.toMillis() / 1_000.0) + " ago";
    }

    private double age(long epochMs) {
        return Math.max(0, OrderFigures.rounded((clock.millis() - epochMs) / 1_000.0));
    }
}
