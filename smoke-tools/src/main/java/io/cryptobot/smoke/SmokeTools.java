package io.cryptobot.smoke;

import io.cryptobot.smoke.cli.ExitCode;
import io.cryptobot.smoke.cli.FailureLine;
import io.cryptobot.smoke.cli.Session;
import io.cryptobot.smoke.cli.UsageLine;
import io.cryptobot.smoke.counters.CountersCommand;
import io.cryptobot.smoke.doctor.CheckRuntimeDependencies;
import io.cryptobot.smoke.drill.TelemetrySmoke;
import io.cryptobot.smoke.exchange.DemoBotCommand;
import io.cryptobot.smoke.exchange.DemoExchangeCommand;
import io.cryptobot.smoke.launch.CompletionCommand;
import io.cryptobot.smoke.launch.RehearseCommand;
import io.cryptobot.smoke.localservices.ReceiversCommand;
import io.cryptobot.smoke.mode.ExchangeClientCommand;
import io.cryptobot.smoke.mode.ModeAuditCommand;
import io.cryptobot.smoke.mode.ModeSwitchCommand;
import io.cryptobot.smoke.mode.UnknownOrdersCommand;
import io.cryptobot.smoke.oncall.OnCallCommand;
import io.cryptobot.smoke.review.PostmortemCommand;
import io.cryptobot.smoke.review.ReviewCommand;
import io.cryptobot.smoke.stack.DemoCommand;
import io.cryptobot.smoke.stack.StackCommand;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Model.UsageMessageSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;

/** The top command {@code cryptobot}. Each subcommand is listed here and is a class of its own. */
@Command(
        name = "cryptobot",
        description = "Proves that the bot's telemetry and alerts work.",
        mixinStandardHelpOptions = true,
        scope = ScopeType.INHERIT,
        versionProvider = SmokeTools.ManifestVersion.class,
        subcommands = {
            CheckRuntimeDependencies.class,
            TelemetrySmoke.class,
            ModeSwitchCommand.class,
            ModeAuditCommand.class,
            ExchangeClientCommand.class,
            UnknownOrdersCommand.class,
            CountersCommand.class,
            DemoCommand.class,
            StackCommand.class,
            OnCallCommand.class,
            PostmortemCommand.class,
            ReviewCommand.class,
            ReceiversCommand.class,
            DemoBotCommand.class,
            DemoExchangeCommand.class,
            RehearseCommand.class,
            CompletionCommand.class
        })
public final class SmokeTools {
    @Option(names = "--verbose", scope = ScopeType.INHERIT, description = "Show the stack trace of a failure.")
    private boolean verbose;

    public static void main(String[] arguments) {
        CommandLine commandLine = commandLine(System.getenv());
        commandLine.setOut(new PrintWriter(System.out, true, StandardCharsets.UTF_8));
        commandLine.setErr(new PrintWriter(System.err, true, StandardCharsets.UTF_8));
        System.exit(commandLine.execute(arguments));
    }

    /** {@return the whole command line for a process with this environment} */
    public static CommandLine commandLine(Map<String, String> environment) {
        SmokeTools tools = new SmokeTools();
        CommandLine commandLine = new CommandLine(tools, Session.factory(environment, SmokeTools::commandLine))
                .setExecutionExceptionHandler(new FailureLine(() -> tools.verbose))
                .setParameterExceptionHandler(new UsageLine())
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setUsageHelpAutoWidth(true);
        completeHelp(commandLine);
        return commandLine;
    }

    private static void completeHelp(CommandLine command) {
        UsageMessageSpec usage = command.getCommandSpec().usageMessage();
        usage.exitCodeListHeading("%nExit codes:%n");
        usage.exitCodeList(ExitCode.usage(usage.exitCodeList()));
        Examples.show(command);
        command.getSubcommands().values().forEach(SmokeTools::completeHelp);
    }

    /** The version that the build wrote into the jar. */
    static final class ManifestVersion implements IVersionProvider {
        @Override
        public String[] getVersion() {
            String version = SmokeTools.class.getPackage().getImplementationVersion();
            return new String[] {"cryptobot " + (version == null ? "(not run from its jar)" : version)};
        }
    }
}
