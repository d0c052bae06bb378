package io.cryptobot.trading;

import static io.cryptobot.testing.Await.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.cryptobot.telemetry.MetricCatalog;
import io.cryptobot.trading.command.Command;
import io.cryptobot.trading.command.CommandClient;
import io.cryptobot.trading.command.CommandResult;
import io.cryptobot.trading.mode.ModeSwitch;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tests commands of a tool to a running bot. */
class CommandsIT {
    private ScriptedBot bot;
    private ScriptedExchange exchange;

    @BeforeEach
    void open(@TempDir Path directory) throws Exception {
        bot = new ScriptedBot(directory);
        exchange = bot.exchange;
        bot.open(bot.threads());
        bot.switchTo(TradingMode.LIVE);
    }

    @AfterEach
    void close() {
        bot.close();
    }

    @Test
    void aPersonSaysWhatBecameOfAnOrderOfWhichTheExchangeDoesNot() throws Exception {
        exchange.queryFailure = new OrderException(FailureReason.UNSUPPORTED, "this client cannot list fills");
        List<OrderRequest> orders = List.of(bot.order(), bot.order(), bot.order());
        for (OrderRequest each : orders) {
            bot.place(each, OrderStatus.FILLED, ScriptedBot.TIMEOUT);
        }
        List<String> outcomes = List.of("filled", "cancelled", "absent");
        for (int index = 0; index < 3; index++) {
            CommandResult argument = argument(orders.get(index).clientOrderId().value(), outcomes.get(index));
            assertThat(askWith(argument).first("result")).contains("resolved");
            assertThat(askWith(argument).first("problem"))
                    .hasValueSatisfying(
                            problem -> assertThat(problem).endsWith(" is not in the list of unknown orders"));
            assertThat(bot.resolved(outcomes.get(index))).isEqualTo(1);
            assertThat(bot.fates()).isEqualTo(bot.live(MetricCatalog.ORDERS_SUBMITTED));
        }
        assertThat(bot.shim().unknownOrders()).isZero();
        assertThat(askWith(argument("x", "vanished")).first("result")).contains("failed");
        assertThat(askWith(argument("x", "open")).first("result")).contains("failed");
        assertThat(bot.directory.resolve("bot.control.argument")).doesNotExist();
    }

    private static CommandResult argument(String id, String outcome) {
        return new CommandResult.Builder().add("id", id).add("outcome", outcome).build();
    }

    private CommandResult askWith(CommandResult argument) throws Exception {
        return new CommandClient(bot.controlFile(), ScriptedBot.NAME)
                .ask(Command.RESOLVE_UNKNOWN, argument, Duration.ofSeconds(10))
                .orElseThrow();
    }

    private CommandResult ask(Command command) throws Exception {
        return new CommandClient(bot.controlFile(), ScriptedBot.NAME)
                .ask(command, Duration.ofSeconds(10))
                .orElseThrow();
    }

    @Test
    void theBotCancelsAndOnlyConfirmedResultsCount() throws Exception {
        exchange.open.add(new ClientOrderId("a1"));
        exchange.open.add(new ClientOrderId("stop1"));
        CommandResult entries = ask(Command.CANCEL_ENTRIES);
        assertThat(entries.number("cancelled")).isEqualTo(1);
        assertThat(entries.number("open")).isEqualTo(1);
        assertThat(entries.all("order")).containsExactly("stop1 XRPETH (reduce-only)");
        assertThat(ask(Command.CANCEL_ALL).number("open")).isZero();
        exchange.queryFailure = new OrderException(FailureReason.UNKNOWN, "HTTP 503\nsorry");
        CommandResult failed = ask(Command.OPEN_ORDERS);
        assertThat(failed.first("open")).isEmpty();
        assertThat(failed.first("problem")).contains("HTTP 503 sorry");
    }

    @Test
    void aCancellationThatHangsIsNotConfirmedAndKeepsNothingElseWaiting() throws Exception {
        CountDownLatch never = new CountDownLatch(1);
        CountDownLatch hangs = new CountDownLatch(1);
        exchange.whileCancelling = id -> {
            if (id.value().equals("a0")) {
                hangs.countDown();
                awaitUninterruptibly(never);
            }
        };
        for (int order = 0; order < 10; order++) {
            exchange.open.add(new ClientOrderId("a" + order));
        }
        CompletableFuture<CommandResult> cancel = CompletableFuture.supplyAsync(() -> askUnchecked(Command.CANCEL_ALL));
        hangs.await();
        ModeSwitch.Result halt = bot.modeSwitch().change(TradingMode.HALT, Duration.ofSeconds(5));
        assertThat(halt.isDrained()).isTrue();
        assertThat(cancel).as("the switch was not behind it").isNotDone();
        assertThat(ask(Command.CLIENT_STATUS).number("client")).isEqualTo(1);
        assertThat(ask(Command.RESTART_CLIENT).number("client")).isEqualTo(2);
        assertThat(exchange.closed).as("the old client is still in a call").isFalse();
        CommandResult report = cancel.get();
        assertThat(report.number("cancelled")).isEqualTo(9);
        assertThat(report.number("unconfirmed")).isEqualTo(1);
        assertThat(report.all("order")).containsExactly("a0 XRPETH");
        assertThat(report.first("problem")).contains("a0 XRPETH: not confirmed: no answer in 3000 ms");
        never.countDown();
        await("the old client is closed", () -> exchange.closed);
    }

    /** Hangs like a socket. */
    private static void awaitUninterruptibly(CountDownLatch latch) {
        while (latch.getCount() > 0) {
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(5));
        }
    }

    private CommandResult askUnchecked(Command command) {
        try {
            return ask(command);
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void anotherClientTakesTheOldOnesPlaceAndAFailingOneDoesNot() throws Exception {
        bot.factoryFailure = new OrderException(FailureReason.NOT_SENT, "HTTP 503");
        assertThat(ask(Command.RESTART_CLIENT).first("problem")).contains("HTTP 503");
        assertThat(exchange.closed).isFalse();
        ExchangeClient held = bot.shim().exchange();
        held.place(bot.order());
        bot.factoryFailure = null;
        CommandResult report = ask(Command.RESTART_CLIENT);
        assertThat(report.number("client")).isEqualTo(2);
        assertThat(exchange.closed).isTrue();
        held.place(bot.order());
        assertThat(exchange.placed).hasSize(1);
        assertThat(bot.made.get(1).placed).hasSize(1);
    }
}
