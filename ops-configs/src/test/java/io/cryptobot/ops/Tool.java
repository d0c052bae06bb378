package io.cryptobot.ops;

import io.cryptobot.testing.ChildProcess;
import io.cryptobot.testing.ChildProcess.Result;
import java.time.Duration;

/** A program on the PATH. A missing one fails the test: a check that is skipped proves nothing. */
enum Tool {
    PROMTOOL("promtool", "prometheus"),
    AMTOOL("amtool", "prometheus-alertmanager"),
    SHELL("sh", "dash");

    /** The tests of all changed rules take minutes. */
    private static final Duration PATIENCE = Duration.ofMinutes(20);

    private final String command;
    private final String debianPackage;

    Tool(String command, String debianPackage) {
        this.command = command;
        this.debianPackage = debianPackage;
    }

    /** {@return the exit code, and standard output and standard error together} */
    Result run(Object... arguments) {
        ChildProcess.Builder tool = ChildProcess.program(command)
                .arguments(arguments)
                .debianPackage(debianPackage)
                // Go's garbage collector uses both cores, and as much CPU time as promtool's short tests themselves
                .environment("GOGC", "400")
                .environment("GOMAXPROCS", "1");
        try (ChildProcess process = tool.start()) {
            return new Result(process.awaitExit(PATIENCE), process.output());
        }
    }

    /** {@return the output of a run that must succeed} */
    String succeed(Object... arguments) {
        Result result = run(arguments);
        if (result.exitCode() != 0) {
            throw new AssertionError(command + ": exit code " + result.exitCode() + ": " + result.output());
        }
        return result.output();
    }
}
