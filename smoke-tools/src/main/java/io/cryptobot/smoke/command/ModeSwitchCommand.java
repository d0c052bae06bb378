package io.cryptobot.smoke.command;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.cryptobot.smoke.SmokeTools;
import io.cryptobot.telemetry.CryptobotHome;
import io.cryptobot.telemetry.TelemetrySettings;
import io.cryptobot.trading.mode.ModeAudit;
import io.cryptobot.trading.mode.ModeSwitch;
import io.cryptobot.trading.mode.TradingMode;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** Changes the trading mode of a bot and reports what the bot has proved, not what was asked for. */
@Command(
        name = "mode-switch",
        description = {
            "Switches a bot between live, paper and halt, and waits until the bot obeys and no live order is in flight.",
            "The bot is the one named by CRYPTOBOT_INSTANCE (default: cryptobot-desktop)."
        },
        exitCodeList = {
            "0:the bot obeys; for paper and halt also: no live order is in flight and none can start",
            "1:nothing was changed",
            "2:wrong options or arguments",
            "3:the bot obeys, but live orders were still being sent at the timeout",
            "4:set, but no running bot has answered; it applies as soon as one runs",
            "70:nothing ran: a fault in this tool or in its installation"
        })
public final class ModeSwitchCommand implements Callable<Integer> {
    private static final ObjectMapper JSON = new ObjectMapper();

    /** What this command tells the script that called it. */
    private enum Outcome {
        /** The bot obeys; for paper and halt: no live order can start any more. */
        PROVED(0),
        /** Nothing was changed. */
        NOT_SET(1),
        /** Set and obeyed, but live orders were still being sent when the timeout ended. */
        IN_FLIGHT(3),
        /** Set, but no running bot has answered; it applies as soon as one runs. */
        NO_BOT(4);

        private final int code;

        Outcome(int code) {
            this.code = code;
        }
    }

    /** What can be asked for. */
    private enum Request {
        LIVE,
        PAPER,
        HALT,
        STATUS
    }

    @ParentCommand
    @SuppressWarnings("NullAway.Init")
    private SmokeTools tools;

    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    @Option(
            names = "--mode",
            required = true,
            description = {
                "live: orders go to the exchange; needs --reason and --confirm.",
                "paper: orders go to the paper exchange; nothing stands in the way.",
                "halt: no orders at all; nothing stands in the way.",
                "status: change nothing, show the mode."
            })
    private Request request = Request.STATUS;

    @Option(names = "--reason", description = "Why, for the audit log; needed for live.")
    private @Nullable String reason;

