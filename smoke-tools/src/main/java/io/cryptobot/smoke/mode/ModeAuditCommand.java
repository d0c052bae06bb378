package io.cryptobot.smoke.mode;

import io.cryptobot.smoke.SmokeTools;
import io.cryptobot.smoke.cli.CommandFailure;
import io.cryptobot.smoke.cli.ExitCode;
import io.cryptobot.telemetry.files.CryptobotHome;
import io.cryptobot.telemetry.files.InstanceName;
import io.cryptobot.trading.mode.ModeAudit;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** Looks after the log of mode switches. */
@Command(
        name = "mode-audit",
        description = "Checks the log of mode switches.",
        subcommands = ModeAuditCommand.Verify.class)
public final class ModeAuditCommand {
    @ParentCommand
    @SuppressWarnings("NullAway.Init")
    private SmokeTools tools;

    /** Proves that no line was changed, removed or put in between. */
    @Command(
            name = "verify",
            description = "Proves that no line of the log was changed, removed or put in between.",
            exitCodeList = {
                "0:the chain holds, and ends as expected",
                "1:it does not; the lines are named",
                "2:wrong options or arguments",
                "3:the log cannot be read",
                "70:a fault in this tool"
            })
    static final class Verify implements Callable<Integer> {
        @ParentCommand
        @SuppressWarnings("NullAway.Init")
        private ModeAuditCommand parent;

        @Spec
        @SuppressWarnings("NullAway.Init")
        private CommandSpec spec;

        @Option(
                names = "--expect-head",
                paramLabel = "<hash>",
                description = "The head that an earlier run has shown: fails unless the log still ends with it.")
        private @Nullable String expectedHead;

        @Override
        public Integer call() {
            ModeAudit.Verification found = verify();
            PrintWriter out = spec.commandLine().getOut();
            found.notes().forEach(note -> out.println("‼ " + note));
            found.broken().forEach(problem -> out.println("× " + problem));
            boolean endsAsExpected = expectedHead == null || expectedHead.equals(found.head());
            if (!endsAsExpected) {
                out.println("× the log does not end with the expected head: lines were cut off or added since");
            }
            boolean holds = found.broken().isEmpty() && endsAsExpected;
            if (holds) {
                out.println("√ " + found.file() + ": " + found.lines() + " lines, the chain holds");
            }
            out.println("  head " + found.head());
            out.flush();
            return (holds ? ExitCode.PASS : ExitCode.HOP_FAILED).code();
        }

        private ModeAudit.Verification verify() {
            try {
                return new ModeAudit(
                                CryptobotHome.from(parent.tools.environment()).stateDirectory(),
                                InstanceName.from(parent.tools.environment()))
                        .verify();
            } catch (IOException | IllegalArgumentException e) {
                throw new CommandFailure(ExitCode.CONFIGURATION, "the audit log cannot be read: " + e.getMessage(), e);
            }
        }
    }
}
