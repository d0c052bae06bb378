package io.cryptobot.trading.mode;

import static io.cryptobot.trading.mode.TestBot.enter;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.cryptobot.trading.TradingMode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tests what the result of a switch proves. */
class ModeSwitchTest {
    @TempDir
    Path directory;

    private TestBot bot;

    @BeforeEach
    void makeTheBot() {
        bot = new TestBot(directory);
    }

    @Test
    void reportsNoDrainWhileAnOrderIsInFlight() throws Exception {
        try (ModeGate gate = bot.open()) {
            bot.change(gate, TradingMode.LIVE);
            Pass pass = enter(gate);
            ModeSwitch.Result result = bot.modeSwitch(gate).change(TradingMode.PAPER, Duration.ofMillis(300));
            assertThat(result.acknowledged()).isTrue();
            assertThat(result.inFlight()).isEqualTo(1);
            assertThat(result.isDrained()).isFalse();
            gate.exit(pass);
            assertThat(bot.modeSwitch(gate)
                            .change(TradingMode.PAPER, Duration.ofSeconds(5))
                            .isDrained())
                    .isTrue();
        }
    }

    @Test
    void doesNotTakeADeadBotsAcknowledgementForALivingOne() throws Exception {
        try (ModeGate gate = bot.open()) {
            bot.change(gate, TradingMode.HALT);
            assertThat(gate.mode()).isEqualTo(TradingMode.HALT);
        }
        ModeSwitch modeSwitch = bot.modeSwitch();
        ModeSwitch.Result status = modeSwitch.status();
        assertThat(status.mode()).isEqualTo(TradingMode.HALT);
        assertThat(status.acknowledged()).isFalse();
        ModeSwitch.Result result = modeSwitch.change(TradingMode.PAPER, Duration.ofSeconds(5));
        assertThat(result.acknowledged()).isFalse();
        assertThat(result.isDrained()).isFalse();
    }

    @Test
    void askingForTheStatusChangesNothing() throws Exception {
        Files.writeString(bot.file(), "damaged");
        ModeSwitch modeSwitch = bot.modeSwitch();
        assertThat(modeSwitch.status().mode()).isEqualTo(TradingMode.PAPER);
        assertThat(bot.file()).hasContent("damaged");
        Files.delete(bot.file());
        assertThat(modeSwitch.status().acknowledged()).isFalse();
        assertThat(bot.file()).doesNotExist();
    }

    @Test
    void aSwitchToHaltDoesNotWaitForOneToPaper() throws Exception {
        try (ModeGate gate = bot.open()) {
            bot.change(gate, TradingMode.LIVE);
            Pass pass = enter(gate);
            AtomicReference<ModeSwitch.Result> halt = new AtomicReference<>();
            ModeSwitch toPaper = bot.modeSwitch(bot.durable(), () -> {
                gate.watcher().poll();
                assertThat(gate.mode()).isEqualTo(TradingMode.PAPER);
                halt.set(change(gate, TradingMode.HALT));
                gate.exit(pass);
            });
            assertThatThrownBy(() -> toPaper.change(TradingMode.PAPER, Duration.ofSeconds(30)))
                    .hasMessage("a later switch to halt has replaced this switch");
            assertThat(halt.get().acknowledged()).isTrue();
            assertThat(halt.get().inFlight()).isEqualTo(1);
        }
    }

    private ModeSwitch.Result change(ModeGate gate, TradingMode mode) {
        try {
            return bot.modeSwitch(gate).change(mode, Duration.ofMillis(500));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void ofTwoThatMakeTheFileAtATimeNeitherHoldsAnOrphanForTheRealOne() throws Exception {
        for (int round = 0; round < 300; round++) {
            Files.deleteIfExists(bot.file());
            ControlFile[] made = new ControlFile[2];
            Thread[] makers = new Thread[2];
            for (int index = 0; index < 2; index++) {
                int mine = index;
                makers[index] = new Thread(() -> {
                    try {
                        made[mine] = bot.shared();
                    } catch (IOException e) {
                        throw new UncheckedIOException(e);
                    }
                });
                makers[index].start();
            }
            for (Thread maker : makers) {
                maker.join();
            }
            ControlFile real = bot.shared();
            real.setModeWord(TradingMode.HALT.word(round + 2));
            for (ControlFile each : made) {
                if (each.isIntact()) {
                    assertThat(each.modeWord()).isEqualTo(real.modeWord());
                }
            }
        }
    }
}
