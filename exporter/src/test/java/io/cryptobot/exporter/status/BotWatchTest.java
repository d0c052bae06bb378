package io.cryptobot.exporter.status;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.cryptobot.exporter.KeptFile;
import io.cryptobot.exporter.bots.Bot;
import io.cryptobot.exporter.bots.BotDirectory;
import io.cryptobot.exporter.bots.Bots;
import io.cryptobot.exporter.bots.ManualClock;
import io.cryptobot.telemetry.MetricCatalog;
import io.cryptobot.telemetry.MetricType;
import io.cryptobot.telemetry.OrderMode;
import io.cryptobot.telemetry.Telemetry;
import io.cryptobot.telemetry.TelemetrySettings;
import io.cryptobot.telemetry.counters.CountersFile;
import io.cryptobot.telemetry.counters.CountersFileException;
import io.cryptobot.telemetry.counters.CountersFileLayout.Geometry;
import io.cryptobot.telemetry.counters.Descriptor;
import io.cryptobot.telemetry.counters.Slot;
import io.cryptobot.telemetry.files.InstanceName;
import io.cryptobot.telemetry.files.RunDirectory;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

class BotWatchTest {
    /** Offset of the first record's description in a counters file. */
    private static final int FIRST_RECORD = 640;

    private static final Geometry SMALLEST = new Geometry(64);

    @TempDir
    Path run;

    private final ManualClock clock = new ManualClock();
    private BotDirectory directory;

    @BeforeEach
    void open() {
        directory = new BotDirectory(
                new RunDirectory(run), Duration.ofSeconds(3), Duration.ofDays(36_500), clock, InstantSource.system());
    }

    @AfterEach
    void close() {
        directory.close();
    }

    @Test
    void showsWhatWasCountedSinceItBegan() {
        try (Telemetry bot = telemetry("bot")) {
            bot.orders(OrderMode.LIVE).submitted().inc(100);
            bot.orders(OrderMode.LIVE).failed().inc(50);
            BotWatch watch = lateWatch();
            watch.sample();
            bot.orders(OrderMode.LIVE).submitted().inc(7);
            bot.orders(OrderMode.LIVE).failed().inc(4);
            clock.advance(Duration.ofSeconds(40));
            BotFacts facts = only(watch);
            assertThat(facts.orders().live()).extracting("submitted", "failed").containsExactly(7L, 4L);
            assertThat(facts.window()).isEqualTo("since the exporter's start 40 s ago");
            assertThat(facts.windowSeconds()).isEqualTo(40);
        }
    }

    @Test
    void whatFailedBeforeTheFirstSampleOfANewBotIsNotLost() {
        BotWatch watch = earlyWatch();
        watch.sample();
        clock.advance(Duration.ofHours(1));
        try (Telemetry bot = telemetry("bot")) {
            bot.orders(OrderMode.LIVE).failed().inc(4);
            BotFacts facts = only(watch);
            assertThat(facts.orders().live()).extracting("failed").isEqualTo(4L);
            assertThat(facts.window()).isEqualTo("in the last 5 min");
        }
    }

    @Test
    void aFileThatTurnsUpLateIsSaidToBeKnownOnlySinceThen() {
        BotWatch watch = lateWatch();
        watch.sample();
        clock.advance(Duration.ofHours(1));
        try (Telemetry bot = telemetry("bot")) {
            bot.orders(OrderMode.LIVE).failed().inc(4);
            watch.sample();
            clock.advance(Duration.ofSeconds(90));
            BotFacts facts = only(watch);
            assertThat(facts.orders().live()).extracting("failed").isEqualTo(0L);
            assertThat(facts.window()).isEqualTo("since its file was first read 90 s ago");
        }
    }

    @Test
    void theSameHoldsSoonAfterTheExportersStart() {
        BotWatch watch = lateWatch();
        clock.advance(Duration.ofSeconds(60));
        try (Telemetry bot = telemetry("bot")) {
            watch.sample();
            clock.advance(Duration.ofSeconds(10));
            assertThat(only(watch).window()).isEqualTo("since its file was first read 10 s ago");
            assertThat(bot.degradedReason()).isEmpty();
        }
    }

