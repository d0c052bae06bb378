package io.cryptobot.trading.mode;

import io.cryptobot.trading.ExchangeClient;
import io.cryptobot.trading.OpenOrder;
import io.cryptobot.trading.OrderException;
import io.cryptobot.trading.RestartableExchangeClient;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Carries out in the bot, which has the keys, what a tool asks for. A cancellation counts when the exchange has confirmed it
 * and lists the order no more. Confined to the commands' thread.
 */
public final class LiveCommands implements BotCommands.Handler {
    private final ExchangeClient live;
    private final Optional<RestartableExchangeClient> restartable;

    /** @param restartable the client that can be replaced, where the bot has given a factory */
    public LiveCommands(ExchangeClient live, Optional<RestartableExchangeClient> restartable) {
        this.live = live;
        this.restartable = restartable;
    }

    @Override
    public BotReport handle(BotCommand command) throws OrderException, InterruptedException {
        return switch (command) {
            case OPEN_ORDERS -> list(new BotReport.Builder().add("result", "done"), live.openOrders());
            case CANCEL_ENTRIES -> cancel(false);
            case CANCEL_ALL -> cancel(true);
            case CLIENT_STATUS -> clientStatus("done");
            case RESTART_CLIENT -> {
                if (restartable.isPresent()) {
                    restartable.get().restart();
                }
                yield clientStatus("restarted");
            }
        };
    }

    private BotReport cancel(boolean all) throws OrderException {
        BotReport.Builder report = new BotReport.Builder();
        List<OpenOrder> wanted = new ArrayList<>();
        for (OpenOrder order : live.openOrders()) {
            if (all || !order.protective()) {
                wanted.add(order);
            }
        }
        List<OpenOrder> accepted = new ArrayList<>();
        for (OpenOrder order : wanted) {
            try {
                live.cancel(order.symbol(), order.clientOrderId());
                accepted.add(order);
            } catch (OrderException | RuntimeException e) {
                report.add("problem", order + ": " + e.getMessage());
            }
        }
        List<OpenOrder> left = live.openOrders();
        Set<Object> leftIds = left.stream().map(OpenOrder::clientOrderId).collect(Collectors.toSet());
        long confirmed = accepted.stream()
                .filter(order -> !leftIds.contains(order.clientOrderId()))
                .count();
        report.add("result", "done").add("cancelled", confirmed).add("unconfirmed", wanted.size() - confirmed);
        return list(report, left);
    }

    private static BotReport list(BotReport.Builder report, List<OpenOrder> open) {
        report.add("open", open.size());
        for (OpenOrder order : open) {
            report.add("order", order + (order.protective() ? " (protective)" : ""));
        }
        return report.build();
    }

    private BotReport clientStatus(String result) {
        if (restartable.isEmpty()) {
            return new BotReport.Builder()
                    .add("result", "refused")
                    .add("problem", "the bot has given the shim no factory to make another client with")
                    .build();
        }
        RestartableExchangeClient.Status status = restartable.get().status();
        return new BotReport.Builder()
                .add("result", result)
                .add("client", status.number())
                .add("since", status.since())
                .add(
                        "age_seconds",
                        Duration.between(status.since(), Instant.now()).toSeconds())
                .build();
    }
}
