package io.cryptobot.trading;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.cryptobot.telemetry.MetricCatalog;
import io.cryptobot.telemetry.OrderMode;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests the outcomes of live orders and their counters. */
class OrderOutcomesTest {
    @AutoClose
    private ScriptedBot bot;

    private ScriptedExchange exchange;

    @BeforeEach
    void open(@TempDir Path directory) throws Exception {
        bot = ScriptedBot.openLive(directory);
        exchange = bot.exchange;
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void everySubmittedOrderHasExactlyOneFate(long seed) throws Exception {
        Random random = new Random(seed);
        List<ClientOrderId> resting = new ArrayList<>();
        for (int round = 0; round < 200; round++) {
            OrderRequest order = bot.order();
            switch (random.nextInt(6)) {
                case 0 -> bot.place(order, OrderStatus.FILLED, null);
                case 1 -> bot.place(order, OrderStatus.CANCELLED, null); // the rest of an IOC order
                case 2 -> {
                    bot.place(order, OrderStatus.ACCEPTED, null);
                    resting.add(order.clientOrderId());
                }
                case 3 -> bot.place(order, OrderStatus.FILLED, new OrderException(FailureReason.REJECTED, "no"));
                case 4 -> bot.place(order, OrderStatus.FILLED, new IllegalStateException("parse error after 2xx"));
                default -> {
                    bot.place(order, OrderStatus.FILLED, ScriptedBot.TIMEOUT);
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
                bot.shim().exchange().cancel("XRPETH", resting.remove(0));
            } else if (!resting.isEmpty() && random.nextInt(3) == 0) {
                exchange.fill(resting.remove(0));
            } else if (!resting.isEmpty() && random.nextInt(3) == 0) {
                exchange.fillPart(resting.remove(0));
            }
            assertThat(bot.fates())
                    .as("seed %d, round %d", seed, round)
                    .isEqualTo(bot.live(MetricCatalog.ORDERS_SUBMITTED));
            bot.pass(Duration.ofMillis(random.nextInt(500)));
            assertThat(bot.fates())
                    .as("seed %d, round %d, reconciled", seed, round)
                    .isEqualTo(bot.live(MetricCatalog.ORDERS_SUBMITTED));
        }
        assertThat(exchange.placed).as("nothing was sent twice").hasSize(200).doesNotHaveDuplicates();
    }

    @Test
    void countsAFilledOrderOnce() throws Exception {
        bot.shim().processor().process(bot.order());
        assertThat(exchange.placed).hasSize(1);
        assertThat(bot.counts(OrderMode.LIVE)).containsExactly(1L, 1L, 0L, 1L);
    }

    @Test
    void countsAFailedOrderOnceWithItsReasonAndItsLatency() {
        exchange.failure = new OrderException(FailureReason.INSUFFICIENT_FUNDS, "no money");
        assertThatThrownBy(() -> bot.shim().processor().process(bot.order())).isSameAs(exchange.failure);
        assertThat(bot.counts(OrderMode.LIVE)).containsExactly(1L, 0L, 1L, 1L);
        assertThat(bot.failed("insufficient_funds")).isEqualTo(1);
        assertThat(bot.failed("unknown")).isZero();
    }

    @Test
    void countsAnyOtherExceptionAsUnknownAndPassesItOn() {
        exchange.failure = new IllegalStateException("parse error after 2xx");
        assertThatThrownBy(() -> bot.shim().processor().process(bot.order())).isSameAs(exchange.failure);
        assertThat(bot.counts(OrderMode.LIVE)).containsExactly(1L, 0L, 1L, 1L);
        assertThat(bot.failed("unknown")).isEqualTo(1);
        assertThat(bot.shim().mode()).isEqualTo(TradingMode.LIVE);
    }

    @Test
    void anAnswerThatIsNullIsUnknown() {
        exchange.answer = ScriptedExchange.NOTHING;
        assertThatThrownBy(() -> bot.shim().processor().process(bot.order()))
                .isInstanceOf(NullPointerException.class)
                .hasMessage("the exchange client has returned null");
        assertThat(bot.failed("unknown")).isEqualTo(1);
        assertThat(bot.shim().unknownOrders()).isEqualTo(1);
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
            assertThatThrownBy(() -> bot.shim().processor().process(bot.order()))
                    .isSameAs(thrown);
        }
        assertThat(bot.orders(OrderMode.LIVE).failed().getCount()).isEqualTo(5);
        assertThat(bot.shim().unknownOrders()).isEqualTo(5);
        assertThat(bot.set(TradingMode.PAPER).inFlight()).isZero();
    }

    @Test
    void deniesEveryOrderInHaltAndCountsThatApart() throws Exception {
        bot.set(TradingMode.HALT);
        OrderRequest request = bot.order();
        assertThatThrownBy(() -> bot.shim().exchange().place(request))
                .isInstanceOf(OrderDeniedException.class)
                .hasMessage("order " + request.clientOrderId() + " was not sent: trading mode is halt");
        assertThat(bot.telemetry.counter(MetricCatalog.ORDERS_BLOCKED, "halt").getCount())
                .isEqualTo(1);
        for (OrderMode mode : OrderMode.values()) {
            assertThat(bot.counts(mode)).containsExactly(0L, 0L, 0L, 0L);
        }
        assertThat(bot.orderLog()).singleElement().asString().contains("\"outcome\":\"blocked\"", "\"mode\":\"halt\"");
    }

    @Test
    void theOrderLogHasEveryOutcomeInTheRunbooksWords() throws Exception {
        bot.place(bot.order(), OrderStatus.FILLED, null);
        bot.place(
                bot.order(),
                OrderStatus.FILLED,
                new OrderException(FailureReason.AUTH, "api_key=s3cr3ts3cr3t refused"));
        bot.place(bot.order(), OrderStatus.FILLED, ScriptedBot.TIMEOUT);
        bot.pass(Duration.ZERO);
        bot.pass(Duration.ofSeconds(1));
        assertThat(bot.resolved("absent")).isEqualTo(1);
        List<String> lines = bot.orderLog();
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
}
