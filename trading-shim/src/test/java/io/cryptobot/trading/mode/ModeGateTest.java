package io.cryptobot.trading.mode;

import static io.cryptobot.trading.mode.TestBot.enter;
import static org.assertj.core.api.Assertions.assertThat;

import io.cryptobot.telemetry.files.InstanceName;
import io.cryptobot.trading.TradingMode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Random;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Tests the mode of orders after changes of the control file. */
class ModeGateTest {
    @TempDir
    Path directory;

    private TestBot bot;

    @BeforeEach
    void makeTheBot() {
        bot = new TestBot(directory);
    }

    @Test
    void isOnPaperWithoutAnyHistory() {
        try (ModeGate gate = bot.open()) {
            assertThat(enter(gate).mode()).isEqualTo(TradingMode.PAPER);
            assertThat(gate.inFlight()).isZero();
        }
    }

    @ParameterizedTest
    @EnumSource(TradingMode.class)
    void keepsTheModeOverARestart(TradingMode mode) throws Exception {
        try (ModeGate gate = bot.open()) {
            bot.change(gate, mode);
            assertThat(gate.mode()).isEqualTo(mode);
        }
        try (ModeGate gate = bot.open()) {
            assertThat(gate.mode()).isEqualTo(mode);
        }
    }

    @Test
    void countsALiveOrderInAndOut() throws Exception {
        try (ModeGate gate = bot.open()) {
            bot.change(gate, TradingMode.LIVE);
            Pass pass = enter(gate);
            assertThat(pass.mode()).isEqualTo(TradingMode.LIVE);
            assertThat(bot.shared().orders().inFlight()).isEqualTo(1);
            gate.exit(pass);
            assertThat(bot.shared().orders().inFlight()).isZero();
        }
    }

    @Test
    void readsEveryWordButTheTwoConstantsAsPaper() {
        Random random = new Random(7);
        for (int round = 0; round < 100_000; round++) {
            long word = random.nextLong();
            if (word >>> 32 != 0x4C495645 && word >>> 32 != 0x48414C54) {
                assertThat(TradingMode.ofWord(word)).isEqualTo(TradingMode.PAPER);
            }
        }
        assertThat(TradingMode.ofWord(0)).isEqualTo(TradingMode.PAPER);
        assertThat(TradingMode.ofWord(1)).isEqualTo(TradingMode.PAPER);
        assertThat(TradingMode.ofWord(-1)).isEqualTo(TradingMode.PAPER);
    }

    private interface Fault {
        void run() throws Exception;
    }

    @Test
    void fallsBackToPaperWhenTheFileIsDeletedReplacedOrTruncated() throws Exception {
        Path file = bot.file();
        Path other = directory.resolve("other.control");
        ControlFile.open(other, new InstanceName("other"), TradingMode.PAPER.word(1))
                .setModeWord(TradingMode.LIVE.word(9));
        Fault[] faults = {
            () -> Files.delete(file),
            () -> Files.copy(other, file, StandardCopyOption.REPLACE_EXISTING),
            () -> Files.move(
                    Files.write(directory.resolve("x"), new byte[ControlFile.LENGTH]),
                    file,
                    StandardCopyOption.ATOMIC_MOVE),
            () -> Files.write(file, new byte[0]),
            () -> bot.overwrite(0, 0),
        };
        for (Fault fault : faults) {
            try (ModeGate gate = bot.open()) {
                bot.change(gate, TradingMode.LIVE);
                assertThat(gate.mode()).isEqualTo(TradingMode.LIVE);
                fault.run();
                gate.watcher().poll();
                assertThat(enter(gate).mode()).isEqualTo(TradingMode.PAPER);
                assertThat(gate.problem()).isEmpty(); // uses a new file
                bot.change(gate, TradingMode.LIVE);
                assertThat(gate.mode()).isEqualTo(TradingMode.LIVE);
                bot.change(gate, TradingMode.PAPER);
            }
        }
    }

