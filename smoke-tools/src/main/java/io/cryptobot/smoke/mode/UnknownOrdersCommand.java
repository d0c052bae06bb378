package io.cryptobot.smoke.mode;

import io.cryptobot.smoke.cli.CommandFailure;
import io.cryptobot.smoke.cli.ExitCode;
import io.cryptobot.smoke.cli.Session;
import io.cryptobot.telemetry.TelemetrySettings;
import io.cryptobot.trading.ClientOrderId;
import io.cryptobot.trading.command.Command;
import io.cryptobot.trading.command.CommandClient;
import io.cryptobot.trading.command.CommandResult;
import io.cryptobot.trading.mode.DurableMode;
import io.cryptobot.trading.mode.ModeAudit;
import io.cryptobot.trading.mode.ModeSwitch;
import io.cryptobot.trading.order.UnknownOrders;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Lists the live orders whose outcome nobody knows, and takes a person's word for what became of one. */
@CommandLine.Command(
        name = "unknown-orders",
        description = {
            "Lists the live orders whose outcome is unknown, or says what became of one.",
            "The bot is the one named by CRYPTOBOT_INSTANCE (default: cryptobot-desktop)."
        })
public final class UnknownOrdersCommand {
    private static final Duration ANSWER_TIME = Duration.ofSeconds(20);

    @Mixin
    @SuppressWarnings("NullAway.Init")
    private Session session;

    /** What a person can have found at the exchange. */
    enum Found {
        FILLED,
        CANCELLED,
        ABSENT
    }

    /** Which order. */
    static final class Which {
        @Option(names = "--id", paramLabel = "<id>", description = "The order's client order id, as list shows it.")
        private @Nullable String id;

        @Option(names = "--nameless", description = "One of the orders without a name.")
        private boolean nameless;
    }

    @CommandLine.Command(
            name = "list",
            description = "Lists them, also where no bot runs.",
            exitCodeList = {"0:there is none", "3:the bot's files cannot be read", "5:they are listed"})
    int list() throws InterruptedException {
        TelemetrySettings settings = settings();
        ModeSwitch.Result status = status(settings);
        UnknownOrders unknown = UnknownOrders.open(state(), settings.instance());
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
            out.println("× " + left + " in flight when the bot was last seen; its next run looks them up");
            status.pending().forEach(order -> out.println("    " + order.clientOrderId() + " " + order.symbol()));
        }
        long all = unknown.count() + left;
        out.println(
                all == 0
                        ? "√ no live order of " + settings.instance() + " has an unknown outcome"
                        : "    next: look at the exchange, then: cryptobot unknown-orders resolve --help");
        out.flush();
        return (all == 0 ? ExitCode.PASS : ExitCode.NOT_VERIFIABLE).code();
    }

    @CommandLine.Command(
            name = "resolve",
            description = {
                "Says what became of an order, after a look at the exchange: for a client that cannot list fills, and"
                        + " for orders",
                "whose names are lost. A wrong word makes the bot's counts and the next live trading wrong."
            },
            exitCodeList = {
                "0:the bot has taken it over",
                "1:it has not; the line says why",
                "3:the bot's files or the audit log cannot be used; nothing was changed",
                "4:no running bot has answered in time"
            })
    int resolve(
            @ArgGroup(multiplicity = "1") Which which,
            @Option(
                            names = "--outcome",
                            required = true,
                            description = {
                                "filled: it has traded all that was wanted. absent: it never came to be.",
                                "cancelled: it ended before it had traded all."
                            })
                    Found outcome,
            @Option(names = "--reason", required = true, description = "How you know, for the audit log.")
                    String reason)
            throws InterruptedException {
        if (reason.isBlank()) {
            throw session.wrongUsage("--reason is blank; say how you know, for the audit log");
        }
        CommandResult.Builder argument =
                new CommandResult.Builder().add("outcome", outcome.name().toLowerCase(Locale.ROOT));
        String order = "an order without a name";
        if (!which.nameless && which.id != null) {
            try {
                order = "order " + new ClientOrderId(which.id);
            } catch (IllegalArgumentException e) {
                throw session.wrongUsage("--id: " + e.getMessage(), e);
            }
            argument.add("id", which.id);
        }
        return resolve(order, outcome, reason, argument.build());
    }

    private int resolve(String order, Found outcome, String reason, CommandResult argument)
            throws InterruptedException {
        TelemetrySettings settings = settings();
        String what = order + ": " + outcome.name().toLowerCase(Locale.ROOT);
        ModeAudit audit = new ModeAudit(state(), settings.instance());
        PrintWriter out = session.out();
        if (!status(settings).acknowledged()) {
            throw noBot(settings);
        }
        try {
            audit.append(ModeAudit.Event.RESOLVE, null, reason, what); // on disk before it opens the way to live
            Path controlFile = settings.runDirectory().controlFile(settings.instance());
            Optional<CommandResult> report = new CommandClient(controlFile, settings.instance())
                    .ask(Command.RESOLVE_UNKNOWN, argument, ANSWER_TIME);
            if (report.isPresent() && report.get().first("result").equals(Optional.of("resolved"))) {
                out.println("√ " + what + ", taken over by " + settings.instance());
                out.flush();
                return ExitCode.PASS.code();
            }
            String why = report.flatMap(answer -> answer.first("problem")).orElse("no running bot has answered");
            audit.append(ModeAudit.Event.NOT_RESOLVED, null, reason, what + ": " + why);
            if (report.isEmpty()) {
                throw noBot(settings);
            }
            out.println("× not resolved: " + why);
            out.flush();
            return ExitCode.FAILED.code();
        } catch (IOException e) {
            throw new CommandFailure(
                    ExitCode.CONFIGURATION,
                    "nothing was changed: " + e.getMessage() + "; check CRYPTOBOT_STATE_DIR",
                    e);
        }
    }

    private static CommandFailure noBot(TelemetrySettings settings) {
        return new CommandFailure(
                ExitCode.TIMEOUT,
                "no running bot " + settings.instance()
                        + " has answered; start it, or check CRYPTOBOT_INSTANCE, CRYPTOBOT_RUN_DIR, user and"
                        + " container");
    }

    private static ModeSwitch.Result status(TelemetrySettings settings, Path state)
            throws IOException, InterruptedException {
        Path controlFile = settings.runDirectory().controlFile(settings.instance());
        return new ModeSwitch(controlFile, new DurableMode(state, settings.instance())).status();
    }

    private ModeSwitch.Result status(TelemetrySettings settings) throws InterruptedException {
        try {
            return status(settings, state());
        } catch (IOException e) {
            throw new CommandFailure(ExitCode.CONFIGURATION, "the bot's files cannot be read: " + e.getMessage(), e);
        }
    }

    private TelemetrySettings settings() {
        try {
            return TelemetrySettings.from(session.environment());
        } catch (IllegalArgumentException e) {
            throw new CommandFailure(ExitCode.CONFIGURATION, e.getMessage() == null ? e.toString() : e.getMessage(), e);
        }
    }

    private Path state() {
        return session.home().stateDirectory();
    }
}
