package io.cryptobot.trading.command;

import io.cryptobot.trading.ClientOrderId;
import io.cryptobot.trading.ExchangeClient;
import io.cryptobot.trading.FailureReason;
import io.cryptobot.trading.OpenOrder;
import io.cryptobot.trading.OrderException;
import io.cryptobot.trading.order.RestartableExchangeClient;
import io.cryptobot.trading.order.UnknownOrderResolver;
import io.cryptobot.trading.order.UnknownOrderResolver.Outcome;
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
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Carries out in the bot, which has the keys, what a tool asks for. A cancellation counts when the exchange has confirmed it
 * and lists the order no more. Calls of the exchange run on threads of their own, a few at a time, and are given up when none
 * has ended for a while: a call that hangs must keep neither the others nor the next command waiting. Confined to the
 * commands' thread.
 */
public final class LiveCommands implements BotCommands.Handler {
    /** How long to wait for the exchange without any progress. */
    private static final Duration PATIENCE = Duration.ofSeconds(3);

    private static final int CALLS_AT_A_TIME = 4;

    private final ExchangeClient live;
    private final Optional<RestartableExchangeClient> restartable;
    private final UnknownOrderResolver resolver;
    private final Duration patience;

    /** @param restartable the client that can be replaced, where the bot has given a factory */
    public LiveCommands(
            ExchangeClient live, Optional<RestartableExchangeClient> restartable, UnknownOrderResolver resolver) {
        this(live, restartable, resolver, PATIENCE);
    }

    LiveCommands(
            ExchangeClient live,
            Optional<RestartableExchangeClient> restartable,
            UnknownOrderResolver resolver,
            Duration patience) {
        this.live = live;
        this.restartable = restartable;
        this.resolver = resolver;
        this.patience = patience;
    }

    @Override
    public BotReport handle(BotCommand command, BotReport argument) throws OrderException, InterruptedException {
        return switch (command) {
            case OPEN_ORDERS -> list(new BotReport.Builder().add("result", "done"), openOrders());
            case CANCEL_ENTRIES -> cancel(false);
            case CANCEL_ALL -> cancel(true);
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
        Map<String, String> problem = inTime(Map.of("the list", () -> answer.set(live.openOrders())));
        List<OpenOrder> open = answer.get();
        if (open == null || !problem.isEmpty()) {
            throw new OrderException(FailureReason.UNKNOWN, problem.getOrDefault("the list", "no list"));
        }
        return open;
    }

    private BotReport cancel(boolean all) throws OrderException, InterruptedException {
        Map<OpenOrder, Call> wanted = new LinkedHashMap<>();
        for (OpenOrder order : openOrders()) {
            if (all || !order.protective()) {
                wanted.put(order, () -> live.cancel(order.symbol(), order.clientOrderId()));
            }
        }
        Map<OpenOrder, String> problems = inTime(wanted);
        BotReport.Builder report = new BotReport.Builder();
        problems.forEach((order, problem) -> report.add("problem", order + ": " + problem));
        List<OpenOrder> left;
        try {
            left = openOrders();
        } catch (OrderException e) { // what became of them is not known, but that they were asked for is
            return report.add("result", "failed")
                    .add("problem", String.valueOf(e.getMessage()))
                    .add("cancelled", 0)
                    .add("unconfirmed", wanted.size())
                    .build();
        }
        Set<ClientOrderId> leftIds = left.stream().map(OpenOrder::clientOrderId).collect(Collectors.toSet());
        long confirmed = wanted.keySet().stream()
                .filter(order -> !problems.containsKey(order) && !leftIds.contains(order.clientOrderId()))
                .count();
        report.add("result", "done").add("cancelled", confirmed).add("unconfirmed", wanted.size() - confirmed);
        return list(report, left);
    }

    private interface Call {
        void run() throws OrderException;
    }

    /** A call that has ended. */
    private record Ended<K>(K key, @Nullable String problem) {}

    /**
     *
     * Makes calls of the exchange.
     *
     *
     *
     * @return why they failed; calls that did not are missing
     *
     */
    private <K> Map<K, String> inTime(Map<K, Call> calls) throws InterruptedException {
        Map<K, String> problems = new LinkedHashMap<>();
        calls.keySet().forEach(key -> problems.put(key, "not confirmed: no answer in " + patience.toMillis() + " ms"));
        ExecutorService threads = Executors.newFixedThreadPool(CALLS_AT_A_TIME, LiveCommands::daemon);
        try {
            BlockingQueue<Ended<K>> ended = new LinkedBlockingQueue<>();
            calls.forEach((key, call) -> threads.execute(() -> ended.add(new Ended<>(key, problem(call)))));
            for (int count = 0; count < calls.size(); count++) {
                Ended<K> next = ended.poll(patience.toNanos(), TimeUnit.NANOSECONDS);
                if (next == null) {
                    break;
                } else if (next.problem() == null) {
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
        } catch (Throwable e) { // as the orders' calls: whatever a client throws
            return e.getMessage() == null ? e.toString() : e.getMessage();
        }
    }

    private static Thread daemon(Runnable task) {
        Thread thread = new Thread(task, "cryptobot-command-call");
        thread.setDaemon(true);
        return thread;
    }

    private static BotReport list(BotReport.Builder report, List<OpenOrder> open) {
        report.add("open", open.size());
        for (OpenOrder order : open) {
            report.add("order", order + (order.protective() ? " (protective)" : ""));
        }
        return report.build();
    }

    private BotReport resolve(BotReport argument) {
        Optional<ClientOrderId> id = argument.first("id").map(ClientOrderId::new);
        Outcome outcome = Outcome.valueOf(argument.first("outcome").orElse("").toUpperCase(Locale.ROOT));
        boolean resolved = resolver.resolveByHand(id, outcome);
        return resolved
                ? new BotReport.Builder().add("result", "resolved").build()
                : new BotReport.Builder()
                        .add("result", "refused")
                        .add(
                                "problem",
                                id.map(each -> "order " + each + " is not unknown")
                                        .orElse("no unknown order is without a name"))
                        .build();
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
