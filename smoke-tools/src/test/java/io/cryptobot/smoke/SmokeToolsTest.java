package io.cryptobot.smoke;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.Map;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.Test;
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
                .setExecutionExceptionHandler(new FailureLine())
                .setErr(new PrintWriter(err, true))
                .setColorScheme(CommandLine.Help.defaultColorScheme(CommandLine.Help.Ansi.OFF));
        String[] arguments = new String[options.length + 1];
        System.arraycopy(options, 0, arguments, 0, options.length);
        arguments[options.length] = "fail";
        return new CommandRun(commandLine.execute(arguments), "", err.toString());
    }
}
