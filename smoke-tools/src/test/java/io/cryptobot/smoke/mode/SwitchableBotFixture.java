package io.cryptobot.smoke.mode;

import io.cryptobot.smoke.CommandRun;
import io.cryptobot.trading.TradingMode;
import io.cryptobot.trading.command.Command;
import io.cryptobot.trading.command.CommandResult;
import io.cryptobot.trading.command.CommandServer;
import io.cryptobot.trading.mode.DurableMode;
import io.cryptobot.trading.mode.ModeGate;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** A bot that the command finds: a gate with a command server that returns {@link #report}. */
abstract class SwitchableBotFixture extends BotHomeFixture {
    final AtomicReference<String> auditWhenLive = new AtomicReference<>("");
    Path controlFile;
    final List<Command> asked = new CopyOnWriteArrayList<>();
    volatile CommandResult.Builder report = new CommandResult.Builder().add("open", 0);
    ModeGate bot;
    CommandServer commands;

    @BeforeEach
    void startTheBot() throws IOException {
        controlFile = runDirectory(home).controlFile(BOT);
        bot = ModeGate.open(controlFile, durable(), (mode, inFlight) -> {
            if (mode == TradingMode.LIVE) {
                auditWhenLive.compareAndSet("", audit());
            }
        });
        commands = CommandServer.serve(bot, (command, argument) -> {
            asked.add(command);
            return report.build();
        });
    }

    @AfterEach
    void stopTheBot() {
        commands.close();
        bot.close();
    }

    final CommandRun goLive() {
        return modeSwitch("--mode=live", "--reason=the \"drill\"\nis over", "--confirm=mybot");
    }

    final DurableMode durable() {
        return new DurableMode(home.resolve("state"), BOT);
    }
}
