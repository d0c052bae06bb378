package io.cryptobot.smoke.mode;

import io.cryptobot.smoke.cli.CommandFailure;
import io.cryptobot.smoke.cli.DurationConverter;
import io.cryptobot.smoke.cli.ExitCode;
import io.cryptobot.smoke.cli.Session;
import io.cryptobot.telemetry.TelemetrySettings;
import io.cryptobot.trading.command.Command;
import io.cryptobot.trading.command.CommandClient;
import io.cryptobot.trading.command.CommandResult;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import picocli.CommandLine;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Replaces a running bot's exchange client, or tells how old it is. */
@CommandLine.Command(
        name = "exchange-client",
        description = {
            "Replaces the exchange client of a running bot, or tells how old it is.",
            "The bot is the one named by CRYPTOBOT_INSTANCE (default: cryptobot-desktop)."
        })
public final class ExchangeClientCommand {
    @Mixin
    @SuppressWarnings("NullAway.Init")
    private Session session;

    @CommandLine.Command(
            name = "restart",
            description = {
                "Makes a new client, asks it for a sign of life, puts it in the old one's place and closes the old"
                        + " one.",
                "Where the new one fails, the old one stays and the line says why."
            },
            exitCodeList = {
                "0:the new client is in place",
                "1:the old client stays; the line says why",
                "4:no running bot has answered in time; a restart that it has begun goes on"
            })
    int restart(
            @Option(
                            names = "--timeout",
                            converter = DurationConverter.class,
                            defaultValue = "40s",
                            description = "How long to wait for the bot (default: ${DEFAULT-VALUE}).")
                    Duration timeout)
            throws InterruptedException {
        return ask(Command.RESTART_CLIENT, timeout, "× the old exchange client stays: ");
    }

    @CommandLine.Command(
            name = "status",
            description = "Tells which client is in place, and for how long.",
            exitCodeList = {"0:told", "1:the bot cannot tell", "4:no running bot has answered"})
    int status() throws InterruptedException {
        return ask(Command.CLIENT_STATUS, Duration.ofSeconds(15), "× ");
    }

    private int ask(Command command, Duration timeout, String failed) throws InterruptedException {
        CommandResult report = report(command, timeout);
        PrintWriter out = session.out();
        boolean done = report.first("client").isPresent();
        out.println(
                done
                        ? "√ exchange client " + report.number("client") + ", in place for "
                                + report.number("age_seconds") + " s, since "
                                + report.first("since").orElse("")
                        : failed + report.first("problem").orElse("no reason given"));
        out.flush();
        return (done ? ExitCode.PASS : ExitCode.FAILED).code();
    }

    private CommandResult report(Command command, Duration timeout) throws InterruptedException {
        try {
            TelemetrySettings settings = TelemetrySettings.from(session.environment());
            Path controlFile = settings.runDirectory().controlFile(settings.instance());
            return new CommandClient(controlFile, settings.instance())
                    .ask(command, timeout)
                    .orElseThrow(() -> new CommandFailure(
                            ExitCode.TIMEOUT,
                            "no running bot " + settings.instance()
                                    + " has answered; check CRYPTOBOT_INSTANCE, CRYPTOBOT_RUN_DIR, user and"
                                    + " container"));
        } catch (IOException | IllegalArgumentException e) {
            throw new CommandFailure(ExitCode.CONFIGURATION, "the bot cannot be reached: " + e.getMessage(), e);
        }
    }
}
