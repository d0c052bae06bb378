package io.cryptobot.trading.mode;

import static io.cryptobot.testing.Await.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.cryptobot.trading.TradingMode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tests the gate with its threads in real time. */
class GateWatcherIT {
    @TempDir
    Path directory;

    private TestBot bot;

    @BeforeEach
    void makeTheBot() {
        bot = new TestBot(directory);
    }

    @Test
    void survivesWhateverItsWatcherMeetsAndIsOnPaperMeanwhile() throws Exception {
        AtomicReference<Error> thrown = new AtomicReference<>();
        try (ModeGate gate = ModeGate.open(bot.file(), bot.durable(), (mode, inFlight) -> {
            Error error = thrown.get();
            if (error != null) {
                throw error;
            }
        })) {
            assertThat(change(TradingMode.LIVE).acknowledged()).isTrue();
            thrown.set(new OutOfMemoryError("injected"));
            await("orders go to paper", () -> {
                Pass pass = TestBot.enter(gate);
                if (pass.mode() == TradingMode.LIVE) {
                    gate.exit(pass);
                }
                return pass.mode() != TradingMode.LIVE;
            });
            thrown.set(null);
            assertThat(change(TradingMode.HALT).acknowledged()).isTrue();
            assertThat(gate.mode()).isEqualTo(TradingMode.HALT);
        }
    }

    @Test
    void setsTheModeOnTheFileThatTakesThePlaceOfADamagedOneMeanwhile() throws Exception {
        try (ModeGate gate = ModeGate.open(bot.file(), bot.durable(), TestBot.NO_HOOKS)) {
            assertThat(change(TradingMode.LIVE).acknowledged()).isTrue();
            for (int round = 0; round < 20; round++) {
                Files.write(
                        bot.file(), new byte[round]); // the bot's watcher and the switch now repair it at the same time
                ModeSwitch.Result result = change(TradingMode.HALT);
                assertThat(result.isDrained()).as("round %d: %s", round, result).isTrue();
                assertThat(gate.mode()).isEqualTo(TradingMode.HALT);
            }
        }
    }

    private ModeSwitch.Result change(TradingMode mode) throws Exception {
        return new ModeSwitch(bot.file(), bot.durable()).change(mode, Duration.ofSeconds(10));
    }
}
