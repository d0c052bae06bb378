package io.cryptobot.smoke.mode;

import io.cryptobot.smoke.cli.DurationConverter;
import io.cryptobot.smoke.cli.ExitCode;
import io.cryptobot.smoke.cli.Session;
import io.cryptobot.telemetry.Redactor;
import io.cryptobot.telemetry.TelemetrySettings;
import io.cryptobot.telemetry.files.InstanceName;
import io.cryptobot.telemetry.files.RunDirectory;
import io.cryptobot.trading.TradingMode;
import io.cryptobot.trading.command.Command;
import io.cryptobot.trading.command.CommandResult;
import io.cryptobot.trading.mode.ModeAudit;
import io.cryptobot.trading.mode.ModeSwitch;
import io.cryptobot.trading.order.UnknownOrders.UnknownOrder;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/**
 * Changes the trading mode of a bot and reports the mode that the bot has acknowledged, which may differ from the requested
 * one.
 */
@CommandLine.Command(
        name = "mode-switch",
        description = {
            "Switches a bot between live, paper and halt, and waits until the bot obeys and no live order is in"
                    + " flight.",
            "The bot is the one named by CRYPTOBOT_INSTANCE (default: cryptobot-desktop)."
        },
        exitCodeList = {
            "0:the bot obeys; for paper and halt also: no live order is in flight, none can start, and no open or"
                    + " unknown one remains",
            "1:nothing was changed",
            "3:the bot obeys, but live orders were still being sent at the timeout",
            "4:set, but no running bot has answered; it applies as soon as one runs",
            "5:the bot obeys and no live order can start, but unknown or open live orders remain, or cannot be listed",
            "6:the bot obeys, but the mode is not stored on the disk and may be live again after a reboot",
            "70:nothing ran: a fault in this tool or in its installation"
        })
public final class ModeSwitchCommand implements Callable<Integer> {
    private static final Duration DEFAULT_COOLDOWN = Duration.ofSeconds(60);
    /** The minimum time for the query of open orders, also if draining took all of the time. */
    private static final Duration MIN_ANSWER_TIME = Duration.ofSeconds(2);

    /** The values of {@code --mode}. */
    private enum Request {
        LIVE,
        PAPER,
        HALT,
        STATUS
    }

    @Mixin
    @SuppressWarnings("NullAway.Init")
    private Session session;

    @Option(
            names = "--mode",
            required = true,
            description = {
                "live: orders go to the exchange; needs --reason and --confirm.",
                "paper: orders go to the paper exchange; always allowed.",
                "halt: no orders at all; always allowed.",
                "status: change nothing, show the mode."
            })
    private Request request = Request.STATUS;

    @Option(names = "--reason", description = "The reason, for the audit log; needed for live.")
    private @Nullable String reason;

    @Option(
            names = "--confirm",
            paramLabel = "<bot>",
            arity = "0..1",
            interactive = true,
            echo = true,
            prompt = "Live orders cost real money. The bot's name, to go live: ",
            description = "The bot's name, needed for live; --confirm alone asks for it.")
    private @Nullable String confirmation;

    @Option(
            names = "--open-orders",
            converter = OpenOrders.Converter.class,
            defaultValue = "keep",
            description = {
                "What the bot does with live orders that rest at the exchange, when it leaves live:",
                "keep: list them (default). cancel-entries: all but reduce-only ones. cancel-all: all."
            })
    private OpenOrders openOrders = OpenOrders.KEEP;

    @Option(
            names = "--timeout",
            converter = DurationConverter.class,
            defaultValue = "30s",
            description = "How long to wait for live orders in flight (default: ${DEFAULT-VALUE}).")
    private Duration timeout = Duration.ofSeconds(30);

    @Option(names = "--json", description = "Print one JSON document.")
    private boolean json;

    @Override
    public Integer call() throws InterruptedException {
        ControlledBot bot;
        try {
            // not the other settings: an invalid one must not prevent a switch to paper
            bot = ControlledBot.of(
                    new TelemetrySettings(
                            InstanceName.from(session.environment()), RunDirectory.from(session.environment())),
                    session);
        } catch (IllegalArgumentException e) {
            return notSet("CRYPTOBOT_INSTANCE: " + e.getMessage());
        }
        if (request == Request.LIVE) {
            checkLive(bot.name().value());
        }
        try {
            ModeSwitchReport report = request == Request.STATUS ? status(bot) : change(bot);
            List<UnknownOrder> unknown = bot.unknownOrders().orders();
            session.out().println(json ? report.json(unknown).toString() : report.text(unknown));
            return report.exitCode().code();
        } catch (ModeSwitch.ConflictException e) {
            return notSet(e.getMessage() + "; check with --mode=status");
        } catch (AuditException e) {
            return notSet("the audit log cannot be written: " + e.getMessage()
                    + "; check CRYPTOBOT_STATE_DIR and run this as the bot's user");
        } catch (IOException e) {
            return notSet(e.getMessage()
                    + "; check CRYPTOBOT_RUN_DIR and CRYPTOBOT_STATE_DIR and run this as the bot's user");
        }
    }

