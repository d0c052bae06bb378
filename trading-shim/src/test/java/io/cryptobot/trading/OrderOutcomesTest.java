package io.cryptobot.trading;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.cryptobot.telemetry.MetricCatalog;
import io.cryptobot.telemetry.OrderMetrics;
import io.cryptobot.telemetry.OrderMode;
import io.cryptobot.telemetry.Telemetry;
import io.cryptobot.telemetry.TelemetrySettings;
import io.cryptobot.telemetry.files.CryptobotHome;
import io.cryptobot.telemetry.files.InstanceName;
import io.cryptobot.telemetry.files.RunDirectory;
import io.cryptobot.trading.command.Command;
import io.cryptobot.trading.command.CommandClient;
import io.cryptobot.trading.command.CommandResult;
import io.cryptobot.trading.mode.DurableMode;
import io.cryptobot.trading.mode.ModeSwitch;
import io.cryptobot.trading.order.GatedCalls;
import java.io.IOException;
import java.math.BigDecimal;
import java.net.SocketTimeoutException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What becomes of live orders, and how they are counted, until nothing more can become of them. */
class OrderOutcomesTest {
    private static final InstanceName BOT = new InstanceName("bot");
    private static final OrderException TIMEOUT = new OrderException(FailureReason.UNKNOWN, "read timed out");

    @TempDir
    Path directory;

    private final List<FakeExchange> made = new ArrayList<>();
    private final FakeExchange exchange = new FakeExchange();
    private final ClientOrderIds ids = new ClientOrderIds("t", 1_700_000_000_000L);
    private OrderException factoryFailure;
    private Telemetry telemetry;
    private TradingShim shim;

    @BeforeEach
    void open() throws Exception {
        telemetry = Telemetry.open(new TelemetrySettings(BOT, new RunDirectory(directory)));
        openShim(Duration.ofMillis(100));
        live();
    }

    private void openShim(Duration acceptWindow) throws OrderException {
        shim = TradingShim.open(
                telemetry,
                this::make,
                control(),
                home(),
                new TradingSettings(acceptWindow, Duration.ofMillis(20)),
                TradingShim.paperSettings(telemetry).build());
    }

    private ExchangeClient make() throws OrderException {
        if (factoryFailure != null) {
            throw factoryFailure;
        }
        FakeExchange client = made.isEmpty() ? exchange : new FakeExchange();
        made.add(client);
        return client;
    }

