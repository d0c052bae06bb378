package io.cryptobot.smoke.mode;

import io.cryptobot.smoke.cli.CommandFailure;
import io.cryptobot.smoke.cli.ExitCode;
import io.cryptobot.smoke.cli.Session;
import io.cryptobot.trading.ClientOrderId;
import io.cryptobot.trading.command.Command;
import io.cryptobot.trading.command.CommandResult;
import io.cryptobot.trading.mode.ModeAudit;
import io.cryptobot.trading.mode.ModeSwitch;
import io.cryptobot.trading.order.UnknownOrders;
import java.io.IOException;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Lists the live orders whose outcome is unknown, and resolves one by hand. */
@CommandLine.Command(
        name = "unknown-orders",
        description = {
            "Lists the live orders whose outcome is unknown, or resolves one by hand.",
            "The bot is the one named by CRYPTOBOT_INSTANCE (default: cryptobot-desktop)."
        })
public final class UnknownOrdersCommand {
    private static final Duration ANSWER_TIME = Duration.ofSeconds(20);

    @Mixin
    @SuppressWarnings("NullAway.Init")
    private Session session;

    /** The outcome that a person has found at the exchange. */
    enum ManualOutcome {
        FILLED,
        CANCELLED,
        ABSENT
    }

    /** The order to resolve. */
    static final class OrderSelector {
        @Option(names = "--id", paramLabel = "<id>", description = "The order's client order id, as list shows it.")
        private @Nullable String id;

        @Option(names = "--nameless", description = "One of the orders without a name.")
        private boolean nameless;
    }

    @CommandLine.Command(
            name = "list",
            description = "Lists them, also if no bot is running.",
            exitCodeList = {"0:there is none", "3:the bot's files cannot be read", "5:they are listed"})
    int list() throws InterruptedException {
        ControlledBot bot = ControlledBot.from(session);
        ModeSwitch.Result status = status(bot);
        UnknownOrders unknown = bot.unknownOrders();
        PrintWriter out = session.out();
        unknown.orders()
                .forEach(order ->
                        out.println("× " + order.id() + " " + order.symbol() + ", unknown since " + order.since()
                                + (order.quantity() == null
                                        ? ""
                                        : ", " + order.quantity().toPlainString() + " wanted")));
        long nameless = unknown.count() - unknown.orders().size();
        if (nameless > 0) {
            out.println(
                    "× " + nameless + " without a name: compare the exchange's orders and fills with the order log");
        }
        long left = status.acknowledged() ? 0 : status.inFlight();
        if (left > 0) {
            out.println("× " + left + " in flight when the bot was last seen; its next run reconciles them");
            status.pending().forEach(order -> out.println("    " + order.clientOrderId() + " " + order.symbol()));
        }
        long all = unknown.count() + left;
        out.println(
                all == 0
                        ? "√ no live order of " + bot.name() + " has an unknown outcome"
                        : "    next: look at the exchange, then: cryptobot unknown-orders resolve --help");
        return (all == 0 ? ExitCode.PASS : ExitCode.NOT_VERIFIABLE).code();
    }

    @CommandLine.Command(
            name = "resolve",
            description = {
                "Resolves an unknown order after you have checked the exchange: for a client that cannot list fills,"
                        + " and for orders whose ids are lost.",
                "A wrong outcome makes the bot's counts and the next live trading wrong."
            },
            exitCodeList = {
                "0:the bot has accepted the outcome",
                "1:the bot has not accepted it; the line says why",
                "3:the bot's files or the audit log cannot be used; nothing was changed",
                "4:no running bot has answered in time"
            })
    int resolve(
            @ArgGroup(multiplicity = "1") OrderSelector selected,
            @Option(
                            names = "--outcome",
                            required = true,
                            description = {
                                "filled: its whole quantity has traded. absent: it does not exist at the exchange.",
                                "cancelled: it ended before its whole quantity had traded."
                            })
                    ManualOutcome outcome,
            @Option(names = "--reason", required = true, description = "How you know, for the audit log.")
                    String reason)
            throws InterruptedException {
        if (reason.isBlank()) {
            throw session.wrongUsage("--reason is blank; say how you know, for the audit log");
        }
        CommandResult.Builder argument =
                new CommandResult.Builder().add("outcome", outcome.name().toLowerCase(Locale.ROOT));
        String order = "an order without a name";
        if (!selected.nameless && selected.id != null) {
            try {
                order = "order " + new ClientOrderId(selected.id);
            } catch (IllegalArgumentException e) {
                throw session.wrongUsage("--id: " + e.getMessage(), e);
            }
            argument.add("id", selected.id);
        }
        return resolve(order, outcome, reason, argument.build());
    }

    private int resolve(String order, ManualOutcome outcome, String reason, CommandResult argument)
            throws InterruptedException {
        ControlledBot bot = ControlledBot.from(session);
        String what = order + ": " + outcome.name().toLowerCase(Locale.ROOT);
        ModeAudit audit = bot.audit();
        PrintWriter out = session.out();
        if (!status(bot).acknowledged()) {
            throw bot.didNotAnswer();
        }
        try {
            audit.append(ModeAudit.Event.RESOLVE, null, reason, what); // on disk before live becomes possible
            Optional<CommandResult> answer = bot.commands().ask(Command.RESOLVE_UNKNOWN, argument, ANSWER_TIME);
            if (answer.flatMap(result -> result.first("result")).equals(Optional.of("resolved"))) {
                out.println("√ " + what + ", taken over by " + bot.name());
                return ExitCode.PASS.code();
            }
            String why = answer.flatMap(result -> result.first("problem")).orElse("no running bot has answered");
            audit.append(ModeAudit.Event.NOT_RESOLVED, null, reason, what + ": " + why);
            if (answer.isEmpty()) {
                throw bot.didNotAnswer();
            }
            out.println("× not resolved: " + why);
            return ExitCode.FAILED.code();
        } catch (IOException e) {
            throw new CommandFailure(
                    ExitCode.CONFIGURATION,
                    "nothing was changed: " + e.getMessage() + "; check CRYPTOBOT_STATE_DIR",
                    e);
        }
    }

    private static ModeSwitch.Result status(ControlledBot bot) throws InterruptedException {
        try {
            return bot.modeSwitch().status();
        } catch (IOException e) {
            throw new CommandFailure(ExitCode.CONFIGURATION, "the bot's files cannot be read: " + e.getMessage(), e);
        }
    }
}
