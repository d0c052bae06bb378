package io.cryptobot.smoke;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.cryptobot.smoke.cli.ExitCode;
import io.cryptobot.smoke.stack.Programs;
import io.cryptobot.testing.ChildProcess;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;
import picocli.CommandLine.Command;

class SmokeToolsTest {
    @Test
    void listsCommandsAndExitCodes() {
        CommandRun run = CommandRun.of(Map.of(), "--help");

        assertThat(run.exitCode()).isZero();
        assertThat(run.out())
                .contains("check-runtime-dependencies", "telemetry-smoke", "receivers")
                .contains("Exit codes:", "3    configuration is missing or invalid");
        assertThat(CommandRun.of(Map.of(), "telemetry-smoke", "--help").out()).contains("Exit codes:");
    }

    @Test
    void everyCommandShowsExamplesThatItUnderstandsAndItsExitCodes() {
        List<CommandLine> commands = new ArrayList<>();
        addShown(SmokeTools.commandLine(Map.of()), commands);
        assertThat(commands).hasSizeGreaterThan(20).allSatisfy(command -> {
            String name = command.getCommandSpec().qualifiedName();
            assertThat(Examples.of(command)).as(name).isNotEmpty().allSatisfy(example -> {
                String arguments = example.replaceAll(" >.*", "").replace("<command>", "demo");
                String[] words = (name + " " + arguments)
                        .replaceAll("'[^']*'", "text")
                        .strip()
                        .split(" +", -1);
                SmokeTools.commandLine(Map.of()).parseArgs(Arrays.copyOfRange(words, 1, words.length));
            });
            assertThat(command.getUsageMessage(CommandLine.Help.Ansi.OFF))
                    .contains("Examples:\n  " + name, "Exit codes:\n  0 ");
            assertThat(command.getCommandSpec().usageMessage().exitCodeList().keySet())
                    .as(name)
                    .contains("2", "70")
                    .isSubsetOf(Arrays.stream(ExitCode.values())
                            .map(code -> Integer.toString(code.code()))
                            .toList());
        });
    }

    private static void addShown(CommandLine command, List<CommandLine> commands) {
        if (!command.getCommandSpec().usageMessage().hidden()) {
            commands.add(command);
            command.getSubcommands().values().forEach(subcommand -> addShown(subcommand, commands));
        }
    }

    @Test
    void letsTheShellCompleteCommandsAndOptions() throws Exception {
        assertThat(completed("mode-s")).isEqualTo("mode-switch");
        assertThat(completed("stack d")).isEqualTo("down");
        assertThat(completed("receivers --f")).isEqualTo("--fault");
        assertThat(completed("demo-b")).as("what is hidden").isEmpty();
        assertThat(CommandRun.of(Map.of(), "completion", "zsh").out())
                .startsWith("autoload -U +X compinit && compinit\n");
        assertThat(CommandRun.of(Map.of(), "completion", "fish").exitCode()).isEqualTo(2);
    }

    /** In a terminal of its own, as a person's; only where a zsh is installed. */
    @Test
    void letsZshCompleteToo(@TempDir Path home) throws Exception {
        assumeThat(Programs.onPath(System.getenv(), List.of("zsh")))
                .as("zsh is installed")
                .isPresent();
        Files.writeString(
                home.resolve("completion.zsh"),
                CommandRun.of(Map.of(), "completion", "zsh").out());

        assertThat(zshCompletes(home, "mode-s", "mode-switch")).isTrue();
        assertThat(zshCompletes(home, "stack d", "stack down")).isTrue();
        assertThat(zshCompletes(home, "receivers --f", "receivers --fault")).isTrue();
        assertThat(zshCompletes(home, "demo-b", "demo-bot"))
                .as("what is hidden")
                .isFalse();
    }

    /** Whether the words, with a tab behind them, become what is expected; a function stands for the command. */
    private static boolean zshCompletes(Path home, String words, String expected) throws Exception {
        int exitCode = ChildProcess.program("zsh", "-f", "-c", """
            zmodload zsh/zpty && zpty shell zsh -f -i
            zpty -w shell "source ~/completion.zsh; cryptobot() { print called \\$*; }"
            zpty -w -n shell "cryptobot $1"$'\t\n'
            zpty -w shell "exit"
            while zpty -r shell line; do [[ $line != *"called $2"* ]] || exit 0; done
            exit 1
            """, "zsh", words, expected)
                .environment(Map.of("HOME", home.toString(), "TERM", "dumb"))
                .run()
                .exitCode();
        return exitCode == 0;
    }

    /** What bash makes of the words, the last of them not yet whole. */
    private static String completed(String words) throws Exception {
        String script = CommandRun.of(Map.of(), "completion", "bash").out()
                + "\nCOMP_WORDS=(cryptobot " + words + "); COMP_CWORD=$((${#COMP_WORDS[@]} - 1))\n"
                + "_complete_cryptobot; echo \"${COMPREPLY[*]}\"\n";
        return ChildProcess.program("bash", "--norc", "-s")
                .errors(ProcessBuilder.Redirect.DISCARD) // it misses the line editor
                .input(script)
                .run()
                .output()
                .strip();
    }

    @Test
    void suggestsWhatWasProbablyMeant() {
        CommandRun run = CommandRun.of(Map.of(), "telemetry-smoke", "--raise-exeption");

        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(run.out()).isEmpty();
        assertThat(run.err()).contains("Unknown option: '--raise-exeption'", "--raise-exception");
    }

    @Test
    void repeatsNoSecretOfAWrongArgument() {
        CommandRun run = CommandRun.of(Map.of(), "receivers", "--dsn=https://canary@host/1");

        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(run.err()).doesNotContain("canary");
    }

    @Test
    void printsAnUnexpectedFailureAsOneRedactedLine() {
        CommandRun run = failing();

        assertThat(run.exitCode()).isEqualTo(70);
        assertThat(run.err()).isEqualTo("java.lang.IllegalStateException: two lines, secret=***\n");
    }

    @Test
    void showsARedactedTraceWhenAsked() {
        CommandRun run = failing("--verbose");

        assertThat(run.err()).contains("at io.cryptobot.smoke.SmokeToolsTest").doesNotContain("canary");
    }

    @Command(name = "fail")
    static final class FailingCommand implements Callable<Integer> {
        @Override
        public Integer call() {
            throw new IllegalStateException("two\nlines, secret=canary");
        }
    }

    private static CommandRun failing(String... options) {
        StringWriter err = new StringWriter();
        CommandLine commandLine = SmokeTools.commandLine(Map.of());
        commandLine.addSubcommand(new FailingCommand());
        commandLine
                .setExecutionExceptionHandler(commandLine.getExecutionExceptionHandler()) // for the new command too
                .setErr(new PrintWriter(err, true))
                .setColorScheme(CommandLine.Help.defaultColorScheme(CommandLine.Help.Ansi.OFF));
        int exitCode = commandLine.execute(CommandRun.arguments(List.of(options), "fail"));
        return new CommandRun(exitCode, "", err.toString());
    }
}