    @Test
    void aRestartOfTheBotAndAFileOfItsSuccessorCostNothing() throws Exception {
        BotWatch watch = earlyWatch();
        watch.sample();
        try (Telemetry bot = telemetry("bot")) {
            bot.orders(OrderMode.LIVE).failed().inc(2);
            assertThat(only(watch).orders().live()).extracting("failed").isEqualTo(2L);
        }
        try (Telemetry bot = telemetry("bot")) {
            bot.orders(OrderMode.LIVE).failed().inc(1);
            assertThat(only(watch).orders().live()).extracting("failed").isEqualTo(3L);
        }
        Files.delete(run.resolve("bot.counters"));
        try (Telemetry bot = telemetry("bot")) {
            bot.orders(OrderMode.LIVE).failed().inc(1);
            assertThat(only(watch).orders().live()).extracting("failed").isEqualTo(4L);
        }
    }

    @Test
    void saysWhenItsFileCouldNotBeRead() throws Exception {
        try (Telemetry bot = telemetry("bot")) {
            BotWatch watch = lateWatch();
            watch.sample();
            Files.move(run.resolve("bot.counters"), run.resolve("bot.away"));
            for (int minute = 0; minute < 10; minute++) {
                clock.advance(Duration.ofMinutes(1));
                watch.sample();
            }
            bot.orders(OrderMode.LIVE).failed().inc();
            Files.move(run.resolve("bot.away"), run.resolve("bot.counters"));
            BotFacts facts = only(watch);
            assertThat(facts.orders().live()).extracting("failed").isEqualTo(1L);
            assertThat(facts.window()).isEqualTo("in the last 10 min, within which its file could not be read,");
        }
    }

    @Test
    void tellsTheModeAndHowABotEnded() {
        BotWatch watch = earlyWatch();
        try (Telemetry bot = telemetry("bot")) {
            assertThat(only(watch).mode()).isEqualTo(ShownMode.UNKNOWN);
            bot.gauge(MetricCatalog.TRADING_MODE, "live").set(0);
            bot.gauge(MetricCatalog.TRADING_MODE, "halt").set(1);
            bot.tradingLoopBeat();
            BotFacts facts = only(watch);
            assertThat(facts.state()).isEqualTo(Life.UP);
            assertThat(facts.mode()).isEqualTo(ShownMode.HALT);
            assertThat(facts.tradingLoopAgeSeconds()).isNotNull();
            bot.gauge(MetricCatalog.TRADING_MODE, "live").set(1);
            assertThat(only(watch).mode()).as("two modes are none").isEqualTo(ShownMode.UNKNOWN);
        }
        assertThat(only(watch).state()).isEqualTo(Life.STOPPED);
    }

    @Test
    void tellsByTheBotsOwnClockHowFarItsLoopIsBehindItsHeart() throws Exception {
        AtomicLong botMs = new AtomicLong(1_000);
        try (CountersFile file = file("bot", botMs::get)) {
            BotWatch watch = new BotWatch(directory::read, clock, InstantSource.fixed(Instant.ofEpochMilli(5_000)));
            assertThat(only(watch).tradingLoopLagSeconds()).isNull();
            file.loopBeat();
            botMs.set(71_500);
            file.beat();
            BotFacts facts = only(watch);
            assertThat(facts.tradingLoopLagSeconds()).isEqualTo(70.5);
            assertThat(facts.tradingLoopAgeSeconds()).isEqualTo(4);
            assertThat(facts.heartbeatAgeSeconds()).as("a clock that is ahead").isZero();
        }
    }

    @Test
    void tellsTheBuildAndWhetherTheCountsCanBeTrusted() throws Exception {
        try (CountersFile file = file("bot", () -> 1_000)) {
            assertThat(only(earlyWatch()).build()).isEqualTo(new BotFacts.Build("unknown", "unknown", "unknown"));
            file.register(Descriptor.gauge(
                    "cryptobot_build_info", "", Map.of("version", "1.2", "revision", "abc1234", "jdk", "17")));
            Slot degraded = file.register(Descriptor.gauge("cryptobot_telemetry_degraded", "", Map.of()));
            assertThat(only(earlyWatch()).build()).isEqualTo(new BotFacts.Build("1.2", "abc1234", "17"));
            assertThat(only(earlyWatch()).telemetryDegraded()).isFalse();
            degraded.set(0, Double.doubleToRawLongBits(1));
            assertThat(only(earlyWatch()).telemetryDegraded()).isTrue();
        }
    }

