package io.cryptobot.smoke.launch;

import io.cryptobot.smoke.cli.ExitCode;
import io.cryptobot.smoke.cli.FileTree;
import io.cryptobot.smoke.cli.Session;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/**
 * Runs the short commands once, in a new empty directory, so that the launcher can record the classes that they need. Touches
 * no bot and sends nothing.
 */
@Command(
        name = "rehearse",
        hidden = true,
        description = "Runs the short commands once in an empty directory; for the launcher's class data archive.")
public final class RehearseCommand implements Callable<Integer> {
    /** A port on which nothing listens. */
    private static final String NOWHERE = "http://127.0.0.1:1";

    private static final List<List<String>> COMMANDS = List.of(
            List.of("--version"),
            List.of("mode-switch", "--mode=paper", "--timeout=10ms"),
            List.of("mode-switch", "--mode=status", "--timeout=10ms", "--json"),
            List.of("exchange-client", "restart", "--timeout=10ms"),
            List.of("counters", "show"),
            List.of("mode-audit", "verify"),
            List.of("check-runtime-dependencies"));

    @Mixin
    @SuppressWarnings("NullAway.Init")
    private Session session;

    @Override
    public Integer call() throws IOException {
        Path directory = Files.createTempDirectory("cryptobot-rehearsal-");
        try {
            Map<String, String> environment = Map.of(
                    "CRYPTOBOT_HOME",
                    directory.toString(),
                    "CRYPTOBOT_RUN_DIR",
                    directory + "/run",
                    "CRYPTOBOT_EXPORTER_URL",
                    NOWHERE,
                    "CRYPTOBOT_PROMETHEUS_URL",
                    NOWHERE,
                    "CRYPTOBOT_ALERTMANAGER_URL",
                    NOWHERE);
            PrintWriter nowhere = new PrintWriter(Writer.nullWriter());
            CommandLine commands =
                    session.commandLine(environment).setOut(nowhere).setErr(nowhere);
            COMMANDS.forEach(command -> commands.execute(command.toArray(String[]::new)));
        } finally {
            FileTree.delete(directory);
        }
        return ExitCode.PASS.code();
    }
}