    @AfterEach
    void close() {
        shim.close();
        telemetry.close();
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void everySubmittedOrderHasExactlyOneFate(long seed) throws Exception {
        Random random = new Random(seed);
        List<ClientOrderId> resting = new ArrayList<>();
        for (int round = 0; round < 200; round++) {
            OrderRequest order = order();
            switch (random.nextInt(6)) {
                case 0 -> place(order, OrderStatus.FILLED, null);
                case 1 -> place(order, OrderStatus.CANCELLED, null); // the rest of an IOC order
                case 2 -> {
                    place(order, OrderStatus.ACCEPTED, null);
                    resting.add(order.clientOrderId());
                }
                case 3 -> place(order, OrderStatus.FILLED, new OrderException(FailureReason.REJECTED, "no"));
                case 4 -> place(order, OrderStatus.FILLED, new IllegalStateException("parse error after 2xx"));
                default -> {
                    place(order, OrderStatus.FILLED, TIMEOUT);
                    if (random.nextBoolean()) {
                        exchange.fill(order.clientOrderId());
                    } else if (random.nextBoolean()) {
                        exchange.fillPart(order.clientOrderId());
                    } else if (random.nextBoolean()) {
                        exchange.open.add(order.clientOrderId());
                    }
                }
            }
            if (!resting.isEmpty() && random.nextInt(3) == 0) {
                shim.exchange().cancel("XRPETH", resting.remove(0));
            } else if (!resting.isEmpty() && random.nextInt(3) == 0) {
                exchange.fill(resting.remove(0));
            } else if (!resting.isEmpty() && random.nextInt(3) == 0) {
                exchange.fillPart(resting.remove(0));
            }
            assertThat(fates()).as("seed %d, round %d", seed, round).isEqualTo(live(MetricCatalog.ORDERS_SUBMITTED));
        }
        assertThat(exchange.placed).as("nothing was sent twice").hasSize(200).doesNotHaveDuplicates();
    }

    /** As the class comment of the recorder says; the resolver works meanwhile, so the two sides are read as one. */
    private long fates() {
        for (int attempt = 0; ; attempt++) {
            long before = sum();
            if (before == sum() || attempt == 50) {
                return before;
            }
        }
    }

    private long sum() {
        OrderMetrics live = telemetry.orders(OrderMode.LIVE);
        long unknownEver = telemetry
                .counter(MetricCatalog.ORDERS_FAILED_BY_REASON, "fake", "live", "unknown")
                .getCount();
        return live.filled().getCount()
                + live(MetricCatalog.ORDERS_CANCELLED)
                + live.failed().getCount()
                - unknownEver
                + resolved("absent")
                + telemetry.gauge(MetricCatalog.ORDERS_OPEN, "live").getValue().longValue()
                + shim.unknownOrders();
    }

    private void place(OrderRequest order, OrderStatus status, Throwable failure) {
        exchange.status = status;
        exchange.failure = failure;
        try {
            shim.processor().process(order);
        } catch (OrderException | RuntimeException e) {
            assertThat(e).isSameAs(failure);
        }
        exchange.failure = null;
    }

    @Test
    void anUnknownOrderIsFoundFilledOpenOrAbsentAndNeverSentAgain() throws Exception {
        OrderRequest filled = order();
        OrderRequest open = order();
        OrderRequest absent = order();
        exchange.fill(filled.clientOrderId());
        exchange.open.add(open.clientOrderId());
        for (OrderRequest each : List.of(filled, open, absent)) {
            place(each, OrderStatus.FILLED, TIMEOUT);
        }
        assertThat(shim.unknownOrders()).isEqualTo(3);
        await(() -> shim.unknownOrders() == 0);
        assertThat(List.of(resolved("filled"), resolved("open"), resolved("absent")))
                .containsExactly(1L, 1L, 1L);
        assertThat(exchange.placed).hasSize(3);
    }

    @Test
    void anOrderThatGotOnlyAPartOfWhatItWantedIsCancelled() throws Exception {
        OrderRequest resting = order();
        place(resting, OrderStatus.ACCEPTED, null);
        exchange.fillPart(resting.clientOrderId());
        OrderRequest unknown = order();
        exchange.fillPart(unknown.clientOrderId());
        place(unknown, OrderStatus.FILLED, TIMEOUT);
        await(() -> live(MetricCatalog.ORDERS_CANCELLED) == 2);
        assertThat(resolved("cancelled")).isEqualTo(1);
        assertThat(telemetry.orders(OrderMode.LIVE).filled().getCount()).isZero();

        OrderRequest whole = order();
        place(whole, OrderStatus.ACCEPTED, null);
        exchange.fill(whole.clientOrderId());
        await(() -> telemetry.orders(OrderMode.LIVE).filled().getCount() == 1);
        shim.close();
        assertThat(Files.readString(home().orderLog()).lines())
                .last()
                .asString()
                .contains(whole.clientOrderId().value(), "\"outcome\":\"filled\"");
    }

    @Test
    void failedQueriesNeverMakeAnOrderAbsent() throws Exception {
        exchange.queryFailure = new OrderException(FailureReason.UNKNOWN, "HTTP 503");
        OrderRequest order = order();
        place(order, OrderStatus.FILLED, TIMEOUT);
        TimeUnit.MILLISECONDS.sleep(1_600); // the first look is due after a second, long after the accept window
        assertThat(shim.unknownOrders()).isEqualTo(1);
        assertThat(resolved("absent")).isZero();
        ModeSwitch modeSwitch = modeSwitch();
        assertThat(modeSwitch.change(TradingMode.PAPER, Duration.ofSeconds(5)).unknown())
                .isEqualTo(1);
        assertThatThrownBy(() -> modeSwitch.change(TradingMode.LIVE, Duration.ofSeconds(5)))
                .hasMessage("1 live orders have an unknown outcome; they must be found at the exchange first");
        exchange.queryFailure = null;
        exchange.fill(order.clientOrderId());
        await(() -> resolved("filled") == 1);
    }

    @Test
    void aPersonSaysWhatBecameOfAnOrderOfWhichTheExchangeDoesNot() throws Exception {
        exchange.queryFailure = new OrderException(FailureReason.UNSUPPORTED, "this client cannot list fills");
        List<OrderRequest> orders = List.of(order(), order(), order());
        for (OrderRequest each : orders) {
            place(each, OrderStatus.FILLED, TIMEOUT);
        }
        List<String> outcomes = List.of("filled", "cancelled", "absent");
        for (int index = 0; index < 3; index++) {
            CommandResult argument = argument(orders.get(index).clientOrderId().value(), outcomes.get(index));
            assertThat(askWith(argument).first("result")).contains("resolved");
            assertThat(askWith(argument).first("problem"))
                    .hasValueSatisfying(problem -> assertThat(problem).endsWith(" is not unknown"));
            assertThat(resolved(outcomes.get(index))).isEqualTo(1);
            assertThat(fates()).isEqualTo(live(MetricCatalog.ORDERS_SUBMITTED));
        }
        assertThat(shim.unknownOrders()).isZero();
        assertThat(askWith(argument("x", "vanished")).first("result")).contains("failed");
        assertThat(askWith(argument("x", "open")).first("result")).contains("failed");
        assertThat(directory.resolve("bot.control.argument")).doesNotExist();
    }

    private static CommandResult argument(String id, String outcome) {
        return new CommandResult.Builder().add("id", id).add("outcome", outcome).build();
    }

    private CommandResult askWith(CommandResult argument) throws Exception {
        return new CommandClient(control(), BOT)
                .ask(Command.RESOLVE_UNKNOWN, argument, Duration.ofSeconds(10))
                .orElseThrow();
    }

    @Test
    void unknownOrdersOutliveTheBot() throws Exception {
        exchange.queryFailure = new OrderException(FailureReason.UNKNOWN, "HTTP 503");
        OrderRequest order = order();
        place(order, OrderStatus.FILLED, TIMEOUT);
        shim.close();
        exchange.queryFailure = null;
        exchange.fill(order.clientOrderId());
        made.clear();
        openShim(Duration.ofMinutes(1));
        assertThat(shim.unknownOrders()).isEqualTo(1);
        await(() -> resolved("filled") == 1);
    }

    /** As where a service manager starts the next one before the last one has ended. */
    @Test
    void aBotThatHasWaitedForTheLastOneKnowsWhatThatDidNotKnowAtItsEnd() throws Exception {
        exchange.queryFailure = new OrderException(FailureReason.UNKNOWN, "HTTP 503");
        place(order(), OrderStatus.FILLED, TIMEOUT);
        TradingShim first = shim;
        openShim(Duration.ofMinutes(1));
        TradingShim next = shim;
        shim = first;
        place(order(), OrderStatus.FILLED, TIMEOUT);
        first.close();
        shim = next;
        await(() -> next.unknownOrders() == 2);
        assertThatThrownBy(() -> modeSwitch().change(TradingMode.LIVE, Duration.ofSeconds(5)))
                .hasMessageContaining("2 live orders have an unknown outcome");
        next.close();
        openShim(Duration.ofMinutes(1));
        assertThat(shim.unknownOrders()).isEqualTo(2);
    }

    @Test
    void whateverTheClientThrowsIsUnknownIsPassedOnAndIsCountedOut() throws Exception {
        for (Throwable thrown : List.of(
                new IOException("checked, undeclared"),
                new InterruptedException("interrupted"),
                new IllegalStateException("runtime"),
                new StackOverflowError("error"),
                new OutOfMemoryError("injected"))) {
            exchange.failure = thrown;
            assertThatThrownBy(() -> shim.processor().process(order())).isSameAs(thrown);
        }
        assertThat(telemetry.orders(OrderMode.LIVE).failed().getCount()).isEqualTo(5);
        assertThat(shim.unknownOrders()).isEqualTo(5);
        assertThat(modeSwitch().change(TradingMode.PAPER, Duration.ofSeconds(5)).inFlight())
                .isZero();
    }

    @Test
    void aBotWrapsOneLambda() throws Exception {
        GatedCalls<String> calls = calls();
        assertThat(calls.submit(order(), () -> "ok 7")).isEqualTo("ok 7");
        assertThat(telemetry.orders(OrderMode.LIVE).filled().getCount()).isEqualTo(1);
        SocketTimeoutException timeout = new SocketTimeoutException("read timed out");
        assertThatThrownBy(() -> calls.submit(order(), () -> {
                    throw timeout;
                }))
                .isSameAs(timeout);
        assertThat(shim.unknownOrders()).isEqualTo(1);
        modeSwitch().change(TradingMode.PAPER, Duration.ofSeconds(5));
        assertThat(calls.submit(order(), () -> {
                    throw new AssertionError("a live call on paper");
                }))
                .isEqualTo("paper P-1-1");
        modeSwitch().change(TradingMode.HALT, Duration.ofSeconds(5));
        assertThatThrownBy(() -> calls.submit(order(), () -> "sent")).isInstanceOf(OrderBlockedException.class);
        assertThat(telemetry.counter(MetricCatalog.ORDERS_BLOCKED, "halt").getCount())
                .isEqualTo(1);
    }

    @Test
    void aFutureIsInFlightUntilItCompletes() throws Exception {
        GatedCalls<String> calls = calls();
        CompletableFuture<String> answer = new CompletableFuture<>();
        OrderRequest order = order();
        CompletableFuture<String> given = calls.submitAsync(order, () -> answer).toCompletableFuture();
        given.cancel(true); // proves nothing
        ModeSwitch.Result paper = modeSwitch().change(TradingMode.PAPER, Duration.ofMillis(400));
        assertThat(paper.isDrained()).isFalse();
        assertThat(paper.pending()).singleElement().satisfies(pending -> {
            assertThat(pending.clientOrderId()).isEqualTo(order.clientOrderId().value());
            assertThat(pending.symbol()).isEqualTo("XRPETH");
            assertThat(pending.age()).isBetween(Duration.ofMillis(100), Duration.ofSeconds(30));
        });
        answer.complete("ok 8");
        assertThat(telemetry.orders(OrderMode.LIVE).filled().getCount()).isEqualTo(1);
        assertThat(modeSwitch().change(TradingMode.PAPER, Duration.ofSeconds(5)).isDrained())
                .isTrue();
    }

    @Test
    void aFutureThatFailsOrIsCancelledOrMissingIsUnknownUnlessItSaysOtherwise() throws Exception {
        GatedCalls<String> calls = calls();
        OrderException refused = new OrderException(FailureReason.INSUFFICIENT_FUNDS, "no money");
        fails(calls.submitAsync(order(), () -> CompletableFuture.failedFuture(new CompletionException(refused))));
        assertThat(shim.unknownOrders()).isZero();
        CompletableFuture<String> cancelled = new CompletableFuture<>();
        cancelled.cancel(true);
        fails(calls.submitAsync(order(), () -> cancelled));
        fails(calls.submitAsync(order(), () -> null));
        fails(calls.submitAsync(order(), () -> {
            throw new CancellationException("thrown at once");
        }));
        assertThat(shim.unknownOrders()).isEqualTo(3);
        assertThat(telemetry.orders(OrderMode.LIVE).failed().getCount()).isEqualTo(4);
        assertThat(modeSwitch().change(TradingMode.PAPER, Duration.ofSeconds(5)).inFlight())
                .isZero();
    }

    @Test
    void theBotCancelsAndOnlyConfirmedResultsCount() throws Exception {
        exchange.open.add(new ClientOrderId("a1"));
        exchange.open.add(new ClientOrderId("stop1"));
        CommandResult entries = ask(Command.CANCEL_ENTRIES);
        assertThat(entries.number("cancelled")).isEqualTo(1);
        assertThat(entries.number("open")).isEqualTo(1);
        assertThat(entries.all("order")).containsExactly("stop1 XRPETH (protective)");
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
        ModeSwitch.Result halt = modeSwitch().change(TradingMode.HALT, Duration.ofSeconds(5));
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
        await(() -> exchange.closed);
    }

    /** As a socket hangs. */
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
        factoryFailure = new OrderException(FailureReason.NOT_SENT, "HTTP 503");
        assertThat(ask(Command.RESTART_CLIENT).first("problem")).contains("HTTP 503");
        assertThat(exchange.closed).isFalse();
        ExchangeClient held = shim.exchange();
        held.place(order());
        factoryFailure = null;
        CommandResult report = ask(Command.RESTART_CLIENT);
        assertThat(report.number("client")).isEqualTo(2);
        assertThat(exchange.closed).isTrue();
        held.place(order());
        assertThat(exchange.placed).hasSize(1);
        assertThat(made.get(1).placed).hasSize(1);
    }

