package io.cryptobot.telemetry.sentry;

import static io.cryptobot.testing.Await.await;
import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import com.codahale.metrics.MetricRegistry;
import io.cryptobot.telemetry.MetricCatalog;
import io.cryptobot.telemetry.Telemetry;
import io.cryptobot.telemetry.TelemetrySettings;
import io.cryptobot.telemetry.files.InstanceName;
import io.cryptobot.telemetry.files.RunDirectory;
import io.cryptobot.telemetry.sentry.SentryDelivery.Result;
import io.cryptobot.testing.ChildProcess;
import io.cryptobot.testing.FakeSentry;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/** What Sentry's faults and the bot's death cost: no event that reached the spool. */
class SentryOutageIT {
    private static final org.slf4j.Logger LOGGER = LoggerFactory.getLogger(SentryOutageIT.class);

    private final FakeSentry sentry = new FakeSentry();
    private final List<ChildProcess> bots = new ArrayList<>();

    @TempDir
    Path directory;

    @BeforeAll
    static void silenceTheConsole() {
        ((Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME)).detachAppender("console");
    }

    @AfterEach
    void stop() {
        bots.forEach(ChildProcess::close);
        sentry.close();
    }

    @Test
    void everyErrorArrivesOnceAfterAnOutageAndAKill() throws IOException {
        sentry.answer(503, "down");
        ChildProcess bot = startBot();
        order(bot, 0, 20);
        await("Sentry has refused twice", () -> sentry.envelopes().size() >= 2);
        sentry.hang();
        int before = sentry.envelopes().size();
        await("a request hangs", () -> sentry.envelopes().size() > before);
        order(bot, 20, 20);
        await("all errors are in the spool", () -> spooled().size() == 40);
        bot.kill();
        assertThat(sentry.accepted()).isEmpty();

        sentry.recover();
        ChildProcess next = startBot();
        order(next, 40, 5);
        next.process().getOutputStream().close();
        next.awaitExit(Duration.ofSeconds(20));

        assertThat(sentry.acceptedMessages()).isEqualTo(messages(45));
        assertThat(spooled()).isEmpty();
    }

    /**
     * A kill between Sentry's answer and the deletion of the file is the one thing that can send an event twice: the
     * same event, with the same id, and at most the one that was on its way.
     */
    @Test
    void killsAtAnyMomentLoseNothingAndRepeatAtMostTheEventOnItsWay() throws IOException {
        long seed = Long.getLong("sentry.seed", System.nanoTime());
        Random random = new Random(seed);
        int kills = 3;
        int logged = 0;
        for (int round = 0; round < kills; round++) {
            ChildProcess bot = startBot();
            int accepted = sentry.accepted().size();
            int burst = 60;
            order(bot, logged, burst);
            int enough = accepted + 1 + random.nextInt(30);
            await("some events were accepted", () -> sentry.accepted().size() >= enough);
            logged += burst;
            int all = logged;
            // what only memory holds dies with the process: wait until the writer is through
            await("the last error is stored", () -> isStoredOrAccepted("error " + (all - 1)));
            bot.kill();
        }
        startBot();
        await("the spool is empty", () -> spooled().isEmpty());

        List<String> once = sentry.acceptedMessages().stream().distinct().toList();
        assertThat(once).as("seed %d", seed).isEqualTo(messages(logged));
        assertThat(sentry.accepted().size() - once.size()).as("seed %d", seed).isLessThanOrEqualTo(kills);
        assertThat(sentry.acceptedIds().stream().distinct()).as("seed %d", seed).hasSize(logged);
    }

    @Test
    void goesOnByItselfWhenSentryIsBackAndCountsEachEventOnceForEachResult() throws IOException {
        sentry.answer(503, "down");
        try (Telemetry telemetry = telemetry();
                SentryReporting reporting = start(new Spool.Limits(100, 1_000_000, Duration.ofHours(1)))) {
            LOGGER.error("error 0");
            await("Sentry has refused", () -> sentry.envelopes().size() >= 3);
            reporting.registerCounters(telemetry);
            LOGGER.error("error 1");
            sentry.recover();
            await("both were counted", () -> count(telemetry, Result.ACCEPTED) == 2);

            assertThat(sentry.acceptedMessages()).isEqualTo(messages(2));
            assertThat(count(telemetry, Result.NETWORK))
                    .as("one event had to wait")
                    .isEqualTo(1);
            assertThat(count(telemetry, Result.DROPPED)).isZero();
            assertThat(telemetry.registry().getNames())
                    .contains(MetricRegistry.name(MetricCatalog.SENTRY_EVENTS.prometheusName(), "rejected"))
                    .doesNotContain(MetricRegistry.name(MetricCatalog.SENTRY_EVENTS.prometheusName(), "timed_out"));
        }
    }

