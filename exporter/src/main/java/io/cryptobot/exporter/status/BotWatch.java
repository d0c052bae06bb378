package io.cryptobot.exporter.status;

import io.cryptobot.exporter.ChangeLogger;
import io.cryptobot.exporter.bots.Bot;
import io.cryptobot.exporter.bots.Bots;
import io.cryptobot.exporter.status.BotFacts.Build;
import io.cryptobot.exporter.status.BotFacts.Orders;
import io.cryptobot.exporter.status.OrderHistory.Window;
import io.cryptobot.exporter.status.Status.Forgotten;
import io.cryptobot.exporter.status.Status.Unreadable;
import io.cryptobot.telemetry.MetricCatalog;
import io.cryptobot.telemetry.OrderMode;
import io.cryptobot.telemetry.counters.CountersSnapshot;
import io.cryptobot.telemetry.counters.CountersSnapshot.Owner;
import io.cryptobot.telemetry.counters.CountersSnapshot.Series;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/**
 * Watches the orders of all bots for as long as the charts go back. A sample is taken every {@link #INTERVAL}; what is
 * asked for is read anew, so that the page is as fresh as {@code /metrics}. Thread-safe.
 */
public final class BotWatch {
    /** Time between two samples. */
    public static final Duration INTERVAL = Duration.ofSeconds(5);

    /** How far back the two order alerts look, and with them the figures here. */
    static final Duration WINDOW = Duration.ofMinutes(5);

    /** How many bots are watched at most: at most 140 kB each, when they trade in both modes all the time. */
    static final int MOST_BOTS = 128;

    private static final double NANOS_PER_SECOND = 1e9;

    private final Supplier<Bots> directory;
    private final LongSupplier nanoClock;
    private final InstantSource clock;
    private final long startNanos;
    private final long startMs;
    /** Guarded by "this". */
    private final ChangeLogger changes = new ChangeLogger(LoggerFactory.getLogger(BotWatch.class));
    /** By bot. Guarded by "this". */
    private final Map<String, Watched> watched = new HashMap<>();

    /**
     * @param directory reads the bots
     * @param nanoClock monotonic time in ns, {@link System#nanoTime} outside of tests
     * @param clock the time of day
     */
    public BotWatch(Supplier<Bots> directory, LongSupplier nanoClock, InstantSource clock) {
        this.directory = directory;
        this.nanoClock = nanoClock;
        this.clock = clock;
        this.startNanos = nanoClock.getAsLong();
        this.startMs = clock.millis();
    }

    /** What is remembered of one bot. Guarded by the watch. */
    private static final class Watched {
        private final Map<OrderMode, OrderHistory> histories = new EnumMap<>(OrderMode.class);
        private final Since unknown = new Since();
        private final Since stuck = new Since();
        private @Nullable Long submitted;
        private long readNanos;

        void read(CountersSnapshot snapshot, long now) {
            readNanos = now;
            unknown.see(isAny(orders(snapshot, MetricCatalog.ORDERS_UNKNOWN)), now);
            Long before = submitted;
            submitted = OrderCounts.submitted(snapshot, OrderMode.LIVE).orElse(null);
            boolean noneBegan = submitted != null && submitted.equals(before);
            stuck.see(noneBegan && isAny(orders(snapshot, MetricCatalog.ORDERS_IN_FLIGHT)), now);
        }

        private static boolean isAny(@Nullable Long orders) {
            return orders != null && orders > 0;
        }
    }

    /** Takes a sample. Never throws, since that would end the timer: a failure is logged once and costs this sample. */
    public synchronized void sample() {
        Map<String, String> problems = new HashMap<>();
        try {
            // Only of bots that were read just now: a point in the past that nobody has seen would be made up.
            for (Bot bot : read().readable()) {
                Watched known = watched.get(bot.name().value());
                if (known != null) {
                    known.histories.values().forEach(history -> history.keep(known.readNanos));
                }
            }
        } catch (Throwable e) {
            problems.put("history of the status page", "a sample is missing: " + e);
        }
        changes.report(problems);
    }

    /** {@return everything as it is now} */
    synchronized Status status() {
        Bots bots = read();
        long now = nanoClock.getAsLong();
        return new Status(
                Words.instant(clock.instant()),
                OrderFigures.rounded((now - startNanos) / NANOS_PER_SECOND),
                bots.listable(),
                Limits.ofTheAlerts(),
                bots.readable().stream()
                        .map(bot -> BotStatus.of(facts(bot, now)))
                        .sorted(BotStatus.ORDER)
                        .toList(),
                bots.unreadable().stream().map(Unreadable::of).toList(),
                bots.moreUnreadable(),
                bots.forgotten().stream()
                        .map(Forgotten::of)
                        .sorted(Comparator.comparing(bot -> Words.inNaturalOrder(bot.bot())))
                        .toList());
    }

