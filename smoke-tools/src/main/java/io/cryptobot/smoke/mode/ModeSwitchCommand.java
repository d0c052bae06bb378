package io.cryptobot.smoke.mode;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.cryptobot.smoke.cli.DurationConverter;
import io.cryptobot.smoke.cli.Session;
import io.cryptobot.telemetry.Redactor;
import io.cryptobot.telemetry.TelemetrySettings;
import io.cryptobot.telemetry.files.InstanceName;
import io.cryptobot.telemetry.files.RunDirectory;
import io.cryptobot.trading.TradingMode;
import io.cryptobot.trading.command.Command;
import io.cryptobot.trading.command.CommandClient;
import io.cryptobot.trading.command.CommandResult;
import io.cryptobot.trading.mode.DurableMode;
import io.cryptobot.trading.mode.ModeAudit;
import io.cryptobot.trading.mode.ModeSwitch;
import io.cryptobot.trading.order.UnknownOrders;
import io.cryptobot.trading.order.UnknownOrders.UnknownOrder;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** Changes the trading mode of a bot and reports what the bot has proved, not what was asked for. */
@CommandLine.Command(
        name = "mode-switch",
        description = {
            "Switches a bot between live, paper and halt, and waits until the bot obeys and no live order is in"
                    + " flight.",
            "The bot is the one named by CRYPTOBOT_INSTANCE (default: cryptobot-desktop)."
        },
        exitCodeList = {
            "0:the bot obeys; for paper and halt also: no live order is in flight, none can start, and none is left",
            "1:nothing was changed",
            "3:the bot obeys, but live orders were still being sent at the timeout",
            "4:set, but no running bot has answered; it applies as soon as one runs",
            "5:the bot obeys and no live order can start, but unknown or open live orders remain, or cannot be listed",
            "6:the bot obeys, but the mode is not stored on the disk and may be live again after a reboot",
            "70:nothing ran: a fault in this tool or in its installation"
        })
public final class ModeSwitchCommand implements Callable<Integer> {
    private static final int SHOWN_UNKNOWN = 5;
    private static final Duration DEFAULT_COOLDOWN = Duration.ofSeconds(60);
    /** Even where draining took all of the time, the person wants to know what is open. */
    private static final Duration MIN_ANSWER_TIME = Duration.ofSeconds(2);

    /** What this command tells the script that called it. */
    private enum Outcome {
        /** The bot obeys; for paper and halt: no live order can start any more. */
        PROVED(0),
        /** Nothing was changed. */
        NOT_SET(1),
        /** Set and obeyed, but live orders were still being sent when the timeout ended. */
        IN_FLIGHT(3),
        /** Set, but no running bot has answered; it applies as soon as one runs. */
        NO_BOT(4),
        /** Obeyed and drained, but live orders may still be filled at the exchange. */
        ORDERS_REMAIN(5),
        /** Obeyed and drained, but the disk still says live. */
        NOT_STORED(6);

        private final int code;

        Outcome(int code) {
            this.code = code;
        }
    }

    /** What the bot does with live orders that rest at the exchange. */
    private enum OpenOrders {
        KEEP(Command.OPEN_ORDERS),
        CANCEL_ENTRIES(Command.CANCEL_ENTRIES),
        CANCEL_ALL(Command.CANCEL_ALL);

        private final Command command;

