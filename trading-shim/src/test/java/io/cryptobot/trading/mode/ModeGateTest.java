package io.cryptobot.trading.mode;

import static org.assertj.core.api.Assertions.assertThat;

import io.cryptobot.telemetry.InstanceName;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ModeGateTest {
    private static final InstanceName BOT = new InstanceName("bot");

    @TempDir
    Path directory;

    @Test
    void isOnPaperWithoutAnyHistory() {
        try (ModeGate gate = open()) {
            assertThat(gate.enter()).isEqualTo(TradingMode.PAPER);
            assertThat(gate.inFlight()).isZero();
        }
    }

    @ParameterizedTest
    @EnumSource(TradingMode.class)
    void keepsTheModeOverARestart(TradingMode mode) throws Exception {
        try (ModeGate gate = open()) {
            change(mode);
            assertThat(gate.mode()).isEqualTo(mode);
        }
        try (ModeGate gate = open()) {
            assertThat(gate.mode()).isEqualTo(mode);
        }
    }

    @Test
    void countsALiveOrderInAndOut() throws Exception {
        try (ModeGate gate = open()) {
            change(TradingMode.LIVE);
            assertThat(gate.enter()).isEqualTo(TradingMode.LIVE);
            assertThat(ControlFile.open(file(), BOT).inFlight()).isEqualTo(1);
            gate.exit();
            assertThat(ControlFile.open(file(), BOT).inFlight()).isZero();
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

    @Test
    void fallsBackToPaperWhenTheFileIsDeletedReplacedOrTruncated() throws Exception {
        Path other = directory.resolve("other.control");
        ControlFile.open(other, new InstanceName("other")).setModeWord(TradingMode.LIVE.word(9));
        Fault[] faults = {
            () -> Files.delete(file()),
            () -> Files.copy(other, file(), StandardCopyOption.REPLACE_EXISTING),
            () -> Files.move(
                    Files.write(directory.resolve("x"), new byte[4096]), file(), StandardCopyOption.ATOMIC_MOVE),
            () -> Files.write(file(), new byte[0]),
            () -> overwriteHeader(),
        };
        for (Fault fault : faults) {
            try (ModeGate gate = open()) {
                change(TradingMode.LIVE);
                assertThat(gate.mode()).isEqualTo(TradingMode.LIVE);
                fault.run();
                gate.watch();
                assertThat(gate.enter()).isEqualTo(TradingMode.PAPER);
                assertThat(gate.problem()).isEmpty(); // attached to a fresh file
                change(TradingMode.LIVE);
                assertThat(gate.mode()).isEqualTo(TradingMode.LIVE);
                change(TradingMode.PAPER);
            }
        }
    }

    @Test
    void waitsForOrdersInFlightBeforeItAttachesToANewFile() throws Exception {
        try (ModeGate gate = open()) {
            change(TradingMode.LIVE);
            assertThat(gate.enter()).isEqualTo(TradingMode.LIVE);
            Files.delete(file());
            gate.watch();
            assertThat(gate.problem())
                    .contains(file() + " was replaced, truncated or deleted while orders are in flight");
            assertThat(file()).doesNotExist();
            gate.exit();
            gate.watch();
            assertThat(gate.problem()).isEmpty();
            assertThat(gate.mode()).isEqualTo(TradingMode.PAPER);
        }
    }

    @Test
    void reportsNoDrainWhileAnOrderIsInFlight() throws Exception {
        try (ModeGate gate = open()) {
            change(TradingMode.LIVE);
            gate.enter();
            try (ModeSwitch modeSwitch = ModeSwitch.open(file(), BOT)) {
                ModeSwitch.Result result = modeSwitch.change(TradingMode.PAPER, Duration.ofMillis(300));
                assertThat(result.acknowledged()).isTrue();
                assertThat(result.inFlight()).isEqualTo(1);
                assertThat(result.isDrained()).isFalse();
                gate.exit();
                assertThat(modeSwitch
                                .change(TradingMode.PAPER, Duration.ofSeconds(5))
                                .isDrained())
                        .isTrue();
            }
        }
    }

    @Test
    void doesNotTakeADeadBotsAcknowledgementForALivingOne() throws Exception {
        try (ModeGate gate = open()) {
            change(TradingMode.HALT);
            assertThat(gate.mode()).isEqualTo(TradingMode.HALT);
        }
        try (ModeSwitch modeSwitch = ModeSwitch.open(file(), BOT)) {
            ModeSwitch.Result status = modeSwitch.status();
            assertThat(status.mode()).isEqualTo(TradingMode.HALT);
            assertThat(status.acknowledged()).isFalse();
            ModeSwitch.Result result = modeSwitch.change(TradingMode.PAPER, Duration.ofSeconds(5));
            assertThat(result.acknowledged()).isFalse();
            assertThat(result.isDrained()).isFalse();
        }
    }

    @Test
    void setsTheModeOnTheFileThatTakesThePlaceOfADamagedOneMeanwhile() throws Exception {
        try (ModeGate gate = open()) {
            change(TradingMode.LIVE);
            for (int round = 0; round < 20; round++) {
                Files.write(file(), new byte[round]); // the bot's watcher and the switch now mend it both
                try (ModeSwitch modeSwitch = ModeSwitch.open(file(), BOT)) {
                    ModeSwitch.Result result = modeSwitch.change(TradingMode.HALT, Duration.ofSeconds(10));
                    assertThat(result.isDrained())
                            .as("round %d: %s", round, result)
                            .isTrue();
                }
                assertThat(gate.mode()).isEqualTo(TradingMode.HALT);
            }
        }
    }

    @Test
    void askingForTheStatusChangesNothing() throws Exception {
        Files.writeString(file(), "damaged");
        try (ModeSwitch modeSwitch = ModeSwitch.open(file(), BOT)) {
            assertThat(modeSwitch.status().mode()).isEqualTo(TradingMode.PAPER);
            assertThat(file()).hasContent("damaged");
            Files.delete(file());
            assertThat(modeSwitch.status().acknowledged()).isFalse();
            assertThat(file()).doesNotExist();
        }
    }

    @Test
    void holdsPaperWithoutADirectoryAndRecoversWhenThereIsOne() throws Exception {
        Path missing = directory.resolve("missing/bot.control");
        try (ModeGate gate = ModeGate.open(missing, BOT, (mode, inFlight) -> {})) {
            assertThat(gate.mode()).isEqualTo(TradingMode.PAPER);
            assertThat(gate.problem()).isPresent();
            Files.createDirectory(missing.getParent());
            gate.watch();
            assertThat(gate.problem()).isEmpty();
        }
    }

    private ModeGate open() {
        return ModeGate.open(file(), BOT, (mode, inFlight) -> {});
    }

    private void change(TradingMode mode) throws Exception {
        try (ModeSwitch modeSwitch = ModeSwitch.open(file(), BOT)) {
            assertThat(modeSwitch.change(mode, Duration.ofSeconds(10)).acknowledged())
                    .isTrue();
        }
    }

    private Path file() {
        return directory.resolve("bot.control");
    }

    private void overwriteHeader() throws java.io.IOException {
        try (RandomAccessFile raw = new RandomAccessFile(file().toFile(), "rw")) {
            raw.writeLong(0);
        }
    }

    private interface Fault {
        void run() throws Exception;
    }
}