    @Option(names = "--confirm", paramLabel = "<bot>", description = "The bot's name, typed to go live.")
    private @Nullable String confirmation;

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
        TelemetrySettings settings;
        try {
            settings = TelemetrySettings.from(tools.environment());
        } catch (IllegalArgumentException e) {
            return notSet("CRYPTOBOT_INSTANCE: " + e.getMessage());
        }
        if (request == Request.LIVE) {
            checkLive(settings);
        }
        Path controlFile = settings.runDirectory().controlFile(settings.instance());
        try {
            if (request != Request.STATUS) {
                settings.runDirectory().create();
            }
            return run(new ModeSwitch(controlFile, settings.instance()), settings);
        } catch (ModeSwitch.ConflictException e) {
            return notSet(e.getMessage() + "; look with --mode=status");
        } catch (IOException e) {
            return notSet(e.getMessage() + "; check CRYPTOBOT_RUN_DIR and run this as the bot's user");
        }
    }

    private void checkLive(TelemetrySettings settings) {
        String bot = settings.instance().value();
        if (reason == null || reason.isBlank()) {
            throw new ParameterException(spec.commandLine(), "--mode=live needs --reason=<why>, for the audit log");
        }
        if (!bot.equals(confirmation)) {
            throw new ParameterException(
                    spec.commandLine(), "--mode=live trades with real money: confirm with --confirm=" + bot);
        }
    }

    private int run(ModeSwitch modeSwitch, TelemetrySettings settings) throws IOException, InterruptedException {
        if (request == Request.STATUS) {
            ModeSwitch.Result status = modeSwitch.status();
            print(settings, status, status.acknowledged() ? Outcome.PROVED : Outcome.NO_BOT);
            return (status.acknowledged() ? Outcome.PROVED : Outcome.NO_BOT).code;
        }
        TradingMode mode = TradingMode.valueOf(request.name());
        ModeAudit audit = new ModeAudit(CryptobotHome.from(tools.environment()).stateDirectory(), settings.instance());
        String why = reason == null ? "" : reason;
        if (mode == TradingMode.LIVE) {
            try {
                audit.append(mode, why); // on disk before it takes effect: no live trading without a trace
            } catch (IOException e) {
                return notSet("the audit log cannot be written: " + e.getMessage()
                        + "; check CRYPTOBOT_STATE_DIR and run this as the bot's user");
            }
        }
        ModeSwitch.Result result = modeSwitch.change(mode, timeout);
        if (mode != TradingMode.LIVE) {
            appendAfterwards(audit, mode, why);
        }
        Outcome outcome = !result.acknowledged()
                ? Outcome.NO_BOT
                : mode == TradingMode.LIVE || result.isDrained() ? Outcome.PROVED : Outcome.IN_FLIGHT;
        print(settings, result, outcome);
        return outcome.code;
    }

    private void appendAfterwards(ModeAudit audit, TradingMode mode, String why) {
        try {
            audit.append(mode, why);
        } catch (IOException e) {
            PrintWriter err = spec.commandLine().getErr();
            err.println("‼ the switch took effect, but the audit log could not be written: " + e.getMessage());
            err.flush();
        }
    }

    private int notSet(String cause) {
        PrintWriter err = spec.commandLine().getErr();
        err.println("× mode not set: " + cause);
        err.flush();
        return Outcome.NOT_SET.code;
    }

    private void print(TelemetrySettings settings, ModeSwitch.Result result, Outcome outcome) {
        PrintWriter out = spec.commandLine().getOut();
        if (json) {
            ObjectNode document = JSON.createObjectNode()
                    .put("schema", "cryptobot.mode-switch/v1")
                    .put("bot", settings.instance().value())
                    .put("previous", result.previous().label())
                    .put("mode", result.mode().label())
                    .put("acknowledged", result.acknowledged())
                    .put("drained", result.isDrained())
                    .put("in_flight", result.inFlight())
                    .put("waited_ms", result.waited().toMillis())
                    .put("exitCode", outcome.code);
            out.println(document);
        } else {
            out.println(sentence(settings.instance().value(), result, outcome));
        }
        out.flush();
    }

    private String sentence(String bot, ModeSwitch.Result result, Outcome outcome) {
        String mode = result.mode().name();
        double seconds = result.waited().toMillis() / 1000.0;
        String change = request == Request.STATUS ? bot + ": " + mode : bot + ": " + result.previous() + " → " + mode;
        return switch (outcome) {
            case PROVED ->
                "√ " + change
                        + (result.isDrained()
                                ? ", drained: the bot obeys, 0 live orders in flight, none can start"
                                : ", the bot obeys, " + result.inFlight() + " live orders in flight")
                        + String.format(Locale.ROOT, "  (%.2f s)", seconds);
            case IN_FLIGHT ->
                "× " + change + ", the bot obeys, but " + result.inFlight()
                        + " live orders are still being sent; they may reach the exchange\n"
                        + "    next: run the command again with a longer --timeout, then look the orders up at the exchange";
            case NO_BOT ->
                "‼ " + change + ", but no running bot has answered; it applies as soon as one runs\n"
                        + "    next: if the bot should be running, check CRYPTOBOT_INSTANCE and CRYPTOBOT_RUN_DIR, and that"
                        + " this is the bot's user and container";
            case NOT_SET -> throw new IllegalStateException("printed elsewhere");
        };
    }
}
