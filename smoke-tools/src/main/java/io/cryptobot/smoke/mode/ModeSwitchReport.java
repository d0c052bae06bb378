package io.cryptobot.smoke.mode;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.cryptobot.smoke.cli.ExitCode;
import io.cryptobot.telemetry.files.InstanceName;
import io.cryptobot.trading.TradingMode;
import io.cryptobot.trading.command.CommandResult;
import io.cryptobot.trading.mode.ModeSwitch;
import io.cryptobot.trading.order.UnknownOrders.UnknownOrder;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * The acknowledged mode of a bot: as text for a person, as JSON for a script, as detail for the audit log. Immutable.
 *
 * @param open the bot's answer about live orders at the exchange; empty if there was no query or no answer
 */
record ModeSwitchReport(InstanceName bot, Kind kind, ModeSwitch.Result result, Optional<CommandResult> open) {
    private static final int SHOWN_UNKNOWN = 5;

    /** The requested change. */
    enum Kind {
        SWITCH,
        STATUS
    }

    /** The result. */
    private enum Verdict {
        /** The bot obeys; for paper and halt: no live order can start any more. */
        PROVED(ExitCode.PASS),
        /** Set and obeyed, but live orders were still being sent when the timeout ended. */
        IN_FLIGHT(ExitCode.ORDERS_IN_FLIGHT),
        /** Set, but no running bot has answered; it applies as soon as one runs. */
        NO_BOT(ExitCode.TIMEOUT),
        /** Obeyed and drained, but live orders may still be filled at the exchange. */
        ORDERS_REMAIN(ExitCode.NOT_VERIFIABLE),
        /** Obeyed and drained, but the disk still says live. */
        NOT_STORED(ExitCode.NOT_STORED);

        private final ExitCode exitCode;

        Verdict(ExitCode exitCode) {
            this.exitCode = exitCode;
        }
    }

    private Verdict verdict() {
        if (!result.acknowledged()) {
            return Verdict.NO_BOT;
        }
        if (result.mode() == TradingMode.LIVE) {
            return Verdict.PROVED;
        }
        if (result.inFlight() > 0) {
            return Verdict.IN_FLIGHT;
        }
        boolean none = listed().map(orders -> orders.number("open") == 0).orElse(false);
        if (result.unknown() > 0 || !none) {
            return Verdict.ORDERS_REMAIN;
        }
        return result.stored() ? Verdict.PROVED : Verdict.NOT_STORED;
    }

    ExitCode exitCode() {
        return verdict().exitCode;
    }

    /** {@return the bot's answer, if it could list its orders} */
    private Optional<CommandResult> listed() {
        return open.filter(orders -> orders.first("open").isPresent());
    }

    String auditDetail() {
        return "exit code " + exitCode().code() + ", from " + result.previous().label() + ", acknowledged "
                + result.acknowledged() + ", in flight " + result.inFlight() + ", unknown " + result.unknown() + ", "
                + openOrders();
    }

    private String openOrders() {
        if (open.isEmpty()) {
            return "open live orders were not listed";
        }
        CommandResult orders = open.get();
        if (listed().isEmpty()) {
            return "open live orders could not be listed: "
                    + orders.first("problem").orElse("no reason given");
        }
        String cancelled = orders.first("cancelled")
                .map(count -> ", " + count + " cancelled (confirmed)"
                        + (orders.number("unconfirmed") == 0
                                ? ""
                                : ", " + orders.number("unconfirmed") + " asked to be cancelled but not confirmed"))
                .orElse("");
        return orders.number("open") + " open live orders" + cancelled;
    }

    ObjectNode json(List<UnknownOrder> unknown) {
        ObjectNode document = JsonNodeFactory.instance
                .objectNode()
                .put("schema", "cryptobot.mode-switch/v1")
                .put("bot", bot.value())
                .put("previous", result.previous().label())
                .put("mode", result.mode().label())
                .put("acknowledged", result.acknowledged())
                .put("drained", result.isDrained())
                .put("in_flight", result.inFlight())
                .put("unknown", result.unknown())
                .put("stored", result.stored())
                .put("waited_ms", result.waited().toMillis())
                .put("exitCode", exitCode().code());
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
        listed().ifPresent(orders -> {
            document.put("open", orders.number("open"));
            orders.all("order").forEach(document.putArray("open_orders")::add);
            orders.first("cancelled")
                    .ifPresent(unused -> document.put("cancelled", orders.number("cancelled"))
                            .put("unconfirmed", orders.number("unconfirmed")));
        });
        return document;
    }

    String text(List<UnknownOrder> unknown) {
        return text() + oldest(unknown);
    }

    private String text() {
        TradingMode mode = result.mode();
        String seconds =
                String.format(Locale.ROOT, "  (%.2f s)", result.waited().toMillis() / 1000.0);
        String change = bot + ": " + (kind == Kind.STATUS ? "" : result.previous() + " → ") + mode;
        String drained = change + ", drained: the bot obeys, 0 live orders in flight, none can start" + seconds;
        return switch (verdict()) {
            case PROVED ->
                mode == TradingMode.LIVE
                        ? "√ " + change + ", the bot obeys, " + result.inFlight() + " live orders in flight, "
                                + result.unknown() + " unknown" + seconds
                        : "√ " + drained + "\n√ " + atTheExchange();
            case ORDERS_REMAIN ->
                "√ " + drained + "\n‼ " + atTheExchange() + answered("order") + answered("problem")
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
                        + (result.inFlight() == 0 ? "" : leftInFlight())
                        + "    next: if the bot should be running, check CRYPTOBOT_INSTANCE and CRYPTOBOT_RUN_DIR, and"
                        + " that this is the bot's user and container";
        };
    }

    private String atTheExchange() {
        return "at the exchange: " + openOrders() + ", " + result.unknown() + " with an unknown outcome";
    }

    private String answered(String name) {
        return lines(open.map(orders -> orders.all(name)).orElse(List.of()), line -> line);
    }

    private String leftInFlight() {
        return "‼ " + result.inFlight()
                + " live orders were in flight when the bot was last seen; its next run reconciles them"
                + lines(result.pending(), order -> order.clientOrderId() + " " + order.symbol()) + "\n";
    }

    /** In an outage there can be hundreds of orders. Only the oldest are printed, so that the result above stays visible. */
    private static String oldest(List<UnknownOrder> unknown) {
        List<UnknownOrder> oldest = unknown.stream()
                .sorted(Comparator.comparing(UnknownOrder::since))
                .limit(SHOWN_UNKNOWN)
                .toList();
        int more = unknown.size() - oldest.size();
        return lines(oldest, order -> "unknown: " + order.id() + " " + order.symbol() + ", since " + order.since())
                + (more == 0 ? "" : "\n    … and " + more + " more: cryptobot unknown-orders list");
    }

    private static <T> String lines(List<T> things, Function<T, String> line) {
        return things.stream().map(thing -> "\n    " + line.apply(thing)).collect(Collectors.joining());
    }
}