    @Test
    void theShadowComparesLiveOrdersAndTouchesNeitherAccount() throws Exception {
        place(order(), OrderStatus.FILLED, null); // without a shadow, as by default
        shim.close();
        made.clear();
        shim = TradingShim.open(
                telemetry,
                this::make,
                control(),
                home(),
                TradingSettings.DEFAULT.withShadow(),
                TradingShim.paperSettings(telemetry).build());
        place(order(), OrderStatus.FILLED, null);
        await(() -> telemetry.counter(MetricCatalog.SHADOW_ORDERS, "compared").getCount() == 1);
        // paper buys at 2 and half the spread that stands in for a book, the exchange has filled at 2
        assertThat(telemetry
                        .histogram(MetricCatalog.SHADOW_FILL_DIFFERENCE, "buy")
                        .getSnapshot()
                        .getMean())
                .isCloseTo(-10_000 * 0.001 / 2.001, within(1e-3));
        assertThat(exchange.placed).hasSize(2);
        assertThat(made.get(1).placed).isEmpty();
        assertThat(telemetry.orders(OrderMode.PAPER).submitted().getCount()).isZero();
    }

    @Test
    void theOrderLogHasEveryOutcomeInTheRunbooksWords() throws Exception {
        place(order(), OrderStatus.FILLED, null);
        place(order(), OrderStatus.FILLED, new OrderException(FailureReason.AUTH, "api_key=s3cr3ts3cr3t refused"));
        place(order(), OrderStatus.FILLED, TIMEOUT);
        await(() -> resolved("absent") == 1);
        shim.close();
        List<String> lines = Files.readAllLines(home().orderLog());
        assertThat(lines).hasSize(4);
        List<String> outcomes = new ArrayList<>();
        for (String line : lines) {
            outcomes.add(new ObjectMapper().readTree(line).path("outcome").asText());
        }
        assertThat(outcomes).containsExactly("filled", "failed", "failed", "resolved_absent");
        assertThat(lines.get(1))
                .contains("\"reason\":\"auth\"", "\"attempt\":1")
                .doesNotContain("s3cr3t");
    }