    @Test
    void waitsForOrdersInFlightBeforeItAttachesToANewFile() throws Exception {
        try (ModeGate gate = bot.open()) {
            bot.change(gate, TradingMode.LIVE);
            Pass pass = enter(gate);
            assertThat(pass.mode()).isEqualTo(TradingMode.LIVE);
            Files.delete(bot.file());
            gate.watcher().poll();
            assertThat(gate.problem())
                    .contains(bot.file() + " was replaced, truncated or deleted while orders are in flight");
            assertThat(bot.file()).doesNotExist();
            gate.exit(pass);
            gate.watcher().poll();
            assertThat(gate.problem()).isEmpty();
            assertThat(gate.mode()).isEqualTo(TradingMode.PAPER);
        }
    }

    @Test
    void keepsTheControlFileUntilTheLastLiveOrderHasEnded() throws Exception {
        ModeGate first = bot.open();
        bot.change(first, TradingMode.LIVE);
        Pass pass = enter(first);
        assertThat(pass.mode()).isEqualTo(TradingMode.LIVE);
        first.close();
        assertThat(first.watcher().releaseIfDrained()).isFalse();
        assertThat(enter(first).mode()).isEqualTo(TradingMode.PAPER);
        try (ModeGate second = bot.open()) {
            assertThat(second.mode()).isEqualTo(TradingMode.PAPER);
            assertThat(second.problem()).contains(bot.file() + " is in use by another running process");
            assertThat(bot.shared().orders().inFlight())
                    .as("still the first one's")
                    .isEqualTo(1);
            first.exit(pass);
            assertThat(first.watcher().releaseIfDrained()).isTrue();
            second.watcher().poll();
            assertThat(second.problem()).isEmpty();
            Pass next = enter(second);
            assertThat(next.mode()).isEqualTo(TradingMode.LIVE);
            assertThat(bot.shared().orders().inFlight()).isEqualTo(1);
            second.exit(next);
        }
    }

    @Test
    void staysOnPaperOnceItIsClosed() throws Exception {
        ModeGate gate = bot.open();
        bot.change(gate, TradingMode.LIVE);
        gate.close();
        gate.watcher().poll(); // a poll that was waiting while the gate was being closed
        assertThat(enter(gate).mode()).isEqualTo(TradingMode.PAPER);
    }

    @Test
    void countsOutAnOrderThatMetATruncatedFile() throws Exception {
        for (int round = 0; round < 20; round++) {
            try (ModeGate gate = bot.open()) {
                bot.change(gate, TradingMode.LIVE);
                AtomicReference<Throwable> thrown = new AtomicReference<>();
                Thread strategy = new Thread(() -> {
                    for (int order = 0; order < 100; order++) {
                        Pass pass = enter(gate);
                        if (pass.mode() == TradingMode.LIVE) {
                            gate.exit(pass);
                        }
                    }
                });
                strategy.setUncaughtExceptionHandler((thread, error) -> thrown.set(error));
                Files.write(bot.file(), new byte[0]);
                strategy.start();
                strategy.join();
                gate.watcher().poll();
                assertThat(gate.mode()).isEqualTo(TradingMode.PAPER);
                if (thrown.get() == null) {
                    assertThat(gate.problem()).isEmpty();
                    assertThat(gate.inFlight()).isZero();
                    bot.change(gate, TradingMode.PAPER);
                } else { // the known limit of mapped files: the error may come when the order is already registered
                    assertThat(thrown.get()).isInstanceOf(InternalError.class);
                }
            }
        }
    }

    @Test
    void holdsPaperWithoutADirectoryAndRecoversWhenThereIsOne() throws Exception {
        Path missing = directory.resolve("missing/bot.control");
        try (ModeGate gate = ModeGate.unwatched(missing, bot.durable(), TestBot.NO_HOOKS)) {
            assertThat(gate.mode()).isEqualTo(TradingMode.PAPER);
            assertThat(gate.problem()).isPresent();
            Files.createDirectory(missing.getParent());
            gate.watcher().poll();
            assertThat(gate.problem()).isEmpty();
        }
    }
}
