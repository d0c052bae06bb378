package io.cryptobot.trading;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.cryptobot.telemetry.MetricCatalog;
import io.cryptobot.telemetry.OrderMode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tests the reconciliation of unknown and open live orders with the exchange. */
class OrderReconciliationTest {
    private static final Duration SECOND = Duration.ofSeconds(1);

    @AutoClose
    private ScriptedBot bot;

    private ScriptedExchange exchange;

    @BeforeEach
    void open(@TempDir Path directory) throws Exception {
        bot = ScriptedBot.openLive(directory);
        exchange = bot.exchange;
    }

    @Test
    void anUnknownOrderIsFoundFilledOpenOrAbsentAndNeverSentAgain() {
        OrderRequest filled = bot.order();
        OrderRequest open = bot.order();
        OrderRequest absent = bot.order();
        exchange.fill(filled.clientOrderId());
        exchange.open.add(open.clientOrderId());
        for (OrderRequest each : List.of(filled, open, absent)) {
            bot.place(each, OrderStatus.FILLED, ScriptedBot.TIMEOUT);
        }
        bot.pass(Duration.ZERO);
        assertThat(bot.shim().unknownOrders()).isEqualTo(3);
        bot.pass(SECOND);
        assertThat(bot.shim().unknownOrders()).isZero();
        assertThat(List.of(bot.resolved("filled"), bot.resolved("open"), bot.resolved("absent")))
                .containsExactly(1L, 1L, 1L);
        assertThat(exchange.placed).hasSize(3);
    }

    @Test
    void anOrderThatGotOnlyAPartOfWhatItWantedIsCancelled() throws Exception {
        OrderRequest resting = bot.order();
        bot.place(resting, OrderStatus.ACCEPTED, null);
        exchange.fillPart(resting.clientOrderId());
        OrderRequest unknown = bot.order();
        exchange.fillPart(unknown.clientOrderId());
        bot.place(unknown, OrderStatus.FILLED, ScriptedBot.TIMEOUT);
        bot.pass(Duration.ZERO);
        bot.pass(Duration.ofSeconds(2)); // an exchange may list an order only after this delay
        assertThat(bot.live(MetricCatalog.ORDERS_CANCELLED)).isEqualTo(2);
        assertThat(bot.resolved("cancelled")).isEqualTo(1);
        assertThat(bot.orders(OrderMode.LIVE).filled().getCount()).isZero();

        OrderRequest whole = bot.order();
        bot.place(whole, OrderStatus.ACCEPTED, null);
        exchange.fill(whole.clientOrderId());
        bot.pass(Duration.ofSeconds(2));
        assertThat(bot.orders(OrderMode.LIVE).filled().getCount()).isEqualTo(1);
        assertThat(bot.orderLog())
                .last()
                .asString()
                .contains(whole.clientOrderId().value(), "\"outcome\":\"filled\"");
    }

    @Test
    void failedQueriesNeverMakeAnOrderAbsent() throws Exception {
        exchange.queryFailure = new OrderException(FailureReason.UNKNOWN, "HTTP 503");
        OrderRequest order = bot.order();
        bot.place(order, OrderStatus.FILLED, ScriptedBot.TIMEOUT);
        bot.pass(Duration.ZERO);
        for (int second = 0; second < 10; second++) { // long after the receive window
            bot.pass(SECOND);
        }
        assertThat(bot.shim().unknownOrders()).isEqualTo(1);
        assertThat(bot.resolved("absent")).isZero();
        assertThat(bot.set(TradingMode.PAPER).unknown()).isEqualTo(1);
        assertThatThrownBy(() -> bot.set(TradingMode.LIVE))
                .hasMessage("1 live orders have an unknown outcome; they must be reconciled first");
        exchange.queryFailure = null;
        exchange.fill(order.clientOrderId());
        bot.pass(Duration.ofSeconds(60));
        assertThat(bot.resolved("filled")).isEqualTo(1);
    }

    @Test
    void unknownOrdersOutliveTheBot() throws Exception {
        exchange.queryFailure = new OrderException(FailureReason.UNKNOWN, "HTTP 503");
        OrderRequest order = bot.order();
        bot.place(order, OrderStatus.FILLED, ScriptedBot.TIMEOUT);
        bot.shim().close();
        exchange.queryFailure = null;
        exchange.fill(order.clientOrderId());
        bot.open();
        assertThat(bot.shim().unknownOrders()).isEqualTo(1);
        bot.pass(Duration.ZERO);
        bot.pass(SECOND);
        assertThat(bot.resolved("filled")).isEqualTo(1);
    }

    @Test
    void aRunThatEndedInOrderKnowsItsOrdersThoughTheControlFileIsGone() throws Exception {
        bot.shim().close();
        Files.delete(bot.controlFile());
        bot.open();
        assertThat(bot.shim().unknownOrders()).isZero();
    }

    @Test
    void aRunThatWasLiveWhenItsMemoryWasLostMayHaveAnUnknownOrder() throws Exception {
        bot.shim().close();
        Files.delete(bot.controlFile());
        Files.delete(bot.directory.resolve("state/bot.stopped")); // simulates a power failure
        bot.open();
        assertThat(bot.shim().unknownOrders()).isEqualTo(1);
        assertThat(bot.shim().mode()).isEqualTo(TradingMode.PAPER);
        assertThatThrownBy(() -> bot.set(TradingMode.LIVE))
                .hasMessageContaining("1 live orders have an unknown outcome");
        bot.shim().close();
        assertThat(bot.directory.resolve("state/bot.unknown-orders")).hasContent("nameless\n");
        bot.open();
        assertThat(bot.shim().unknownOrders()).as("still, and not one more").isEqualTo(1);
    }
}
