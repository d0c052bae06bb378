package io.cryptobot.trading;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.management.ThreadMXBean;
import io.cryptobot.telemetry.MetricCatalog;
import io.cryptobot.telemetry.OrderMode;
import io.cryptobot.trading.order.OrderGateway;
import java.lang.management.ManagementFactory;
import java.math.BigDecimal;
import java.net.SocketTimeoutException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tests live orders of a bot whose client is not an {@code ExchangeClient}: it wraps the call that sends an order. */
class WrappedOrdersTest {
    static final OrderGateway.Answers<String> ANSWERS = new OrderGateway.Answers<>(
            answer -> answer.startsWith("ok") ? OrderStatus.FILLED : OrderStatus.REJECTED,
            ack -> "paper " + ack.exchangeOrderId());

    private ScriptedBot bot;
    private OrderGateway gateway;

    @BeforeEach
    void open(@TempDir Path directory) throws Exception {
        bot = ScriptedBot.openLive(directory);
        gateway = bot.shim().gateway();
    }

    @AfterEach
    void close() {
        bot.close();
    }

    @Test
    void aBotWrapsOneLambda() throws Exception {
        assertThat(gateway.submit(bot.order(), ANSWERS, () -> "ok 7")).isEqualTo("ok 7");
        assertThat(bot.orders(OrderMode.LIVE).filled().getCount()).isEqualTo(1);
        SocketTimeoutException timeout = new SocketTimeoutException("read timed out");
        assertThatThrownBy(() -> gateway.submit(bot.order(), ANSWERS, () -> {
                    throw timeout;
                }))
                .isSameAs(timeout);
        assertThat(bot.shim().unknownOrders()).isEqualTo(1);
        bot.set(TradingMode.PAPER);
        assertThat(gateway.submit(bot.order(), ANSWERS, () -> {
                    throw new AssertionError("a live call on paper");
                }))
                .isEqualTo("paper P-1-1");
        bot.set(TradingMode.HALT);
        assertThatThrownBy(() -> gateway.submit(bot.order(), ANSWERS, () -> "sent"))
                .isInstanceOf(OrderDeniedException.class);
        assertThat(bot.telemetry.counter(MetricCatalog.ORDERS_BLOCKED, "halt").getCount())
                .isEqualTo(1);
    }

    @Test
    void aFutureIsPaperOrDeniedToo() throws Exception {
        bot.set(TradingMode.PAPER);
        assertThat(gateway.submitAsync(bot.order(), ANSWERS, () -> {
                    throw new AssertionError("a live call on paper");
                }))
                .isCompletedWithValue("paper P-1-1");
        bot.set(TradingMode.HALT);
        assertThat(gateway.submitAsync(bot.order(), ANSWERS, CompletableFuture::new))
                .failsWithin(Duration.ZERO)
                .withThrowableThat()
                .withCauseInstanceOf(OrderDeniedException.class);
        assertThat(bot.telemetry.counter(MetricCatalog.ORDERS_BLOCKED, "halt").getCount())
                .isEqualTo(1);
    }

    @Test
    void aFutureThatFailsOrIsCancelledOrMissingIsUnknownUnlessItSaysOtherwise() throws Exception {
        OrderException refused = new OrderException(FailureReason.INSUFFICIENT_FUNDS, "no money");
        fails(gateway.submitAsync(
                bot.order(), ANSWERS, () -> CompletableFuture.failedFuture(new CompletionException(refused))));
        assertThat(bot.shim().unknownOrders()).isZero();
        CompletableFuture<String> cancelled = new CompletableFuture<>();
        cancelled.cancel(true);
        fails(gateway.submitAsync(bot.order(), ANSWERS, () -> cancelled));
        fails(gateway.submitAsync(bot.order(), ANSWERS, () -> null));
        fails(gateway.submitAsync(bot.order(), ANSWERS, () -> {
            throw new CancellationException("thrown at once");
        }));
        assertThat(bot.shim().unknownOrders()).isEqualTo(3);
        assertThat(bot.orders(OrderMode.LIVE).failed().getCount()).isEqualTo(4);
        assertThat(bot.set(TradingMode.PAPER).inFlight()).isZero();
    }

    private static void fails(CompletionStage<String> stage) {
        assertThat(stage.toCompletableFuture()).isCompletedExceptionally();
    }

    @Test
    void anOrderThatSucceedsAllocatesNothingOnItsWay() throws Exception {
        OrderRequest request = bot.order();
        OrderAck ack = new OrderAck(request.clientOrderId(), "1", OrderStatus.FILLED, BigDecimal.ONE, BigDecimal.ONE);
        OrderGateway.Answers<OrderAck> answers = new OrderGateway.Answers<>(OrderAck::status, paper -> paper);
        OrderGateway.Call<OrderAck, RuntimeException> call = () -> ack;
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long allocated = Long.MAX_VALUE;
        for (int round = 0; round < 50 && allocated > 0; round++) { // the first rounds are interpreted
            long before = threads.getThreadAllocatedBytes(Thread.currentThread().getId());
            for (int order = 0; order < 10_000; order++) {
                var unused = gateway.submit(request, answers, call);
            }
            allocated = threads.getThreadAllocatedBytes(Thread.currentThread().getId()) - before;
        }
        // the measurement itself may allocate a few bytes
        assertThat(allocated / 10_000).isZero();
        assertThat(allocated).isLessThan(1_000);
    }
}
