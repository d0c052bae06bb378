package io.cryptobot.smoke.mode;

import io.cryptobot.smoke.CommandRun;
import io.cryptobot.telemetry.files.InstanceName;
import io.cryptobot.telemetry.files.RunDirectory;
import io.cryptobot.trading.TradingMode;
import io.cryptobot.trading.command.Command;
import io.cryptobot.trading.command.CommandResult;
import io.cryptobot.trading.command.CommandServer;
import io.cryptobot.trading.mode.DurableMode;
import io.cryptobot.trading.mode.ModeGate;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** A bot that the command finds: a gate with a command server that returns {@link #report}. */
abstract class SwitchableBotFixture {
    static final InstanceName BOT = new InstanceName("mybot");

    @TempDir
    Path home;

    final Map<String, String> environment = new HashMap<>();
    final AtomicReference<String> auditWhenLive = new AtomicReference<>("");
    Path controlFile;
    final List<Command> asked = new CopyOnWriteArrayList<>();
    volatile CommandResult.Builder report = new CommandResult.Builder().add("open", 0);
    ModeGate bot;
    CommandServer commands;

    @BeforeEach
    void startTheBot() throws IOException {
        RunDirectory run = new RunDirectory(home.resolve("run"));
        run.create();
        environment.put("CRYPTOBOT_HOME", home.toString());
        environment.put("CRYPTOBOT_RUN_DIR", run.path().toString());
        environment.put("CRYPTOBOT_INSTANCE", BOT.value());
        environment.put("CRYPTOBOT_LIVE_COOLDOWN", "1ms");
        controlFile = run.controlFile(BOT);
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
        return run("--mode=live", "--reason=the \"drill\"\nis over", "--confirm=mybot");
    }

    final CommandRun run(String... options) {
        String[] arguments = new String[options.length + 1];
        arguments[0] = "mode-switch";
        System.arraycopy(options, 0, arguments, 1, options.length);
        return CommandRun.of(environment, arguments);
    }

    final String audit() {
        Path file = home.resolve("state").resolve("mybot.mode-audit.jsonl");
        try {
            return Files.exists(file) ? Files.readString(file) : "";
        } catch (IOException e) {
            return e.toString();
        }
    }

    final DurableMode durable() {
        return new DurableMode(home.resolve("state"), BOT);
    }
}
