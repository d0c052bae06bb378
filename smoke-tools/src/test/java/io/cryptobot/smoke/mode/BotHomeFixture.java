package io.cryptobot.smoke.mode;

import io.cryptobot.smoke.CommandRun;
import io.cryptobot.telemetry.files.InstanceName;
import io.cryptobot.telemetry.files.RunDirectory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** The directories of one bot, and the environment in which the commands find them. */
abstract class BotHomeFixture {
    static final InstanceName BOT = new InstanceName("mybot");

    @TempDir
    Path home;

    final Map<String, String> environment = new HashMap<>();

    @BeforeEach
    final void createTheHome() throws IOException {
        RunDirectory run = runDirectory(home);
        run.create();
        environment.put("CRYPTOBOT_HOME", home.toString());
        environment.put("CRYPTOBOT_RUN_DIR", run.path().toString());
        environment.put("CRYPTOBOT_INSTANCE", BOT.value());
        environment.put("CRYPTOBOT_LIVE_COOLDOWN", "1ms");
    }

    static RunDirectory runDirectory(Path home) {
        return new RunDirectory(home.resolve("run"));
    }

    final CommandRun modeSwitch(String... options) {
        return CommandRun.of(environment, List.of("mode-switch"), options);
    }

    /** {@return the log of mode switches; empty before the first switch} */
    final String audit() {
        Path file = home.resolve("state").resolve("mybot.mode-audit.jsonl");
        try {
            return Files.exists(file) ? Files.readString(file) : "";
        } catch (IOException e) {
            return e.toString();
        }
    }
}
