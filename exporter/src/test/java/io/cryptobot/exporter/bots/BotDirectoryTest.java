package io.cryptobot.exporter.bots;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.cryptobot.exporter.CapturedLog;
import io.cryptobot.exporter.TestBots;
import io.cryptobot.telemetry.OrderMode;
import io.cryptobot.telemetry.Telemetry;
import io.cryptobot.telemetry.counters.CountersFile;
import io.cryptobot.telemetry.counters.CountersFileException.Reason;
import io.cryptobot.telemetry.counters.CountersFileLayout.Geometry;
import io.cryptobot.telemetry.counters.Descriptor;
import io.cryptobot.telemetry.files.RunDirectory;
import io.cryptobot.testing.ManualClock;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BotDirectoryTest {
    /** Offset of the format version in a counters file. */
    private static final int VERSION = 8;
    /** Offset of a byte that the header's checksum covers. */
    private static final int CREATED = 48;
    /** Offset of the mark that another file has taken this one's place. */
    private static final int SUPERSEDED = 272;

    private static final Duration FORGET_AFTER = Duration.ofDays(30);

    @TempDir
    Path temporary;

    private final ManualClock clock = new ManualClock();

    @AutoClose
    private final CapturedLog log = new CapturedLog(BotDirectory.class).alone();

    private Instant wallClock = Instant.now();
    private Path run;
    private BotDirectory directory;

    @BeforeEach
    void open() {
        run = temporary.resolve("run");
        directory =
                new BotDirectory(new RunDirectory(run), Duration.ofSeconds(3), FORGET_AFTER, clock, () -> wallClock);
    }

    @AfterEach
    void close() {
        directory.close();
    }

    @Test
    void hasNoBotsWhileTheDirectoryIsMissing() {
        assertThat(directory.read()).isEqualTo(new Bots(Bots.Listing.DONE, List.of(), List.of(), 0, List.of()));
        assertThat(log.messages()).isEmpty();
    }

    @Test
    void saysOnceThatTheDirectoryCannotBeListed() throws IOException {
        Files.writeString(run, "a file where a directory should be");
        directory.read();
        assertThat(directory.read().listable()).isFalse();
        assertThat(log.messages()).hasSize(1);
    }

    @Test
    void findsBotsThatComeAndGo() throws IOException {
        directory.read();
        try (Telemetry first = bot("first");
                Telemetry second = bot("second")) {
            second.orders(OrderMode.LIVE).failed().inc();
            assertThat(directory.read().readable())
                    .extracting(bot -> bot.name().value())
                    .containsExactly("first", "second");
            assertThat(first.instance().value()).isEqualTo("first");
        }
        assertThat(directory.read().readable())
                .extracting(Bot::up, bot -> bot.snapshot().owner().cleanExit())
                .containsExactly(tuple(false, true), tuple(false, true));
        Files.delete(file("first"));
        assertThat(directory.read().readable())
                .extracting(bot -> bot.name().value())
                .containsExactly("second");
    }

    @Test
    void opensAFileAgainThatWasReplaced() throws IOException {
        try (Telemetry bot = bot("bot")) {
            bot.orders(OrderMode.LIVE).failed().inc(5);
            assertThat(failed()).isEqualTo(5);
        }
        Files.delete(file("bot"));
        try (Telemetry bot = bot("bot")) {
            bot.orders(OrderMode.LIVE).failed().inc(2);
            assertThat(failed()).isEqualTo(2);
        }
    }

    @Test
    void aDamagedFileCostsItselfOnly() throws IOException {
        bot("good").close();
        bot("truncated").close();
        bot("short").close();
        bot("future").close();
        bot("corrupt").close();
        bot("copied").close();
        TestBots.setLength(run, "truncated", 100_000);
        TestBots.setLength(run, "short", 3);
        TestBots.writeInt(run, "future", VERSION, 2);
        TestBots.writeInt(run, "corrupt", CREATED, 42);
        Files.move(file("copied"), file("renamed"));
        Files.write(file("text"), "not a counters file\n".repeat(100).getBytes());
        Files.createFile(file("empty"));
        Files.createDirectory(file("directory"));
        Files.createSymbolicLink(file("link"), file("good"));
        Files.createFile(file("Not A Name"));

        Bots bots = directory.read();

        assertThat(bots.readable()).extracting(bot -> bot.name().value()).containsExactly("good");
        assertThat(bots.unreadable())
                .extracting(UnreadableFile::bot, UnreadableFile::reason)
                .containsExactly(
                        tuple("Not A Name", Reason.FOREIGN),
                        tuple("corrupt", Reason.CORRUPT),
                        tuple("directory", Reason.FOREIGN),
                        tuple("empty", Reason.TRUNCATED),
                        tuple("future", Reason.VERSION),
                        tuple("link", Reason.FOREIGN),
                        tuple("renamed", Reason.FOREIGN),
                        tuple("short", Reason.TRUNCATED),
                        tuple("text", Reason.FOREIGN),
                        tuple("truncated", Reason.TRUNCATED));
    }

    @Test
    void seesATruncationUnderAnOpenMapping() throws IOException {
        bot("bot").close();
        assertThat(directory.read().readable()).hasSize(1);
        TestBots.setLength(run, "bot", 4096);
        assertThat(directory.read().unreadable())
                .extracting(UnreadableFile::reason)
                .containsExactly(Reason.TRUNCATED);
    }

    @Test
    void logsADamagedFileWhenItBreaksAndWhenItIsGoneAndNotInBetween() throws IOException {
        Files.createDirectory(run);
        Files.createFile(file("bad"));
        directory.read();
        directory.read();
        assertThat(log.messages()).containsExactly("bad.counters: " + file("bad") + " has only 0 bytes");
        Files.delete(file("bad"));
        directory.read();
        directory.read();
        assertThat(log.messages()).last().isEqualTo("bad.counters: the problem is gone");
        assertThat(log.messages()).hasSize(2);
    }

    @Test
    void aBotThatDiedWhileItsFileWasReplacedIsDead() throws IOException {
        copyOfARunningBot("bot");
        TestBots.writeInt(run, "bot", SUPERSEDED, 1);
        assertThat(directory.read().readable()).extracting(Bot::up).containsExactly(true);
        clock.advance(Duration.ofSeconds(4));
        assertThat(directory.read().readable()).extracting(Bot::up).containsExactly(false);
    }

    @Test
    void aReadThatFailsDoesNotBringADeadBotBackToLife() throws IOException {
        copyOfARunningBot("bot");
        directory.read();
        clock.advance(Duration.ofSeconds(4));
        assertThat(directory.read().readable()).extracting(Bot::up).containsExactly(false);
        byte[] whole = Files.readAllBytes(file("bot"));
        Files.write(file("bot"), new byte[16]);
        assertThat(directory.read().unreadable()).hasSize(1);
        Files.write(file("bot"), whole);
        assertThat(directory.read().readable()).extracting(Bot::up).containsExactly(false);
        Path elsewhere = Files.move(run, run.resolveSibling("elsewhere"));
        Files.createFile(run); // cannot be listed
        assertThat(directory.read().readable()).isEmpty();
        Files.delete(run);
        Files.move(elsewhere, run);
        assertThat(directory.read().readable()).extracting(Bot::up).containsExactly(false);
    }

    @Test
    void anotherFileDoesNotBringADeadBotBackToLife() throws IOException {
        copyOfARunningBot("bot");
        directory.read();
        clock.advance(Duration.ofSeconds(4));
        assertThat(directory.read().readable()).extracting(Bot::up).containsExactly(false);
        Files.copy(file("bot"), temporary.resolve("copy"));
        Files.move(temporary.resolve("copy"), file("bot"), StandardCopyOption.REPLACE_EXISTING);
        assertThat(directory.read().readable()).extracting(Bot::up).containsExactly(false);
    }

    @Test
    void forgetsABotThatIsLongGoneAndSaysSoOnce() {
        bot("gone").close();
        bot("other").close();
        wallClock = wallClock.plus(FORGET_AFTER).minusSeconds(60);
        List<Bot> present = directory.read().readable();
        assertThat(present).hasSize(2);
        Instant gone = Instant.ofEpochMilli(present.get(0).snapshot().owner().heartbeatMs());
        Instant other = Instant.ofEpochMilli(present.get(1).snapshot().owner().heartbeatMs());
        wallClock = wallClock.plusSeconds(120);
        assertThat(directory.read().readable()).isEmpty();
        Bots bots = directory.read();
        assertThat(bots.forgotten())
                .extracting(bot -> bot.name().value(), ForgottenBot::lastHeartbeat)
                .containsExactly(tuple("gone", gone), tuple("other", other));
        assertThat(log.messages()).hasSize(2).first().asString().startsWith("gone has given no heartbeat since 20");
    }

    @Test
    void showsAForgottenBotAgainThatComesBack() throws IOException {
        try (Telemetry bot = bot("bot")) {
            bot.orders(OrderMode.LIVE).failed().inc(3);
        }
        wallClock = wallClock.plus(FORGET_AFTER).plusSeconds(60);
        assertThat(directory.read().forgotten()).hasSize(1);
        try (Telemetry bot = bot("bot")) {
            assertThat(directory.read().readable()).extracting(Bot::up).containsExactly(true);
            assertThat(failed()).isEqualTo(3);
            assertThat(bot.degradedReason()).isEmpty();
        }
        assertThat(log.messages()).contains("bot is no longer forgotten: it is back, or its file is gone");
    }

    @Test
    void doesNotShowAForgottenBotForAMomentWhenTheExporterStarts() throws IOException {
        copyOfARunningBot("bot");
        wallClock = wallClock.plus(FORGET_AFTER).plusSeconds(60);
        assertThat(directory.read()).satisfies(bots -> {
            assertThat(bots.readable()).isEmpty();
            assertThat(bots.forgotten()).hasSize(1);
        });
    }

    @Test
    void neverForgetsABotWhoseHeartbeatMovesWhateverTheClocksSay() throws Exception {
        wallClock = wallClock.plus(FORGET_AFTER.multipliedBy(2));
        Descriptor things = Descriptor.counter("things_total", "Things.", Map.of());
        try (CountersFile bot = TestBots.file(run, "bot", Geometry.DEFAULT, () -> 1_000)) {
            bot.register(things).add(0, 1);
            directory.read();
            bot.beat();
            assertThat(directory.read().readable()).extracting(Bot::up).containsExactly(true);
            clock.advance(Duration.ofSeconds(2));
            assertThat(directory.read().readable()).extracting(Bot::up).containsExactly(true);
        }
    }

    @Test
    void aFileThatIsStuffedCostsItselfAndNotTheOthers() throws Exception {
        stuff("a-stuffed", 7, 16_383, System::currentTimeMillis);
        stuff("a-middle", 1, 1_700, System::currentTimeMillis);
        bot("small").close();
        Bots bots = directory.read();
        assertThat(bots.readable())
                .extracting(bot -> bot.name().value())
                .contains("small", "a-middle-0")
                .doesNotContain("a-stuffed-5", "a-stuffed-6");
        assertThat(bots.unreadable())
                .extracting(UnreadableFile::bot, UnreadableFile::reason)
                .containsExactly(tuple("a-stuffed-5", Reason.TOO_LARGE), tuple("a-stuffed-6", Reason.TOO_LARGE));
    }

    @Test
    void whatForgottenBotsLeftBehindTakesNoRoom() throws Exception {
        stuff("a-stuffed", 7, 16_383, () -> 1_000);
        Bots bots = directory.read();
        assertThat(bots.unreadable()).isEmpty();
        assertThat(bots.readable()).isEmpty();
        assertThat(bots.forgotten()).hasSize(7);
    }

    @Test
    void namesABoundedNumberOfUnreadableFilesAndTellsHowManyMoreThereAre() throws Exception {
        Files.createDirectory(run);
        for (int number = 0; number < BotDirectory.MAX_UNREADABLE + 2; number++) {
            Files.createFile(file("bad-" + (10_000 + number)));
        }
        Bots bots = directory.read();
        assertThat(bots.unreadable())
                .hasSize(BotDirectory.MAX_UNREADABLE)
                .last()
                .extracting(UnreadableFile::bot)
                .isEqualTo("bad-10999");
        assertThat(bots.moreUnreadable()).isEqualTo(2);
        assertThat(log.messages())
                .hasSize(BotDirectory.MAX_UNREADABLE + 1)
                .contains(run + ": 2 more counters files cannot be read");
    }

    /** Makes files in which every record is used. */
    private void stuff(String names, int files, int records, LongSupplier clock) throws IOException {
        for (int number = 0; number < files; number++) {
            String name = names + "-" + number;
            TestBots.file(run, name, new Geometry(records), clock).close();
            markAllRecordsUsed(name, records);
        }
    }

    private double failed() {
        return directory.read().readable().get(0).snapshot().series().stream()
                .filter(series -> series.descriptor().name().equals("cryptobot_orders_failed_total"))
                .mapToDouble(series -> series.value())
                .sum();
    }

    private Telemetry bot(String name) {
        return TestBots.open(run, name);
    }

    /** A bot that ended without closing its file, as if it had been killed. */
    private void copyOfARunningBot(String name) throws IOException {
        try (Telemetry bot = bot(name)) {
            Files.copy(file(name), temporary.resolve("killed"));
            assertThat(bot.degradedReason()).isEmpty();
        }
        Files.move(temporary.resolve("killed"), file(name), StandardCopyOption.REPLACE_EXISTING);
    }

    /** Garbage, but what is counted before anything is read. */
    private void markAllRecordsUsed(String bot, int records) throws IOException {
        try (FileChannel file = FileChannel.open(file(bot), StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            ByteBuffer bytes =
                    file.map(FileChannel.MapMode.READ_WRITE, 0, file.size()).order(ByteOrder.nativeOrder());
            for (int record = 0; record < records; record++) {
                bytes.putInt(640 + 512 * record, 1);
            }
        }
    }

    private Path file(String bot) {
        return TestBots.path(run, bot);
    }
}