    @Test
    void tellsHowManyOrdersAreUnknownAndBelievesNoImpossibleNumber() throws Exception {
        try (CountersFile file = file("bot", () -> 1_000)) {
            assertThat(only(earlyWatch()).unknownOrders()).isNull();
            Slot unknown = file.register(Descriptor.gauge("cryptobot_orders_unknown", "", Map.of()));
            unknown.set(0, Double.doubleToRawLongBits(3));
            assertThat(only(earlyWatch()).unknownOrders()).isEqualTo(3);
            for (double impossible : new double[] {-1, Double.NaN, Double.POSITIVE_INFINITY, 1e300}) {
                unknown.set(0, Double.doubleToRawLongBits(impossible));
                assertThat(only(earlyWatch()).unknownOrders()).isNull();
            }
        }
    }

    @Test
    void tellsForHowLongOrdersHaveBeenUnknown() throws Exception {
        try (CountersFile file = file("bot", () -> 1_000)) {
            Slot unknown = file.register(Descriptor.gauge("cryptobot_orders_unknown", "", Map.of()));
            unknown.set(0, Double.doubleToRawLongBits(0));
            BotWatch watch = earlyWatch();
            assertThat(only(watch).unknownOrdersSeconds()).isNull();
            unknown.set(0, Double.doubleToRawLongBits(1));
            assertThat(only(watch).unknownOrdersSeconds()).isZero();
            clock.advance(Duration.ofSeconds(90));
            unknown.set(0, Double.doubleToRawLongBits(7));
            assertThat(only(watch).unknownOrdersSeconds()).isEqualTo(90);
            unknown.set(0, Double.doubleToRawLongBits(0));
            assertThat(only(watch).unknownOrdersSeconds()).isNull();
            unknown.set(0, Double.doubleToRawLongBits(1));
            assertThat(only(watch).unknownOrdersSeconds()).as("others").isZero();
        }
    }

    @Test
    void tellsForHowLongOrdersHaveBeenInFlightWhileNoneBegan() throws Exception {
        try (CountersFile file = file("bot", () -> 1_000)) {
            Slot inFlight = file.register(Descriptor.gauge("cryptobot_orders_in_flight", "", Map.of()));
            Slot submitted =
                    file.register(Descriptor.counter("cryptobot_orders_submitted_total", "", Map.of("mode", "live")));
            submitted.add(0, 1);
            inFlight.set(0, Double.doubleToRawLongBits(1));
            BotWatch watch = earlyWatch();
            assertThat(only(watch).ordersInFlight()).isEqualTo(1);
            assertThat(only(watch).ordersStuckSeconds()).isZero();
            clock.advance(Duration.ofSeconds(90));
            assertThat(only(watch).ordersStuckSeconds()).isEqualTo(90);
            submitted.add(0, 1);
            assertThat(only(watch).ordersStuckSeconds()).as("another began").isNull();
            clock.advance(Duration.ofSeconds(5));
            assertThat(only(watch).ordersStuckSeconds()).isZero();
            inFlight.set(0, Double.doubleToRawLongBits(0));
            clock.advance(Duration.ofSeconds(5));
            assertThat(only(watch).ordersStuckSeconds()).as("it ended").isNull();
        }
    }

    @Test
    void addsUpTheSeriesThatDidNotFitAndThoseThatAreDamaged() throws Exception {
        try (CountersFile file = file("bot", () -> 1_000)) {
            for (int series = 0; series < SMALLEST.capacity() + 2; series++) {
                file.register(Descriptor.counter("things_" + series, "", Map.of()));
            }
            write("bot", FIRST_RECORD + 60, -1);
            assertThat(only(earlyWatch()).missingSeries()).isEqualTo(3);
        }
    }