        OpenOrders(Command command) {
            this.command = command;
        }

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }
    }

    /** So that the words have hyphens. */
    static final class OpenOrdersConverter implements ITypeConverter<OpenOrders> {
        @Override
        public OpenOrders convert(String value) {
            return Arrays.stream(OpenOrders.values())
                    .filter(each -> each.toString().equals(value))
                    .findFirst()
                    .orElseThrow(() -> new TypeConversionException(
                            "expected one of " + Arrays.toString(OpenOrders.values()) + " but was '" + value + "'"));
        }
    }

    /** What can be asked for. */
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
                "paper: orders go to the paper exchange; nothing stands in the way.",
                "halt: no orders at all; nothing stands in the way.",
                "status: change nothing, show the mode."
            })
    private Request request = Request.STATUS;

    @Option(names = "--reason", description = "Why, for the audit log; needed for live.")
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
            converter = OpenOrdersConverter.class,
            defaultValue = "keep",
            description = {
                "What the bot does with live orders that rest at the exchange, when it leaves live:",
                "keep: list them (default). cancel-entries: all but protective ones. cancel-all: all."
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
        TelemetrySettings settings;
        try {
            // not the other settings: one of them that is wrong must not stand in the way to paper
            settings = new TelemetrySettings(
                    InstanceName.from(session.environment()), RunDirectory.from(session.environment()));
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
            Path state = session.home().stateDirectory();
            return run(new ModeSwitch(controlFile, new DurableMode(state, settings.instance())), settings);
        } catch (ModeSwitch.ConflictException e) {
            return notSet(e.getMessage() + "; look with --mode=status");
        } catch (IOException e) {
            return notSet(e.getMessage()
                    + "; check CRYPTOBOT_RUN_DIR and CRYPTOBOT_STATE_DIR and run this as the bot's user");
        }
    }

    private void checkLive(TelemetrySettings settings) {
        String bot = settings.instance().value();
        if (reason == null || reason.isBlank()) {
            throw session.wrongUsage("--mode=live needs --reason=<why>, for the audit log");
        }
        if (!bot.equals(confirmation)) {
            throw session.wrongUsage("--mode=live trades with real money: confirm with --confirm=" + bot);
        }
    }

    private int run(ModeSwitch modeSwitch, TelemetrySettings settings) throws IOException, InterruptedException {
        long deadline = System.nanoTime() + timeout.toNanos();
        if (request == Request.STATUS) {
            ModeSwitch.Result status = modeSwitch.status();
            return report(settings, status, ask(settings, status, Command.OPEN_ORDERS, deadline));
        }
        TradingMode mode = TradingMode.valueOf(request.name());
        ModeAudit audit = new ModeAudit(session.home().stateDirectory(), settings.instance());
        String why = reason == null ? "" : reason;
        ModeSwitch.Result result;
        if (mode == TradingMode.LIVE) {
            modeSwitch.requireLiveAllowed(cooldown());
            try {
                audit.append(ModeAudit.Event.INTENT, mode, why, ""); // on disk before it takes effect
            } catch (IOException e) {
                return notSet("the audit log cannot be written: " + e.getMessage()
                        + "; check CRYPTOBOT_STATE_DIR and run this as the bot's user");
            }
            try {
                result = modeSwitch.change(mode, timeout);
            } catch (IOException e) {
                appendAfterwards(audit, ModeAudit.Event.NOT_SET, mode, why, String.valueOf(e.getMessage()));
                throw e;
            }
        } else {
            result = modeSwitch.change(mode, timeout);
        }
        Optional<CommandResult> open = ask(settings, result, openOrders.command, deadline);
        Outcome outcome = outcome(result, open);
        appendAfterwards(audit, ModeAudit.Event.OUTCOME, mode, why, detail(result, open, outcome));
        return report(settings, result, open);
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

    /** Asks the bot for the live orders at the exchange, or to cancel them, once no further one can start. */
    private Optional<CommandResult> ask(
            TelemetrySettings settings, ModeSwitch.Result result, Command command, long deadline)
            throws IOException, InterruptedException {
        if (!result.acknowledged() || result.mode() == TradingMode.LIVE) {
            return Optional.empty();
        }
        Path controlFile = settings.runDirectory().controlFile(settings.instance());
        Duration left = Duration.ofNanos(deadline - System.nanoTime());
        return new CommandClient(controlFile, settings.instance())
                .ask(command, left.compareTo(MIN_ANSWER_TIME) < 0 ? MIN_ANSWER_TIME : left);
    }

    private static Outcome outcome(ModeSwitch.Result result, Optional<CommandResult> open) {
        if (!result.acknowledged()) {
            return Outcome.NO_BOT;
        }
        if (result.mode() == TradingMode.LIVE) {
            return Outcome.PROVED;
        }
        if (result.inFlight() > 0) {
            return Outcome.IN_FLIGHT;
        }
        boolean none = open.isPresent() && isListed(open.get()) && open.get().number("open") == 0;
        if (result.unknown() > 0 || !none) {
            return Outcome.ORDERS_REMAIN;
        }
        return result.stored() ? Outcome.PROVED : Outcome.NOT_STORED;
    }

    private static boolean isListed(CommandResult report) {
        return report.first("open").isPresent();
    }

    private static String detail(ModeSwitch.Result result, Optional<CommandResult> open, Outcome outcome) {
        return "exit code " + outcome.code + ", from " + result.previous().label() + ", acknowledged "
                + result.acknowledged() + ", in flight " + result.inFlight() + ", unknown " + result.unknown() + ", "
                + openSentence(open);
    }

    private static String openSentence(Optional<CommandResult> open) {
        if (open.isEmpty()) {
            return "open live orders were not listed";
        }
        CommandResult report = open.get();
        if (!isListed(report)) {
            return "open live orders could not be listed: "
                    + report.first("problem").orElse("no reason given");
        }
        String cancelled = report.first("cancelled")
                .map(count -> ", " + count + " cancelled for certain"
                        + (report.number("unconfirmed") == 0
                                ? ""
                                : ", " + report.number("unconfirmed") + " asked to be cancelled but not confirmed"))
                .orElse("");
        return report.number("open") + " open live orders" + cancelled;
    }

    private void appendAfterwards(ModeAudit audit, ModeAudit.Event event, TradingMode mode, String why, String detail) {
        try {
            audit.append(event, mode, why, detail);
        } catch (IOException e) {
            PrintWriter err = session.err();
            err.println("‼ the switch took effect, but the audit log could not be written: " + e.getMessage());
            err.flush();
        }
    }

    private int notSet(String cause) {
        PrintWriter err = session.err();
        err.println("× mode not set: " + Redactor.redact(cause));
        err.flush();
        return Outcome.NOT_SET.code;
    }

    private int report(TelemetrySettings settings, ModeSwitch.Result result, Optional<CommandResult> open) {
        Outcome outcome = outcome(result, open);
        PrintWriter out = session.out();
        String bot = settings.instance().value();
        List<UnknownOrder> unknown = UnknownOrders.open(session.home().stateDirectory(), settings.instance())
                .orders();
        out.println(
                json
                        ? document(bot, result, open, unknown, outcome)
                        : sentence(bot, result, open, outcome) + firstOf(unknown));
        out.flush();
        return outcome.code;
    }

    private static ObjectNode document(
            String bot,
            ModeSwitch.Result result,
            Optional<CommandResult> open,
            List<UnknownOrder> unknown,
            Outcome outcome) {
        ObjectNode document = JsonNodeFactory.instance
                .objectNode()
                .put("schema", "cryptobot.mode-switch/v1")
                .put("bot", bot)
                .put("previous", result.previous().label())
                .put("mode", result.mode().label())
                .put("acknowledged", result.acknowledged())
                .put("drained", result.isDrained())
                .put("in_flight", result.inFlight())
                .put("unknown", result.unknown())
                .put("stored", result.stored())
                .put("waited_ms", result.waited().toMillis())
                .put("exitCode", outcome.code);
        ArrayNode pending = document.putArray("pending");
        result.pending()
                .forEach(order -> pending.addObject()
                        .put("client_order_id", order.clientOrderId())
                        .put("symbol", order.symbol())
                        .put("age_ms", order.age().toMillis()));
        ArrayNode unknownOrders = document.putArray("unknown_orders");
        unknown.forEach(order -> unknownOrders
                .addObject()
                .put("client_order_id", order.id().value())
                .put("symbol", order.symbol())
                .put("since", order.since().toString()));
        open.filter(ModeSwitchCommand::isListed).ifPresent(report -> {
            document.put("open", report.number("open"));
            ArrayNode orders = document.putArray("open_orders");
            report.all("order").forEach(orders::add);
            report.first("cancelled")
                    .ifPresent(unused -> document.put("cancelled", report.number("cancelled"))
                            .put("unconfirmed", report.number("unconfirmed")));
        });
        return document;
    }

    private String sentence(String bot, ModeSwitch.Result result, Optional<CommandResult> open, Outcome outcome) {
        String mode = result.mode().name();
        String seconds =
                String.format(Locale.ROOT, "  (%.2f s)", result.waited().toMillis() / 1000.0);
        String change = request == Request.STATUS ? bot + ": " + mode : bot + ": " + result.previous() + " → " + mode;
        String drained = change + ", drained: the bot obeys, 0 live orders in flight, none can start" + seconds;
        return switch (outcome) {
            case PROVED ->
                result.mode() == TradingMode.LIVE
                        ? "√ " + change + ", the bot obeys, " + result.inFlight() + " live orders in flight, "
                                + result.unknown() + " unknown" + seconds
                        : "√ " + drained + "\n√ " + atTheExchange(result, open);
            case ORDERS_REMAIN ->
                "√ " + drained + "\n‼ " + atTheExchange(result, open)
                        + lines(open.map(report -> report.all("order")).orElse(List.of()), order -> order)
                        + lines(open.map(report -> report.all("problem")).orElse(List.of()), problem -> problem)
                        + "\n    next: look at the exchange; to cancel them: --open-orders=cancel-all";
            case NOT_STORED ->
                "√ " + drained + "\n‼ the disk still says live: after a reboot the bot may be live again"
                        + "\n    next: check CRYPTOBOT_STATE_DIR, its space and its owner, and run the command again";
            case IN_FLIGHT ->
                "× " + change + ", the bot obeys, but " + result.inFlight()
                        + " live orders are still being sent; they may reach the exchange"
                        + lines(
                                result.pending(),
                                order -> String.format(
                                        Locale.ROOT,
                                        "%s %s, sent %.1f s ago",
                                        order.clientOrderId(),
                                        order.symbol(),
                                        order.age().toMillis() / 1000.0))
                        + "\n"
                        + "    next: run the command again with a longer --timeout, then look the orders up at the"
                        + " exchange";
            case NO_BOT ->
                "‼ " + change + ", but no running bot has answered; it applies as soon as one runs\n"
                        + (result.inFlight() == 0 ? "" : leftInFlight(result))
                        + "    next: if the bot should be running, check CRYPTOBOT_INSTANCE and CRYPTOBOT_RUN_DIR, and"
                        + " that this is the bot's user and container";
            case NOT_SET -> throw new IllegalStateException("printed elsewhere");
        };
    }

    private static String atTheExchange(ModeSwitch.Result result, Optional<CommandResult> open) {
        return "at the exchange: " + openSentence(open) + ", " + result.unknown() + " with an unknown outcome";
    }

    private static String leftInFlight(ModeSwitch.Result result) {
        return "‼ " + result.inFlight()
                + " live orders were in flight when the bot was last seen; its next run looks them up"
                + lines(result.pending(), order -> order.clientOrderId() + " " + order.symbol()) + "\n";
    }

    /** In an outage there are hundreds: the oldest ones stand for them, so that what is said above stays in sight. */
    private static String firstOf(List<UnknownOrder> unknown) {
        List<UnknownOrder> first = unknown.stream()
                .sorted(Comparator.comparing(UnknownOrder::since))
                .limit(SHOWN_UNKNOWN)
                .toList();
        int more = unknown.size() - first.size();
        return lines(first, order -> "unknown: " + order.id() + " " + order.symbol() + ", since " + order.since())
                + (more == 0 ? "" : "\n    … and " + more + " more: cryptobot unknown-orders list");
    }

    private static <T> String lines(List<T> things, Function<T, String> line) {
        return things.stream().map(thing -> "\n    " + line.apply(thing)).collect(Collectors.joining());
    }
}