    private Bots read() {
        Bots bots = directory.get();
        long now = nanoClock.getAsLong();
        Set<String> present =
                bots.readable().stream().map(bot -> bot.name().value()).collect(Collectors.toSet());
        watched.entrySet()
                .removeIf(entry -> !present.contains(entry.getKey())
                        && (now - entry.getValue().readNanos > OrderHistory.KEPT.toNanos()
                                || watched.size() >= MOST_BOTS));
        for (Bot bot : bots.readable()) {
            if (watched.size() < MOST_BOTS || watched.containsKey(bot.name().value())) {
                Watched known = watched.computeIfAbsent(bot.name().value(), name -> new Watched());
                known.read(bot.snapshot(), now);
                for (OrderMode mode : OrderMode.values()) {
                    OrderCounts.of(bot.snapshot(), mode)
                            .ifPresent(counts -> known.histories
                                    .computeIfAbsent(mode, missing -> begin(bot.snapshot(), mode, counts, now))
                                    .read(counts));
                }
            }
        }
        return bots;
    }

    /** What a bot counted that began after the watch was counted under its eyes; of an older one nobody knows when. */
    private OrderHistory begin(CountersSnapshot snapshot, OrderMode mode, OrderCounts counts, long now) {
        return OrderCounts.bornMs(snapshot, mode) >= startMs
                ? new OrderHistory(startNanos, OrderCounts.NONE)
                : new OrderHistory(now, counts);
    }

    private BotFacts facts(Bot bot, long now) {
        CountersSnapshot snapshot = bot.snapshot();
        Owner owner = snapshot.owner();
        Watched known = watched.get(bot.name().value());
        Map<OrderMode, OrderHistory> histories = known == null ? Map.of() : known.histories;
        Optional<Window> window = histories.values().stream().findFirst().map(history -> history.last(WINDOW, now));
        ShownMode mode = ShownMode.of(snapshot);
        Orders orders =
                new Orders(figures(histories.get(OrderMode.LIVE), now), figures(histories.get(OrderMode.PAPER), now));
        OrderHistory shown = histories.get(orders.shown(mode));
        return new BotFacts(
                bot.name().value(),
                Life.of(bot),
                mode,
                window.map(seen -> seen.length().toMillis() / 1_000.0).orElse(null),
                window.map(seen -> words(seen.length(), now)).orElse("not known"),
                orders,
                orders(snapshot, MetricCatalog.ORDERS_UNKNOWN),
                known == null ? null : known.unknown.seconds(now),
                orders(snapshot, MetricCatalog.ORDERS_IN_FLIGHT),
                known == null ? null : known.stuck.seconds(now),
                shown == null ? null : Steps.of(shown, startNanos, now),
                age(owner.heartbeatMs()),
                owner.loopMs() > 0 ? age(owner.loopMs()) : null,
                owner.loopMs() > 0 ? (owner.heartbeatMs() - owner.loopMs()) / 1_000.0 : null,
                Words.instant(Instant.ofEpochMilli(owner.startMs())),
                owner.restarts(),
                owner.uncleanRestarts(),
                build(snapshot),
                isDegraded(snapshot),
                snapshot.droppedSeries() + snapshot.damagedRecords());
    }

    private static @Nullable OrderFigures figures(@Nullable OrderHistory history, long now) {
        return history == null
                ? null
                : OrderFigures.of(history.last(WINDOW, now).growth());
    }

    /** Two samples lie apart by the interval and the time that reading takes. */
    private String words(Duration window, long now) {
        if (window.compareTo(WINDOW.plus(INTERVAL.multipliedBy(2))) > 0) {
            return "in the last " + Words.duration(window.toMillis() / 1_000.0)
                    + ", within which its file could not be read,";
        }
        if (window.compareTo(WINDOW) >= 0) {
            return "in the last " + WINDOW.toMinutes() + " min";
        }
        boolean always = now - startNanos - window.toNanos() <= INTERVAL.toNanos();
        String begin = always ? "the exporter's start " : "its file was first read ";
        return "since " + begin + Words.duration(window.toMillis() / 1_000.0) + " ago";
    }

    private double age(long epochMs) {
        return Math.max(0, OrderFigures.rounded((clock.millis() - epochMs) / 1_000.0));
    }

    private static Build build(CountersSnapshot snapshot) {
        Map<String, String> labels = series(snapshot, MetricCatalog.BUILD_INFO)
                .<Map<String, String>>map(series -> series.descriptor().labels())
                .orElse(Map.of());
        return new Build(
                labels.getOrDefault("version", "unknown"),
                labels.getOrDefault("revision", "unknown"),
                labels.getOrDefault("jdk", "unknown"));
    }

    /** Null where there is none, or one that cannot be true: no number is not the number 0. */
    private static @Nullable Long orders(CountersSnapshot snapshot, MetricCatalog gauge) {
        return series(snapshot, gauge)
                .map(Series::value)
                .filter(value -> value >= 0 && value <= Integer.MAX_VALUE)
                .map(Double::longValue)
                .orElse(null);
    }

    private static boolean isDegraded(CountersSnapshot snapshot) {
        return series(snapshot, MetricCatalog.TELEMETRY_DEGRADED)
                .map(series -> series.value() == 1)
                .orElse(false);
    }

    private static Optional<Series> series(CountersSnapshot snapshot, MetricCatalog gauge) {
        return snapshot.series().stream()
                .filter(series -> series.descriptor().name().equals(gauge.prometheusName())
                        && series.descriptor().type() == gauge.type())
                .findFirst();
    }
}