    @Test
    void aBotWhoseNumbersCannotBeTrueIsShownWithoutFigures() throws Exception {
        try (CountersFile file = file("bot", () -> 1_000)) {
            Slot submitted =
                    file.register(Descriptor.counter("cryptobot_orders_submitted_total", "", Map.of("mode", "live")));
            file.register(Descriptor.counter("cryptobot_orders_failed_total", "", Map.of("mode", "live")));
            Slot latency = file.register(new Descriptor(
                    "cryptobot_order_latency",
                    MetricType.HISTOGRAM,
                    "",
                    new TreeMap<>(Map.of("mode", "live")),
                    1,
                    List.of(500.0, 750.0)));
            assertThat(only(earlyWatch()).orders().live()).isNotNull();
            submitted.add(0, -1);
            assertThat(only(earlyWatch()).orders().live()).isNull();
            submitted.add(0, 1);
            latency.add(1, -1);
            assertThat(only(earlyWatch()).orders().live()).isNull();
        }
    }

    @Test
    void forgetsABotWhoseFileHasBeenAwayForLong() throws Exception {
        BotWatch watch = lateWatch();
        try (Telemetry bot = telemetry("bot")) {
            watch.sample();
            Files.move(run.resolve("bot.counters"), run.resolve("bot.away"));
            clock.advance(OrderHistory.KEPT.plusSeconds(1));
            watch.sample();
            bot.orders(OrderMode.LIVE).failed().inc();
            Files.move(run.resolve("bot.away"), run.resolve("bot.counters"));
            assertThat(only(watch).orders().live()).extracting("failed").isEqualTo(0L);
        }
    }

    @Test
    void aReadThatThrowsCostsOneSampleAndIsLoggedOnce() {
        ListAppender<ILoggingEvent> log = new ListAppender<>();
        Logger logger = (Logger) LoggerFactory.getLogger(BotWatch.class);
        logger.addAppender(log);
        log.start();
        try {
            boolean[] broken = {true};
            BotWatch watch = new BotWatch(
                    () -> {
                        if (broken[0]) {
                            throw new InternalError("a fault occurred in an unsafe memory access operation");
                        }
                        return directory.read();
                    },
                    clock,
                    InstantSource.system());
            watch.sample();
            watch.sample();
            assertThat(log.list).hasSize(1);
            broken[0] = false;
            watch.sample();
            assertThat(watch.status().bots()).isEmpty();
        } finally {
            logger.detachAppender(log);
        }
    }

    @Test
    void watchesABoundedNumberOfBotsAndShowsTheOthersWithoutFigures() {
        try (Telemetry template = telemetry("bot")) {
            Bot one = directory.read().readable().get(0);
            List<Bot> crowd = IntStream.range(0, BotWatch.MOST_BOTS + 5)
                    .mapToObj(index -> new Bot(new InstanceName("bot-" + index), true, one.snapshot()))
                    .toList();
            BotWatch watch = watch(crowd);
            assertThat(watch.status().bots())
                    .hasSize(crowd.size())
                    .filteredOn(bot -> bot.facts().orders().live() == null)
                    .hasSize(5)
                    .allSatisfy(bot -> assertThat(bot.facts().window()).isEqualTo("not known"));
            assertThat(template.degradedReason()).isEmpty();
        }
    }

    private BotWatch watch(List<Bot> bots) {
        return new BotWatch(() -> new Bots(true, bots, List.of(), 0, List.of()), clock, InstantSource.system());
    }

    /** A watch that began before every bot. */
    private BotWatch earlyWatch() {
        return new BotWatch(directory::read, clock, InstantSource.fixed(Instant.EPOCH));
    }

    /** A watch that began after every bot. */
    private BotWatch lateWatch() {
        Instant future = Instant.now().plus(Duration.ofHours(1));
        return new BotWatch(directory::read, clock, InstantSource.fixed(future));
    }

    private static BotFacts only(BotWatch watch) {
        List<BotStatus> bots = watch.status().bots();
        assertThat(bots).hasSize(1);
        return bots.get(0).facts();
    }

    private CountersFile file(String name, LongSupplier botClock) throws CountersFileException {
        return CountersFile.open(new RunDirectory(run), new InstanceName(name), SMALLEST, botClock, new KeptFile());
    }

    private void write(String bot, int offset, int value) throws IOException {
        try (RandomAccessFile file =
                new RandomAccessFile(run.resolve(bot + ".counters").toFile(), "rw")) {
            file.seek(offset);
            file.writeInt(value);
        }
    }

    private Telemetry telemetry(String name) {
        return Telemetry.open(new TelemetrySettings(new InstanceName(name), new RunDirectory(run)));
    }
}