    private GatedCalls<String> calls() {
        return shim.calls(new GatedCalls.Words<>(
                answer -> answer.startsWith("ok") ? OrderStatus.FILLED : OrderStatus.REJECTED,
                ack -> "paper " + ack.exchangeOrderId()));
    }

    private static void fails(CompletionStage<String> stage) {
        assertThat(stage.toCompletableFuture()).isCompletedExceptionally();
    }

    private CommandResult ask(Command command) throws Exception {
        return new CommandClient(control(), BOT)
                .ask(command, Duration.ofSeconds(10))
                .orElseThrow();
    }

    private OrderRequest order() {
        return OrderRequest.market(ids.next(), "XRPETH", Side.BUY, BigDecimal.TEN);
    }

    private long live(MetricCatalog metric) {
        return telemetry.counter(metric, "live").getCount();
    }

    private long resolved(String outcome) {
        return telemetry.counter(MetricCatalog.ORDERS_RESOLVED, outcome).getCount();
    }

    private void live() throws Exception {
        assertThat(modeSwitch().change(TradingMode.LIVE, Duration.ofSeconds(10)).acknowledged())
                .isTrue();
    }

    private ModeSwitch modeSwitch() {
        return new ModeSwitch(control(), new DurableMode(home().stateDirectory(), BOT));
    }

    private Path control() {
        return directory.resolve("bot.control");
    }

    private CryptobotHome home() {
        return new CryptobotHome(directory, Path.of("state"));
    }

    private static void await(BooleanSupplier condition) throws InterruptedException {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).as("deadline").isLessThan(deadline);
            TimeUnit.MILLISECONDS.sleep(5);
        }
    }
}
