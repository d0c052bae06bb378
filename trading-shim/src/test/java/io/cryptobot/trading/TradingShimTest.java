package io.cryptobot.trading;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.cryptobot.telemetry.MetricCatalog;
import io.cryptobot.telemetry.MetricType;
import io.cryptobot.telemetry.OrderMode;
import io.cryptobot.telemetry.Telemetry;
import io.cryptobot.telemetry.TelemetrySettings;
import io.cryptobot.telemetry.files.OwnerLock;
import io.cryptobot.telemetry.files.RunDirectory;
import io.cryptobot.trading.paper.PaperSettings;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TradingShimTest {
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
    void startsOnPaperAndSendsNothingToTheExchange() throws Exception {
        OrderAck ack = bot.open().processor().process(bot.order());
        assertThat(ack.exchangeOrderId()).isEqualTo("P-1-1");
        assertThat(ack.averagePrice()).isEqualByComparingTo("2.001");
        assertThat(bot.exchange.placed).isEmpty();
        assertThat(bot.orders(OrderMode.PAPER).filled().getCount()).isEqualTo(1);
        assertThat(bot.orders(OrderMode.LIVE).submitted().getCount()).isZero();
    }

    @Test
    void gatesTheExchangeThatItGivesOut() throws Exception {
        bot.open().exchange().place(bot.order());
        assertThat(bot.exchange.placed).isEmpty();
    }

    @Test
    void cancelsAPaperOrderThatRestsAndKeepsItOverARestart() throws Exception {
        PaperSettings paper = TradingShim.paperSettings(bot.telemetry)
                .journal(bot.directory.resolve("state/bot.paper.jsonl"))
                .build();
        OrderRequest resting = bot.limit("1");
        bot.open(bot.builder().paper(paper)).processor().process(resting);
        bot.shim().close();
        ExchangeClient exchange = bot.open(bot.builder().paper(paper)).exchange();
        assertThat(exchange.openOrders("XRPETH")).containsExactly(resting.clientOrderId());
        assertThat(bot.telemetry.gauge(MetricCatalog.ORDERS_OPEN, "paper").getValue())
                .isEqualTo(1);
        exchange.cancel("XRPETH", resting.clientOrderId());
        assertThat(exchange.openOrders("XRPETH")).isEmpty();
        assertThat(bot.exchange.placed).isEmpty();
        assertThat(bot.telemetry.gauge(MetricCatalog.ORDERS_OPEN, "paper").getValue())
                .isZero();
        assertThat(bot.orderLog()).hasSize(2).last().asString().contains("\"outcome\":\"cancelled\"");
    }

    @Test
    void writesOneJsonLinePerOutcome() throws Exception {
        bot.set(TradingMode.LIVE);
        OrderProcessor processor = bot.open().processor();
        processor.process(bot.order());
        bot.exchange.failure = new OrderException(FailureReason.REJECTED, "said \"no\"\nand left");
        assertThatThrownBy(() -> processor.process(bot.order())).isInstanceOf(OrderException.class);

        List<String> lines = bot.orderLog();
        assertThat(lines).hasSize(2);
        JsonNode filled = new ObjectMapper().readTree(lines.get(0));
        assertThat(filled.get("outcome").asText()).isEqualTo("filled");
        assertThat(filled.get("mode").asText()).isEqualTo("live");
        assertThat(filled.get("latency_ms").isNumber()).isTrue();
        JsonNode failed = new ObjectMapper().readTree(lines.get(1));
        assertThat(failed.get("reason").asText()).isEqualTo("rejected");
        assertThat(failed.get("detail").asText()).isEqualTo("said \"no\"\nand left");
        assertThat(failed.get("client_order_id").asText()).endsWith("-2");
    }

    @Test
    void holdsPaperWhenAnotherBotOwnsTheControlFile() throws Exception {
        bot.set(TradingMode.LIVE);
        bot.open();
        try (Telemetry second = anotherTelemetry();
                TradingShim other = TradingShim.open(second, bot.exchange, bot.controlFile(), bot.home())) {
            assertThat(other.mode()).isEqualTo(TradingMode.PAPER);
            assertThat(bot.shim().mode()).isEqualTo(TradingMode.LIVE);
        }
        assertThat(bot.shim().mode()).isEqualTo(TradingMode.LIVE);
    }

    @Test
    void anotherBotOfTheNameSaysNothingAboutTheLastRun() throws Exception {
        bot.set(TradingMode.LIVE);
        bot.open();
        try (Telemetry second = anotherTelemetry()) {
            TradingShim.open(second, bot.exchange, bot.controlFile(), bot.home())
                    .close();
        }
        assertThat(bot.directory.resolve("state/bot.stopped")).doesNotExist();
    }

    private Telemetry anotherTelemetry() {
        return Telemetry.open(new TelemetrySettings(ScriptedBot.NAME, new RunDirectory(bot.directory)));
    }

    /** Makes a step fail: its metric already exists with another type. */
    @ParameterizedTest
    @CsvSource({
        "ORDER_LOG_LOST,",
        "ORDERS_CANCELLED, live",
        "ORDERS_BLOCKED, halt",
        "ORDERS_FAILED_BY_REASON, scripted live auth",
        "EXCHANGE_CALLS, live cancel",
        "ORDERS_CANCELLED, paper",
        "EXCHANGE_CALLS, paper cancel",
        "PAPER_ORDERS_STALE,",
        "MODE_CHANGES,",
        "SHADOW_ORDERS, open",
        "ORDERS_RESOLVED, absent",
    })
    void aStepOfTheOpeningThatFailsLeavesNothingRunning(MetricCatalog metric, String labels) throws Exception {
        bot.set(TradingMode.LIVE);
        String[] values = labels == null ? new String[0] : labels.split(" ");
        var unused = metric.type() == MetricType.HISTOGRAM
                ? bot.telemetry.timer(metric, values)
                : bot.telemetry.meter(metric, values);
        TradingShim.Builder builder = bot.builder().settings(TradingSettings.DEFAULT.withShadow());
        assertOpeningFails(builder, "was requested as a");
    }

    @Test
    void theLastStepOfTheOpeningThatFailsLeavesNothingRunning() throws Exception {
        bot.set(TradingMode.LIVE);
        TradingShim.Builder builder = bot.builder()
                .background(
                        () -> {
                            throw new IllegalStateException("no threads");
                        },
                        System::nanoTime);
        assertOpeningFails(builder, "no threads");
    }

    private void assertOpeningFails(TradingShim.Builder builder, String message) throws Exception {
        Set<Thread> before = threads();
        assertThatThrownBy(() -> bot.open(builder)).hasMessageContaining(message);
        Set<Thread> started = threads();
        started.removeAll(before);
        for (Thread thread : started) {
            thread.join(Duration.ofSeconds(20).toMillis());
            assertThat(thread.isAlive()).as(thread.getName()).isFalse();
        }
        OwnerLock.acquire(bot.controlFile()).close();
        assertThat(bot.exchange.closed).isTrue();
    }

    private static Set<Thread> threads() {
        return new HashSet<>(Thread.getAllStackTraces().keySet());
    }

    @Test
    void leavesAClientOfTheBotOpenWhenTheOpeningFails() {
        var unused = bot.telemetry.meter(MetricCatalog.MODE_CHANGES);
        assertThatThrownBy(() -> bot.builder().open(bot.exchange)).isInstanceOf(IllegalArgumentException.class);
        assertThat(bot.exchange.closed).isFalse();
    }

    @Test
    void closesTheClientThatTheBotHasGiven() {
        bot.builder().open(bot.exchange).close();
        assertThat(bot.exchange.closed).isTrue();
    }

    @Test
    void refusesAShadowForASingleClient() {
        assertThatThrownBy(() -> bot.builder()
                        .settings(TradingSettings.DEFAULT.withShadow())
                        .open(bot.exchange))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("a shadow needs a second client: pass a factory instead of a client");
    }
}
