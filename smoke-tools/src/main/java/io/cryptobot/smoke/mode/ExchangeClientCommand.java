package io.cryptobot.smoke.mode;

import io.cryptobot.smoke.cli.CommandFailure;
import io.cryptobot.smoke.cli.DurationConverter;
import io.cryptobot.smoke.cli.ExitCode;
import io.cryptobot.smoke.cli.Session;
import io.cryptobot.trading.command.Command;
import io.cryptobot.trading.command.CommandResult;
import java.io.IOException;
import java.time.Duration;
import picocli.CommandLine;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Replaces a running bot's exchange client, or shows its age. */
@CommandLine.Command(
        name = "exchange-client",
        description = {
            "Replaces the exchange client of a running bot, or shows its age.",
            "The bot is the one named by CRYPTOBOT_INSTANCE (default: cryptobot-desktop)."
        })
public final class ExchangeClientCommand {
    @Mixin
    @SuppressWarnings("NullAway.Init")
    private Session session;

    @CommandLine.Command(
            name = "restart",
            description = {
                "Makes a new client, pings it, replaces the old one and closes the old" + " one.",
                "If the new one fails, the old one stays and the line says why."
            },
            exitCodeList = {
                "0:the new client is in place",
                "1:the old client stays; the line says why",
                "4:no running bot has answered in time; a restart that has started continues"
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
            description = "Shows which client is in place, and for how long.",
            exitCodeList = {"0:printed", "1:the bot does not know; the line says why", "4:no running bot has answered"})
    int status() throws InterruptedException {
        return ask(Command.CLIENT_STATUS, Duration.ofSeconds(15), "× ");
    }

    private int ask(Command command, Duration timeout, String failed) throws InterruptedException {
        CommandResult answer = answer(command, timeout);
        boolean done = answer.first("client").isPresent();
        session.out()
                .println(
                        done
                                ? "√ exchange client " + answer.number("client") + ", in place for "
                                        + answer.number("age_seconds") + " s, since "
                                        + answer.first("since").orElse("")
                                : failed + answer.first("problem").orElse("no reason given"));
        return (done ? ExitCode.PASS : ExitCode.FAILED).code();
    }

    private CommandResult answer(Command command, Duration timeout) throws InterruptedException {
        ControlledBot bot = ControlledBot.from(session);
        try {
            return bot.commands().ask(command, timeout).orElseThrow(bot::didNotAnswer);
        } catch (IOException e) {
            throw new CommandFailure(ExitCode.CONFIGURATION, "the bot cannot be reached: " + e.getMessage(), e);
        }
    }
}
