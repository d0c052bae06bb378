package io.cryptobot.trading.command;

import io.cryptobot.telemetry.Internal;
import io.cryptobot.trading.ClientOrderId;
import io.cryptobot.trading.ExchangeClient;
import io.cryptobot.trading.FailureReason;
import io.cryptobot.trading.OpenOrder;
import io.cryptobot.trading.OrderException;
import io.cryptobot.trading.order.OrderReconciler;
import io.cryptobot.trading.order.OrderReconciler.Resolution;
import io.cryptobot.trading.order.RestartableExchangeClient;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Runs commands inside the bot, because only the bot has the exchange's keys. A cancellation counts as done if the
 * exchange has confirmed it and no longer lists the order. Calls to the exchange run on separate threads. The wait ends
 * if no call has ended for 3 seconds, so a call that hangs delays neither the other calls nor the next command for
 * long. Confined to one thread.
 */
@Internal
public final class CommandHandler {
    /** The wait ends if no call has ended for this time. */
    private static final Duration CALL_TIMEOUT = Duration.ofSeconds(3);

    private static final int CONCURRENT_CALLS = 4;

    private final ExchangeClient live;
    private final Optional<RestartableExchangeClient> restartable;
    private final OrderReconciler reconciler;
    private final Duration callTimeout;

    /** @param restartable the client that can be restarted; empty if the bot has no factory for exchange clients */
    public CommandHandler(
            ExchangeClient live, Optional<RestartableExchangeClient> restartable, OrderReconciler reconciler) {
        this(live, restartable, reconciler, CALL_TIMEOUT);
    }

    CommandHandler(
            ExchangeClient live,
            Optional<RestartableExchangeClient> restartable,
            OrderReconciler reconciler,
            Duration callTimeout) {
        this.live = live;
        this.restartable = restartable;
        this.reconciler = reconciler;
        this.callTimeout = callTimeout;
    }

    public CommandResult handle(Command command, CommandResult argument) throws OrderException, InterruptedException {
        return switch (command) {
            case OPEN_ORDERS -> list(new CommandResult.Builder().add("result", "done"), openOrders());
            case CANCEL_ENTRIES -> cancel(order -> !order.reduceOnly());
            case CANCEL_ALL -> cancel(order -> true);
            case CLIENT_STATUS -> clientStatus("done");
            case RESOLVE_UNKNOWN -> resolve(argument);
            case RESTART_CLIENT -> {
                if (restartable.isPresent()) {
                    restartable.get().restart();
                }
                yield clientStatus("restarted");
            }
        };
    }

    private List<OpenOrder> openOrders() throws OrderException, InterruptedException {
        AtomicReference<List<OpenOrder>> answer = new AtomicReference<>();
        Map<String, String> problem = run(Map.of("the list", () -> answer.set(live.openOrders())));
        List<OpenOrder> open = answer.get();
        if (open == null || !problem.isEmpty()) {
            throw new OrderException(FailureReason.UNKNOWN, problem.getOrDefault("the list", "no list"));
        }
        return open;
    }

    private CommandResult cancel(Predicate<OpenOrder> filter) throws OrderException, InterruptedException {
        Map<OpenOrder, Call> wanted = new LinkedHashMap<>();
        for (OpenOrder order : openOrders()) {
            if (filter.test(order)) {
                wanted.put(order, () -> live.cancel(order.symbol(), order.clientOrderId()));
            }
        }
        Map<OpenOrder, String> problems = run(wanted);
        CommandResult.Builder result = new CommandResult.Builder();
        problems.forEach((order, problem) -> result.add("problem", order + ": " + problem));
        List<OpenOrder> left;
        try {
            left = openOrders();
        } catch (OrderException e) { // the cancellations were sent, but their effect is unknown
            return result.add("result", "failed")
                    .add("problem", String.valueOf(e.getMessage()))
                    .add("cancelled", 0)
                    .add("unconfirmed", wanted.size())
                    .build();
        }
        Set<ClientOrderId> leftIds = left.stream().map(OpenOrder::clientOrderId).collect(Collectors.toSet());
        long confirmed = wanted.keySet().stream()
                .filter(order -> !problems.containsKey(order) && !leftIds.contains(order.clientOrderId()))
                .count();
        result.add("result", "done").add("cancelled", confirmed).add("unconfirmed", wanted.size() - confirmed);
        return list(result, left);
    }

    private interface Call {
        void run() throws OrderException;
    }

    /** A call that has ended. */
    private record Ended<K>(K key, @Nullable String problem) {}

    /** {@return the problem of each call that failed} Runs all calls. */
    private <K> Map<K, String> run(Map<K, Call> calls) throws InterruptedException {
        Map<K, String> problems = new LinkedHashMap<>();
        calls.keySet()
                .forEach(key -> problems.put(key, "not confirmed: no answer in " + callTimeout.toMillis() + " ms"));
        ExecutorService threads = Executors.newFixedThreadPool(CONCURRENT_CALLS, CommandHandler::daemon);
        try {
            BlockingQueue<Ended<K>> ended = new LinkedBlockingQueue<>();
            calls.forEach((key, call) -> threads.execute(() -> ended.add(new Ended<>(key, problem(call)))));
            for (int count = 0; count < calls.size(); count++) {
                Ended<K> next = ended.poll(callTimeout.toNanos(), TimeUnit.NANOSECONDS);
                if (next == null) {
                    break;
                }
                if (next.problem() == null) {
                    problems.remove(next.key());
                } else {
                    problems.put(next.key(), next.problem());
                }
            }
        } finally {
            threads.shutdownNow();
        }
        return problems;
    }

    private static @Nullable String problem(Call call) {
        try {
            call.run();
            return null;
        } catch (Throwable e) { // the client is not our code and may throw anything
            return e.getMessage() == null ? e.toString() : e.getMessage();
        }
    }

    private static Thread daemon(Runnable task) {
        Thread thread = new Thread(task, "cryptobot-command-call");
        thread.setDaemon(true);
        return thread;
    }

    private static CommandResult list(CommandResult.Builder result, List<OpenOrder> open) {
        result.add("open", open.size());
        for (OpenOrder order : open) {
            result.add("order", order + (order.reduceOnly() ? " (reduce-only)" : ""));
        }
        return result.build();
    }

    private CommandResult resolve(CommandResult argument) {
        Optional<ClientOrderId> id = argument.first("id").map(ClientOrderId::new);
        Resolution resolution =
                Resolution.valueOf(argument.first("outcome").orElse("").toUpperCase(Locale.ROOT));
        if (reconciler.resolveByHand(id, resolution)) {
            return new CommandResult.Builder().add("result", "resolved").build();
        }
        return CommandResult.problem(
                "refused",
                id.map(each -> "order " + each + " is not in the list of unknown orders")
                        .orElse("there is no unknown order without a name"));
    }

    private CommandResult clientStatus(String result) {
        if (restartable.isEmpty()) {
            return CommandResult.problem("refused", "the bot has no factory for exchange clients");
        }
        RestartableExchangeClient.Status status = restartable.get().status();
        return new CommandResult.Builder()
                .add("result", result)
                .add("client", status.number())
                .add("since", status.since())
                .add(
                        "age_seconds",
                        Duration.between(status.since(), Instant.now()).toSeconds())
                .build();
    }
}
