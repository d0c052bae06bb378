package io.cryptobot.exporter.status;

import static org.assertj.core.api.Assertions.assertThat;

import io.cryptobot.exporter.CapturedLog;
import io.cryptobot.exporter.TestBots;
import io.cryptobot.exporter.bots.Bot;
import io.cryptobot.exporter.bots.BotDirectory;
import io.cryptobot.exporter.bots.Bots;
import io.cryptobot.exporter.bots.RunState;
import io.cryptobot.telemetry.MetricCatalog;
import io.cryptobot.telemetry.MetricType;
import io.cryptobot.telemetry.OrderMode;
import io.cryptobot.telemetry.Telemetry;
import io.cryptobot.telemetry.counters.CountersFile;
import io.cryptobot.telemetry.counters.CountersFileLayout.Geometry;
import io.cryptobot.telemetry.counters.Descriptor;
import io.cryptobot.telemetry.counters.Slot;
import io.cryptobot.telemetry.files.InstanceName;
import io.cryptobot.testing.ManualClock;
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
        directory = TestBots.directory(run, clock);
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
            assertThat(facts.recent().orders().live())
                    .extracting("submitted", "failed")
                    .containsExactly(7L, 4L);
            assertThat(facts.recent().window()).isEqualTo("since the exporter's start 40 s ago");
            assertThat(facts.recent().windowSeconds()).isEqualTo(40);
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
            assertThat(facts.recent().orders().live()).extracting("failed").isEqualTo(4L);
            assertThat(facts.recent().window()).isEqualTo("in the last 5 min");
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
            assertThat(facts.recent().orders().live()).extracting("failed").isEqualTo(0L);
            assertThat(facts.recent().window()).isEqualTo("since its file was first read 90 s ago");
        }
    }

    @Test
    void theSameHoldsSoonAfterTheExportersStart() {
        BotWatch watch = lateWatch();
        clock.advance(Duration.ofSeconds(60));
        try (Telemetry bot = telemetry("bot")) {
            watch.sample();
            clock.advance(Duration.ofSeconds(10));
            assertThat(only(watch).recent().window()).isEqualTo("since its file was first read 10 s ago");
            assertThat(bot.degradedReason()).isEmpty();
        }
    }

    @Test
    void aRestartOfTheBotAndAFileOfItsSuccessorCostNothing() throws Exception {
        BotWatch watch = earlyWatch();
        watch.sample();
        try (Telemetry bot = telemetry("bot")) {
            bot.orders(OrderMode.LIVE).failed().inc(2);
            assertThat(only(watch).recent().orders().live())
                    .extracting("failed")
                    .isEqualTo(2L);
        }
        try (Telemetry bot = telemetry("bot")) {
            bot.orders(OrderMode.LIVE).failed().inc(1);
            assertThat(only(watch).recent().orders().live())
                    .extracting("failed")
                    .isEqualTo(3L);
        }
        Files.delete(run.resolve("bot.counters"));
        try (Telemetry bot = telemetry("bot")) {
            bot.orders(OrderMode.LIVE).failed().inc(1);
            assertThat(only(watch).recent().orders().live())
                    .extracting("failed")
                    .isEqualTo(4L);
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
            assertThat(facts.recent().orders().live()).extracting("failed").isEqualTo(1L);
            assertThat(facts.recent().window())
                    .isEqualTo("in the last 10 min, within which its file could not be read,");
        }
    }

    @Test
    void tellsTheModeAndHowABotEnded() {
        BotWatch watch = earlyWatch();
        try (Telemetry bot = telemetry("bot")) {
            assertThat(only(watch).mode()).isEqualTo(ObservedMode.UNKNOWN);
            bot.gauge(MetricCatalog.TRADING_MODE, "live").set(0);
            bot.gauge(MetricCatalog.TRADING_MODE, "halt").set(1);
            bot.tradingLoopBeat();
            BotFacts facts = only(watch);
            assertThat(facts.state()).isEqualTo(RunState.UP);
            assertThat(facts.mode()).isEqualTo(ObservedMode.HALT);
            assertThat(facts.beats().tradingLoopAgeSeconds()).isNotNull();
            bot.gauge(MetricCatalog.TRADING_MODE, "live").set(1);
            assertThat(only(watch).mode()).as("two modes are none").isEqualTo(ObservedMode.UNKNOWN);
        }
        assertThat(only(watch).state()).isEqualTo(RunState.STOPPED);
    }

    @Test
    void tellsByTheBotsOwnClockHowFarItsLoopIsBehindItsHeart() throws Exception {
        AtomicLong botMs = new AtomicLong(1_000);
        try (CountersFile file = file("bot", botMs::get)) {
            BotWatch watch = new BotWatch(directory::read, clock, InstantSource.fixed(Instant.ofEpochMilli(5_000)));
            assertThat(only(watch).beats().tradingLoopLagSeconds()).isNull();
            file.loopBeat();
            botMs.set(71_500);
            file.beat();
            BotFacts facts = only(watch);
            assertThat(facts.beats().tradingLoopLagSeconds()).isEqualTo(70.5);
            assertThat(facts.beats().tradingLoopAgeSeconds()).isEqualTo(4);
            assertThat(facts.beats().heartbeatAgeSeconds())
                    .as("a clock that is ahead")
                    .isZero();
        }
    }

    @Test
    void tellsTheBuildAndWhetherTheCountsCanBeTrusted() throws Exception {
        try (CountersFile file = file("bot", () -> 1_000)) {
            assertThat(only(earlyWatch()).starts().build())
                    .isEqualTo(new BotFacts.Build("unknown", "unknown", "unknown"));
            file.register(Descriptor.gauge(
                    "cryptobot_build_info", "", Map.of("version", "1.2", "revision", "abc1234", "jdk", "17")));
            Slot degraded = file.register(Descriptor.gauge("cryptobot_telemetry_degraded", "", Map.of()));
            assertThat(only(earlyWatch()).starts().build()).isEqualTo(new BotFacts.Build("1.2", "abc1234", "17"));
            assertThat(only(earlyWatch()).counting().telemetryDegraded()).isFalse();
            TestBots.set(degraded, 1);
            assertThat(only(earlyWatch()).counting().telemetryDegraded()).isTrue();
        }
    }

    @Test
    void tellsHowManyOrdersAreUnknownAndBelievesNoImpossibleNumber() throws Exception {
        try (CountersFile file = file("bot", () -> 1_000)) {
            assertThat(only(earlyWatch()).open().unknownOrders()).isNull();
            Slot unknown = file.register(Descriptor.gauge("cryptobot_orders_unknown", "", Map.of()));
            TestBots.set(unknown, 3);
            assertThat(only(earlyWatch()).open().unknownOrders()).isEqualTo(3);
            for (double impossible : new double[] {-1, Double.NaN, Double.POSITIVE_INFINITY, 1e300}) {
                TestBots.set(unknown, impossible);
                assertThat(only(earlyWatch()).open().unknownOrders()).isNull();
            }
        }
    }

    @Test
    void tellsForHowLongOrdersHaveBeenUnknown() throws Exception {
        try (CountersFile file = file("bot", () -> 1_000)) {
            Slot unknown = file.register(Descriptor.gauge("cryptobot_orders_unknown", "", Map.of()));
            TestBots.set(unknown, 0);
            BotWatch watch = earlyWatch();
            assertThat(only(watch).open().unknownOrdersSeconds()).isNull();
            TestBots.set(unknown, 1);
            assertThat(only(watch).open().unknownOrdersSeconds()).isZero();
            clock.advance(Duration.ofSeconds(90));
            TestBots.set(unknown, 7);
            assertThat(only(watch).open().unknownOrdersSeconds()).isEqualTo(90);
            TestBots.set(unknown, 0);
            assertThat(only(watch).open().unknownOrdersSeconds()).isNull();
            TestBots.set(unknown, 1);
            assertThat(only(watch).open().unknownOrdersSeconds()).as("others").isZero();
        }
    }

    @Test
    void tellsForHowLongOrdersHaveBeenInFlightWhileNoneBegan() throws Exception {
        try (CountersFile file = file("bot", () -> 1_000)) {
            Slot inFlight = file.register(Descriptor.gauge("cryptobot_orders_in_flight", "", Map.of()));
            Slot submitted =
                    file.register(Descriptor.counter("cryptobot_orders_submitted_total", "", Map.of("mode", "live")));
            submitted.add(0, 1);
            TestBots.set(inFlight, 1);
            BotWatch watch = earlyWatch();
            assertThat(only(watch).open().ordersInFlight()).isEqualTo(1);
            assertThat(only(watch).open().ordersStuckSeconds()).isZero();
            clock.advance(Duration.ofSeconds(90));
            assertThat(only(watch).open().ordersStuckSeconds()).isEqualTo(90);
            submitted.add(0, 1);
            assertThat(only(watch).open().ordersStuckSeconds())
                    .as("another began")
                    .isNull();
            clock.advance(Duration.ofSeconds(5));
            assertThat(only(watch).open().ordersStuckSeconds()).isZero();
            TestBots.set(inFlight, 0);
            clock.advance(Duration.ofSeconds(5));
            assertThat(only(watch).open().ordersStuckSeconds()).as("it ended").isNull();
        }
    }

    @Test
    void addsUpTheSeriesThatDidNotFitAndThoseThatAreDamaged() throws Exception {
        try (CountersFile file = file("bot", () -> 1_000)) {
            for (int series = 0; series < SMALLEST.capacity() + 2; series++) {
                file.register(Descriptor.counter("things_" + series, "", Map.of()));
            }
            TestBots.writeInt(run, "bot", FIRST_RECORD + 60, -1);
            assertThat(only(earlyWatch()).counting().missingSeries()).isEqualTo(3);
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
            assertThat(only(earlyWatch()).recent().orders().live()).isNotNull();
            submitted.add(0, -1);
            assertThat(only(earlyWatch()).recent().orders().live()).isNull();
            submitted.add(0, 1);
            latency.add(1, -1);
            assertThat(only(earlyWatch()).recent().orders().live()).isNull();
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
            assertThat(only(watch).recent().orders().live())
                    .extracting("failed")
                    .isEqualTo(0L);
        }
    }

    @Test
    void aReadThatThrowsCostsOneSampleAndIsLoggedOnce() {
        try (CapturedLog log = new CapturedLog(BotWatch.class)) {
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
            assertThat(log.messages()).hasSize(1);
            broken[0] = false;
            watch.sample();
            assertThat(watch.status().bots()).isEmpty();
        }
    }

    @Test
    void watchesABoundedNumberOfBotsAndShowsTheOthersWithoutFigures() {
        try (Telemetry template = telemetry("bot")) {
            Bot one = directory.read().readable().get(0);
            List<Bot> crowd = IntStream.range(0, BotWatch.MOST_BOTS + 5)
                    .mapToObj(index -> new Bot(new InstanceName("bot-" + index), RunState.UP, one.snapshot()))
                    .toList();
            BotWatch watch = watch(crowd);
            assertThat(watch.status().bots())
                    .hasSize(crowd.size())
                    .filteredOn(bot -> bot.facts().recent().orders().live() == null)
                    .hasSize(5)
                    .allSatisfy(bot -> assertThat(bot.facts().recent().window()).isEqualTo("not known"));
            assertThat(template.degradedReason()).isEmpty();
        }
    }

    private BotWatch watch(List<Bot> bots) {
        return new BotWatch(
                () -> new Bots(Bots.Listing.DONE, bots, List.of(), 0, List.of()), clock, InstantSource.system());
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

    private CountersFile file(String name, LongSupplier botClock) {
        return TestBots.file(run, name, SMALLEST, botClock);
    }

    private Telemetry telemetry(String name) {
        return TestBots.open(run, name);
    }
}