    private void checkLive(String bot) {
        if (reason == null || reason.isBlank()) {
            throw session.wrongUsage("--mode=live needs --reason=<why>, for the audit log");
        }
        if (!bot.equals(confirmation)) {
            throw session.wrongUsage("--mode=live trades with real money: confirm with --confirm=" + bot);
        }
    }

    private ModeSwitchReport status(ControlledBot bot) throws IOException, InterruptedException {
        long deadline = System.nanoTime() + timeout.toNanos();
        ModeSwitch.Result result = bot.modeSwitch().status();
        return new ModeSwitchReport(
                bot.name(),
                ModeSwitchReport.Kind.STATUS,
                result,
                askForOpenOrders(bot, result, Command.OPEN_ORDERS, deadline));
    }

    private ModeSwitchReport change(ControlledBot bot) throws IOException, InterruptedException {
        bot.settings().runDirectory().create();
        long deadline = System.nanoTime() + timeout.toNanos();
        TradingMode mode = TradingMode.valueOf(request.name());
        ModeAudit audit = bot.audit();
        ModeSwitch.Result result =
                mode == TradingMode.LIVE ? goLive(bot, audit) : bot.modeSwitch().change(mode, timeout);
        ModeSwitchReport report = new ModeSwitchReport(
                bot.name(),
                ModeSwitchReport.Kind.SWITCH,
                result,
                askForOpenOrders(bot, result, openOrders.command(), deadline));
        appendAfterwards(audit, ModeAudit.Event.OUTCOME, mode, report.auditDetail());
        return report;
    }

    private ModeSwitch.Result goLive(ControlledBot bot, ModeAudit audit) throws IOException, InterruptedException {
        ModeSwitch modeSwitch = bot.modeSwitch();
        modeSwitch.requireLiveAllowed(cooldown());
        try {
            audit.append(ModeAudit.Event.INTENT, TradingMode.LIVE, why(), ""); // on disk before it takes effect
        } catch (IOException e) {
            throw new AuditException(e);
        }
        try {
            return modeSwitch.change(TradingMode.LIVE, timeout);
        } catch (IOException e) {
            appendAfterwards(audit, ModeAudit.Event.NOT_SET, TradingMode.LIVE, String.valueOf(e.getMessage()));
            throw e;
        }
    }

    /** Reports that nothing was changed, because the audit log could not be written first. */
    private static final class AuditException extends IOException {
        AuditException(IOException cause) {
            super(cause.getMessage(), cause);
        }
    }

    private String why() {
        return reason == null ? "" : reason;
    }

    private Duration cooldown() {
        String value = session.environment()
                .getOrDefault("CRYPTOBOT_LIVE_COOLDOWN", "")
                .strip();
        try {
            return value.isEmpty() ? DEFAULT_COOLDOWN : new DurationConverter().convert(value);
        } catch (TypeConversionException e) {
            throw session.wrongUsage("CRYPTOBOT_LIVE_COOLDOWN: " + e.getMessage(), e);
        }
    }

    /** Asks the bot for the live orders at the exchange, or to cancel them, when no new one can start. */
    private static Optional<CommandResult> askForOpenOrders(
            ControlledBot bot, ModeSwitch.Result result, Command command, long deadline)
            throws IOException, InterruptedException {
        if (!result.acknowledged() || result.mode() == TradingMode.LIVE) {
            return Optional.empty();
        }
        Duration left = Duration.ofNanos(deadline - System.nanoTime());
        return bot.commands().ask(command, left.compareTo(MIN_ANSWER_TIME) < 0 ? MIN_ANSWER_TIME : left);
    }

    private void appendAfterwards(ModeAudit audit, ModeAudit.Event event, TradingMode mode, String detail) {
        try {
            audit.append(event, mode, why(), detail);
        } catch (IOException e) {
            session.warn("the switch took effect, but the audit log could not be written: " + e.getMessage());
        }
    }

    private int notSet(String cause) {
        session.err().println("× mode not set: " + Redactor.redact(cause));
        return ExitCode.FAILED.code();
    }
}
