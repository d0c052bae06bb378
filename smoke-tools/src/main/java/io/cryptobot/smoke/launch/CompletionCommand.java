package io.cryptobot.smoke.launch;

import io.cryptobot.smoke.cli.ExitCode;
import io.cryptobot.smoke.cli.Session;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import picocli.AutoComplete;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Prints a script with which the shell completes commands and options. */
@Command(
        name = "completion",
        description = "Prints a script with which the shell completes commands and options.",
        exitCodeList = {"0:printed"})
public final class CompletionCommand implements Callable<Integer> {
    @Mixin
    @SuppressWarnings("NullAway.Init")
    private Session session;

    @Parameters(paramLabel = "bash|zsh", description = "The shell.")
    private Shell shell = Shell.BASH;

    private enum Shell {
        BASH(""),
        /** zsh reads bash's completions through its own module. */
        ZSH("autoload -U +X compinit && compinit\nautoload -U +X bashcompinit && bashcompinit\n");

        private final String preparation;

        Shell(String preparation) {
            this.preparation = preparation;
        }
    }

    @Override
    public Integer call() {
        CommandLine root = session.command().getCommandSpec().root().commandLine();
        PrintWriter out = session.out();
        out.print(shell.preparation);
        out.print(AutoComplete.bash(root.getCommandName(), root));
        out.flush();
        return ExitCode.PASS.code();
    }
}
