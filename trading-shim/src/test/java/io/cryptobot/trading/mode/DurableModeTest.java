package io.cryptobot.trading.mode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.cryptobot.telemetry.files.InstanceName;
import io.cryptobot.trading.TradingMode;
import io.cryptobot.trading.mode.DurableMode.Host;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Arrays;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tests the start mode of a bot after changes of its files while it was not running. */
class DurableModeTest {
    private static final Host BEFORE = TestBot.HOST;
    private static final Host REBOOTED = new Host("machine", "boot-2");

    @TempDir
    Path directory;

    private TestBot bot;

    @BeforeEach
    void makeTheBot() {
        bot = new TestBot(directory);
    }

    @Test
    void aRebootBringsTheModeBack() throws Exception {
        for (TradingMode mode : TradingMode.values()) {
            set(mode);
            Files.delete(bot.file());
            assertThat(start(REBOOTED)).isEqualTo(mode);
        }
    }

    @Test
    void paperAndHaltOnTheDiskHoldAgainstALiveControlFile() throws Exception {
        for (TradingMode stored : new TradingMode[] {TradingMode.PAPER, TradingMode.HALT}) {
            set(stored);
            bot.shared().setModeWord(TradingMode.LIVE.word(99));
            assertThat(start(BEFORE)).isEqualTo(stored);
            assertThat(start(REBOOTED)).isEqualTo(stored);
        }
    }

    @Test
    void aLiveControlFileAloneIsNotEnough() throws Exception {
        bot.shared().setModeWord(TradingMode.LIVE.word(2));
        assertThat(start(BEFORE)).isEqualTo(TradingMode.PAPER);
    }

    @Test
    void aControlFileThatWentMissingWithoutARebootMeansPaper() throws Exception {
        set(TradingMode.LIVE);
        Files.delete(bot.file());
        assertThat(start(BEFORE)).isEqualTo(TradingMode.PAPER);
        assertThat(start(REBOOTED)).as("and stays so").isEqualTo(TradingMode.PAPER);
    }

    @Test
    void aDamagedControlFileMeansPaperAlsoAfterAReboot() throws Exception {
        set(TradingMode.LIVE);
        Files.writeString(bot.file(), "damaged");
        assertThat(start(REBOOTED)).isEqualTo(TradingMode.PAPER);
    }

    @Test
    void aRestoredBackupThatSaysLiveIsNotBelieved() throws Exception {
        set(TradingMode.LIVE);
        Path backup = Files.copy(bot.stored(), directory.resolve("backup"), StandardCopyOption.COPY_ATTRIBUTES);
        set(TradingMode.PAPER);
        Files.move(backup, bot.stored(), StandardCopyOption.REPLACE_EXISTING);
        Files.delete(bot.file());

        assertThat(bot.durable(REBOOTED).read().problem()).endsWith(" is not valid: it is a copy");
        assertThat(start(REBOOTED)).isEqualTo(TradingMode.PAPER);
    }

    @Test
    void aFileOfAnotherBotOrMachineIsNotBelieved() throws Exception {
        InstanceName other = new InstanceName("other");
        new DurableMode(bot.stored().getParent(), other, BEFORE).store(() -> TradingMode.LIVE.word(5));
        Files.move(bot.stored().resolveSibling("other.mode"), bot.stored());
        assertThat(bot.durable(REBOOTED).read().problem()).endsWith("it belongs to bot other");
        assertThat(start(REBOOTED)).isEqualTo(TradingMode.PAPER);

        set(TradingMode.LIVE);
        assertThat(bot.durable(new Host("cloned", "boot-2")).read().problem()).endsWith("another machine wrote it");
    }

    @Test
    void noChangedByteMakesItLive() throws Exception {
        set(TradingMode.LIVE);
        byte[] good = Files.readAllBytes(bot.stored());
        for (int index = 0; index < good.length; index++) {
            byte[] bad = good.clone();
            bad[index] ^= 1;
            Files.write(bot.stored(), bad); // in place: the inode and the time stay right
            assertThat(bot.durable(BEFORE).mode()).as("byte %d", index).isEmpty();
            Files.write(bot.stored(), Arrays.copyOf(good, index));
            assertThat(bot.durable(BEFORE).mode()).as("cut at %d", index).isEmpty();
        }
    }

    @Test
    void withoutAWorkingDiskThereIsNoLiveButPaperAndHalt() throws Exception {
        Files.writeString(directory.resolve("file"), "");
        DurableMode nowhere = new DurableMode(directory.resolve("file/state"), TestBot.NAME, BEFORE);
        try (ModeGate gate = ModeGate.unwatched(bot.file(), nowhere, TestBot.NO_HOOKS)) {
            ModeSwitch modeSwitch = bot.modeSwitch(nowhere, () -> gate.watcher().poll());
            assertThatThrownBy(() -> modeSwitch.change(TradingMode.LIVE, Duration.ofSeconds(5)))
                    .isInstanceOf(IOException.class)
                    .hasMessageStartingWith("live was undone, because it cannot be stored: ");
            assertThat(gate.mode()).isEqualTo(TradingMode.PAPER);
            assertThat(modeSwitch
                            .change(TradingMode.HALT, Duration.ofSeconds(5))
                            .isDrained())
                    .isTrue();
        }
    }

    @Test
    void aBotThatCannotStoreItsLiveModeAnewStartsOnPaper() throws Exception {
        set(TradingMode.LIVE);
        // root may write everywhere: a directory in the place of the unfinished file stops root too
        Files.createDirectories(bot.stored().resolveSibling("bot.mode.1-1.new/full"));
        assertThat(start(BEFORE)).isEqualTo(TradingMode.PAPER);
    }

    @Test
    void theBotBringsTheDiskAfterASwitchWhoseToolWasKilled() throws Exception {
        set(TradingMode.LIVE);
        try (ModeGate gate = bot.open()) {
            assertThat(gate.mode()).isEqualTo(TradingMode.LIVE);
            bot.shared().setModeWord(TradingMode.PAPER.word(50));
            gate.keeper().storeMode();
            assertThat(bot.durable(BEFORE).mode()).contains(TradingMode.PAPER);
        }
        Files.delete(bot.file());
        assertThat(start(REBOOTED)).isEqualTo(TradingMode.PAPER);
    }

    @Test
    void isForTheOwnerAndItsGroupOnly() throws Exception {
        set(TradingMode.LIVE);
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(bot.stored())))
                .isEqualTo("rw-r-----");
    }

    private void set(TradingMode mode) throws IOException, InterruptedException {
        bot.modeSwitch().change(mode, Duration.ofMillis(1));
        assertThat(bot.durable(BEFORE).mode()).contains(mode);
    }

    private TradingMode start(Host host) {
        try (ModeGate gate = ModeGate.unwatched(bot.file(), bot.durable(host), TestBot.NO_HOOKS)) {
            return gate.mode();
        }
    }
}
