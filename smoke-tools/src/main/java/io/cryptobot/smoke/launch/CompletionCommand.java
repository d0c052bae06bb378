package io.cryptobot.smoke.launch;

import io.cryptobot.smoke.cli.ExitCode;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import picocli.AutoComplete;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Lets the shell complete commands and options. */
@Command(
        name = "completion",
        description = "Prints a script with which the shell completes commands and options.",
        exitCodeList = {"0:printed", "2:wrong options or arguments", "70:a fault in this tool"})
public final class CompletionCommand implements Callable<Integer> {
    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    @Parameters(paramLabel = "bash|zsh", description = "The shell that is to read it.")
    private Shell shell = Shell.BASH;

    private enum Shell {
        BASH(""),
        /** Which reads bash's completions through a module of its own. */
        ZSH("autoload -U +X compinit && compinit\nautoload -U +X bashcompinit && bashcompinit\n");

        private final String preparation;

        Shell(String preparation) {
            this.preparation = preparation;
        }
    }

    @Override
    public Integer call() {
        CommandLine root = spec.root().commandLine();
        PrintWriter out = spec.commandLine().getOut();
        out.print(shell.preparation);
        out.print(AutoComplete.bash(root.getCommandName(), root));
        out.flush();
        return ExitCode.PASS.code();
    }
}