    @Test
    @Timeout(30)
    void threadsThatLogDoNotWaitForASentryThatHangs() {
        sentry.hang();
        List<SentryDelivery> heard = new CopyOnWriteArrayList<>();
        try (SentryReporting reporting = start(new Spool.Limits(10, 1_000_000, Duration.ofHours(1)), heard)) {
            for (int number = 0; number < 2_000; number++) {
                LOGGER.error("error {}", number);
            }
            assertThat(reporting.isOn()).isTrue();
            await("what does not fit is dropped", () -> dropped(heard) == 1_990);
        }

        assertThat(dropped(heard)).isEqualTo(1_990);
        assertThat(sentry.accepted()).isEmpty();
        assertThat(spooled()).hasSize(10);
    }

    @Test
    void anEventThatSentryRefusesDoesNotHoldBackTheOthers() {
        sentry.answer(400, "bad");
        List<SentryDelivery> heard = new CopyOnWriteArrayList<>();
        try (SentryReporting reporting = start(Spool.Limits.DEFAULT, heard)) {
            LOGGER.error("refused");
            await("it was refused", () -> heard.size() == 1);
            sentry.recover();
            LOGGER.error("error 0");
            await("the next was accepted", () -> heard.size() == 2);
            assertThat(reporting.isOn()).isTrue();
        }

        assertThat(heard).extracting(SentryDelivery::result).containsExactly(Result.REJECTED, Result.ACCEPTED);
        assertThat(spooled()).isEmpty();
    }

    @Test
    void givesUpWhatHasWaitedTooLong() throws IOException {
        Files.createDirectories(spoolDirectory());
        String id = "0123456789abcdef0123456789abcdef";
        Files.writeString(spoolDirectory().resolve("0000000000000007-1000000000000-" + id + ".event"), "{}\n{}\n");
        List<SentryDelivery> heard = new CopyOnWriteArrayList<>();
        try (SentryReporting reporting = start(Spool.Limits.DEFAULT, heard)) {
            await("it was given up", () -> heard.size() == 1);
            assertThat(reporting.isOn()).isTrue();
        }

        assertThat(heard).containsExactly(new SentryDelivery(Result.DROPPED, id, "has waited too long for Sentry"));
        assertThat(sentry.envelopes()).isEmpty();
        assertThat(spooled()).isEmpty();
    }

    private static long dropped(List<SentryDelivery> heard) {
        return heard.stream()
                .filter(delivery -> delivery.result() == Result.DROPPED)
                .count();
    }

    private SentryReporting start(Spool.Limits limits) {
        return start(limits, new ArrayList<>());
    }

    private SentryReporting start(Spool.Limits limits, List<SentryDelivery> heard) {
        SpoolingTransport.Backoff quick = new SpoolingTransport.Backoff(Duration.ofMillis(20), Duration.ofMillis(100));
        return SentryReporting.start(
                TestSettings.of(sentry.dsn()),
                "bot",
                heard::add,
                new SentryReporting.TransportOptions(spoolDirectory(), limits, quick),
                SentryReporting.Appender.ATTACHED);
    }

    private Telemetry telemetry() {
        return Telemetry.open(new TelemetrySettings(
                new InstanceName("outage-bot"),
                RunDirectory.from(
                        Map.of("CRYPTOBOT_RUN_DIR", directory.resolve("run").toString()))));
    }

    private static long count(Telemetry telemetry, Result result) {
        return telemetry
                .counter(MetricCatalog.SENTRY_EVENTS, result.name().toLowerCase(Locale.ROOT))
                .getCount();
    }

    private Path spoolDirectory() {
        return directory.resolve("state").resolve("sentry").resolve("outage-bot");
    }

    private List<Path> spooled() {
        if (!Files.exists(spoolDirectory())) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(spoolDirectory())) {
            return files.filter(file -> file.toString().endsWith(".event")).toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private boolean isStoredOrAccepted(String message) {
        return sentry.acceptedMessages().contains(message)
                || spooled().stream().anyMatch(file -> text(file).contains('"' + message + '"'));
    }

    private static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (NoSuchFileException e) {
            return ""; // accepted meanwhile
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static List<String> messages(int count) {
        return IntStream.range(0, count).mapToObj(number -> "error " + number).toList();
    }

    private ChildProcess startBot() {
        ChildProcess bot = ChildProcess.java(OutageBot.class, sentry.dsn(), spoolDirectory())
                .options("-XX:TieredStopAtLevel=1")
                .start();
        bots.add(bot);
        return bot;
    }

    private static void order(ChildProcess bot, int first, int count) throws IOException {
        Writer orders = bot.process().outputWriter(StandardCharsets.UTF_8);
        orders.write(first + " " + count + "\n");
        orders.flush();
    }
}
