package io.cryptobot.trading;

import static io.cryptobot.testing.Await.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.cryptobot.telemetry.MetricCatalog;
import io.cryptobot.telemetry.OrderMode;
import io.cryptobot.trading.mode.ModeSwitch;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tests the shim with all its threads. */
class TradingShimIT {
    private ScriptedBot bot;

    @BeforeEach
    void create(@TempDir Path directory) {
        bot = new ScriptedBot(directory);
    }

    @AfterEach
    void close() {
        bot.close();
    }

    @Test
    void aPaperOrderThatIsFilledLaterIsCountedAndLogged() throws Exception {
        bot.open(bot.threads()
                .paper(TradingShim.paperSettings(bot.telemetry)
                        .pollInterval(Duration.ofMillis(20))
                        .build()));
        assertThat(bot.shim().processor().process(bot.limit("1.9")).status()).isEqualTo(OrderStatus.ACCEPTED);
        bot.exchange.price = BigDecimal.valueOf(1.8);
        await("the order is filled", () -> bot.orders(OrderMode.PAPER).filled().getCount() > 0);
        bot.shim().close();
        assertThat(bot.orders(OrderMode.PAPER).filled().getCount()).isEqualTo(1);
        assertThat(bot.orderLog()).hasSize(2).last().asString().contains("\"outcome\":\"filled\"");
    }

    @Test
    void countsPaperOrdersThatAreRefusedForWantOfAPrice() throws Exception {
        bot.open(bot.threads()
                .paper(TradingShim.paperSettings(bot.telemetry)
                        .staleness(Duration.ofMillis(50), Duration.ofMillis(50))
                        .build()));
        bot.exchange.failure = new OrderException(FailureReason.NOT_SENT, "HTTP 503");
        assertThatThrownBy(() -> bot.shim().processor().process(bot.order())).hasMessageContaining("stale_market_data");
        await("the order is counted", () -> stale() > 0);
        assertThat(stale()).isEqualTo(1);
    }

    private long stale() {
        return bot.telemetry.counter(MetricCatalog.PAPER_ORDERS_STALE).getCount();
    }

    @Test
    void goesOnTradingWhenTheControlFileIsGarbage() throws Exception {
        bot.open(bot.threads());
        bot.switchTo(TradingMode.LIVE);
        Files.writeString(bot.controlFile(), "garbage");
        await("the mode is paper", () -> bot.shim().mode() == TradingMode.PAPER);
        assertThat(bot.shim().processor().process(bot.order()).exchangeOrderId())
                .startsWith("P-");
        assertThat(bot.exchange.placed).isEmpty();
    }

    @Test
    void showsTheModeAsMetrics() throws Exception {
        bot.open(bot.threads());
        bot.switchTo(TradingMode.LIVE);
        assertThat(List.of(mode("live"), mode("paper"), mode("halt"))).containsExactly(1.0, 0.0, 0.0);
        assertThat(bot.telemetry.counter(MetricCatalog.MODE_CHANGES).getCount()).isEqualTo(1);
        assertThat(bot.telemetry.gauge(MetricCatalog.MODE_CHANGED_TIMESTAMP).getValue())
                .isCloseTo(System.currentTimeMillis() / 1000.0, within(60.0));
    }

    private double mode(String mode) {
        return bot.telemetry.gauge(MetricCatalog.TRADING_MODE, mode).getValue();
    }

    @Test
    void findsAnUnknownOrderByItself() throws Exception {
        bot.open(bot.threads());
        bot.switchTo(TradingMode.LIVE);
        OrderRequest order = bot.order();
        bot.exchange.fill(order.clientOrderId());
        bot.place(order, OrderStatus.FILLED, ScriptedBot.TIMEOUT);
        await("the order is found", () -> bot.resolved("filled") == 1);
        assertThat(bot.shim().unknownOrders()).isZero();
    }

    /** A service manager may start a new process before the old process has ended. */
    @Test
    void aBotThatHasWaitedForTheLastOneKnowsWhatThatDidNotKnowAtItsEnd() throws Exception {
        bot.exchange.queryFailure = new OrderException(FailureReason.UNKNOWN, "HTTP 503");
        TradingShim first = bot.open(bot.threads());
        bot.switchTo(TradingMode.LIVE);
        bot.place(bot.order(), OrderStatus.FILLED, ScriptedBot.TIMEOUT);
        TradingShim next = bot.threads().open(bot.exchange);
        bot.place(bot.order(), OrderStatus.FILLED, ScriptedBot.TIMEOUT);
        first.close();
        await("the next bot knows both orders", () -> next.unknownOrders() == 2);
        assertThatThrownBy(() -> bot.modeSwitch().change(TradingMode.LIVE, Duration.ofSeconds(5)))
                .hasMessageContaining("2 live orders have an unknown outcome");
        next.close();
        bot.open(bot.threads());
        assertThat(bot.shim().unknownOrders()).isEqualTo(2);
    }

    @Test
    void aFutureIsInFlightUntilItCompletes() throws Exception {
        bot.open(bot.threads());
        bot.switchTo(TradingMode.LIVE);
        CompletableFuture<String> answer = new CompletableFuture<>();
        OrderRequest order = bot.order();
        CompletableFuture<String> given = bot.shim()
                .gateway()
                .submitAsync(order, WrappedOrdersTest.ANSWERS, () -> answer)
                .toCompletableFuture();
        given.cancel(true); // proves nothing
        ModeSwitch.Result paper = bot.modeSwitch().change(TradingMode.PAPER, Duration.ofMillis(400));
        assertThat(paper.isDrained()).isFalse();
        assertThat(paper.pending()).singleElement().satisfies(pending -> {
            assertThat(pending.clientOrderId()).isEqualTo(order.clientOrderId().value());
            assertThat(pending.symbol()).isEqualTo("XRPETH");
            assertThat(pending.age()).isBetween(Duration.ofMillis(100), Duration.ofSeconds(30));
        });
        answer.complete("ok 8");
        assertThat(bot.orders(OrderMode.LIVE).filled().getCount()).isEqualTo(1);
        assertThat(bot.switchTo(TradingMode.PAPER).isDrained()).isTrue();
    }

    @Test
    void theShadowComparesLiveOrdersAndTouchesNeitherAccount() throws Exception {
        bot.open(bot.threads());
        bot.switchTo(TradingMode.LIVE);
        bot.place(bot.order(), OrderStatus.FILLED, null); // without a shadow, as by default
        bot.shim().close();
        bot.open(bot.threads().settings(TradingSettings.DEFAULT.withShadow()));
        bot.place(bot.order(), OrderStatus.FILLED, null);
        await(
                "the order is compared",
                () -> bot.telemetry
                                .counter(MetricCatalog.SHADOW_ORDERS, "compared")
                                .getCount()
                        == 1);
        // paper buys at 2 plus half the assumed spread, the exchange has filled at 2
        assertThat(bot.telemetry
                        .histogram(MetricCatalog.SHADOW_FILL_DIFFERENCE, "buy")
                        .getSnapshot()
                        .getMean())
                .isCloseTo(-10_000 * 0.001 / 2.001, within(1e-3));
        assertThat(bot.exchange.placed).hasSize(2);
        assertThat(bot.made.get(1).placed).isEmpty();
        assertThat(bot.orders(OrderMode.PAPER).submitted().getCount()).isZero();
    }
}
