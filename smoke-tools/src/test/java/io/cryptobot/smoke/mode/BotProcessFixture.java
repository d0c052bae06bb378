package io.cryptobot.smoke.mode;

import io.cryptobot.smoke.CommandRun;
import io.cryptobot.telemetry.Telemetry;
import io.cryptobot.telemetry.TelemetrySettings;
import io.cryptobot.telemetry.files.CryptobotHome;
import io.cryptobot.testing.ChildProcess;
import io.cryptobot.trading.TradingShim;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;

/** A bot in a process of its own, which a test can kill. */
abstract class BotProcessFixture extends BotHomeFixture {
    ChildProcess bot;

    /** Starts the bot; the main class gets the home as its argument. */
    final void start(Class<?> main) {
        bot = ChildProcess.java(main, home).start();
    }

    @AfterEach
    final void killTheBot() {
        bot.close();
    }

    final CommandRun goLive() {
        return modeSwitch("--mode=live", "--reason=test", "--confirm=mybot");
    }

    /** {@return what opens the shim of the bot's process} */
    static TradingShim.Builder shim(Path home) {
        Telemetry telemetry = Telemetry.open(new TelemetrySettings(BOT, runDirectory(home)));
        return TradingShim.builder(
                telemetry, runDirectory(home).controlFile(BOT), new CryptobotHome(home, Path.of("state")));
    }
}
