package io.cryptobot.smoke;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.cryptobot.smoke.cli.ExitCode;
import io.cryptobot.smoke.stack.Programs;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
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
        ProcessBuilder builder = new ProcessBuilder("zsh", "-f", "-c", """
            zmodload zsh/zpty && zpty shell zsh -f -i
            zpty -w shell "source ~/completion.zsh; cryptobot() { print called \\$*; }"
            zpty -w -n shell "cryptobot $1"$'\t\n'
            zpty -w shell "exit"
            while zpty -r shell line; do [[ $line != *"called $2"* ]] || exit 0; done
            exit 1
            """, "zsh", words, expected)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD);
        builder.environment().put("HOME", home.toString());
        builder.environment().put("TERM", "dumb");
        Process zsh = builder.start();
        try {
            assertThat(zsh.waitFor(20, TimeUnit.SECONDS)).as("zsh has ended").isTrue();
            return zsh.exitValue() == 0;
        } finally {
            zsh.destroyForcibly();
        }
    }

    /** What bash makes of the words, the last of them not yet whole. */
    private static String completed(String words) throws Exception {
        String script = CommandRun.of(Map.of(), "completion", "bash").out()
                + "\nCOMP_WORDS=(cryptobot " + words + "); COMP_CWORD=$((${#COMP_WORDS[@]} - 1))\n"
                + "_complete_cryptobot; echo \"${COMPREPLY[*]}\"\n";
        Process bash = new ProcessBuilder("bash", "--norc", "-s")
                .redirectError(ProcessBuilder.Redirect.DISCARD) // it misses the line editor
                .start();
        try (OutputStream in = bash.getOutputStream()) {
            in.write(script.getBytes(StandardCharsets.UTF_8));
        }
        return new String(bash.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
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
        String[] arguments = new String[options.length + 1];
        System.arraycopy(options, 0, arguments, 0, options.length);
        arguments[options.length] = "fail";
        return new CommandRun(commandLine.execute(arguments), "", err.toString());
    }
}
