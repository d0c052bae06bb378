package io.cryptobot.exporter.status;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.cryptobot.exporter.bots.Bot;
import io.cryptobot.exporter.bots.BotDirectory;
import io.cryptobot.exporter.bots.Bots;
import io.cryptobot.exporter.bots.ManualClock;
import io.cryptobot.telemetry.InstanceName;
import io.cryptobot.telemetry.MetricCatalog;
import io.cryptobot.telemetry.OrderMode;
import io.cryptobot.telemetry.RunDirectory;
import io.cryptobot.telemetry.Telemetry;
import io.cryptobot.telemetry.TelemetrySettings;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

class BotWatchTest {
    @TempDir
    Path run;

    private final ManualClock clock = new ManualClock();
    private BotDirectory directory;

    @BeforeEach
    void open() {
        directory = new BotDirectory(
                new RunDirectory(run), Duration.ofSeconds(3), Duration.ofDays(30), clock, InstantSource.system());
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

    private Telemetry telemetry(String name) {
        return Telemetry.open(new TelemetrySettings(new InstanceName(name), new RunDirectory(run)));
    }
}
