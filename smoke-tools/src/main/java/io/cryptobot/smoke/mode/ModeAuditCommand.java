package io.cryptobot.smoke.mode;

import io.cryptobot.smoke.cli.CommandFailure;
import io.cryptobot.smoke.cli.ExitCode;
import io.cryptobot.smoke.cli.Session;
import io.cryptobot.telemetry.files.InstanceName;
import io.cryptobot.trading.mode.ModeAudit;
import java.io.IOException;
import java.io.PrintWriter;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Checks the log of mode switches. */
@Command(name = "mode-audit", description = "Checks the log of mode switches.")
public final class ModeAuditCommand {
    @Mixin
    @SuppressWarnings("NullAway.Init")
    private Session session;

    @Command(
            name = "verify",
            description = "Proves that no line of the log was changed, removed or inserted.",
            exitCodeList = {
                "0:the hash chain is valid, and ends as expected",
                "1:it is not; the wrong lines are named",
                "3:the log cannot be read"
            })
    int verify(
            @Option(
                            names = "--expect-head",
                            paramLabel = "<hash>",
                            description =
                                    "The head that an earlier run printed: the check fails unless the log still ends"
                                            + " with it.")
                    @Nullable
                    String expectedHead) {
        ModeAudit.Verification found = verification();
        PrintWriter out = session.out();
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
        return (holds ? ExitCode.PASS : ExitCode.FAILED).code();
    }

    private ModeAudit.Verification verification() {
        try {
            return new ModeAudit(session.home().stateDirectory(), InstanceName.from(session.environment())).verify();
        } catch (IOException | IllegalArgumentException e) {
            throw new CommandFailure(ExitCode.CONFIGURATION, "the audit log cannot be read: " + e.getMessage(), e);
        }
    }
}
