package io.cryptobot.trading;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.management.ThreadMXBean;
import io.cryptobot.telemetry.MetricCatalog;
import io.cryptobot.telemetry.OrderMetrics;
import io.cryptobot.telemetry.OrderMode;
import io.cryptobot.telemetry.Telemetry;
import io.cryptobot.telemetry.TelemetrySettings;
import io.cryptobot.telemetry.files.CryptobotHome;
import io.cryptobot.telemetry.files.InstanceName;
import io.cryptobot.telemetry.files.RunDirectory;
import io.cryptobot.trading.mode.DurableMode;
import io.cryptobot.trading.mode.ModeSwitch;
import io.cryptobot.trading.order.GatedCalls;
import io.cryptobot.trading.paper.PaperSettings;
import java.lang.management.ManagementFactory;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TradingShimTest {
    private static final InstanceName BOT = new InstanceName("bot");

    @TempDir
    Path directory;

    private final FakeExchange exchange = new FakeExchange();
    private final ClientOrderIds ids = new ClientOrderIds("t", 1_700_000_000_000L);
    private Telemetry telemetry;
    private TradingShim shim;

    @BeforeEach
    void open() {
        telemetry = Telemetry.open(new TelemetrySettings(BOT, new RunDirectory(directory)));
        shim = TradingShim.open(telemetry, exchange, controlFile(), home());
    }

    @AfterEach
    void close() {
        shim.close();
        telemetry.close();
    }

    @Test
    void startsOnPaperAndSendsNothingToTheExchange() throws Exception {
        OrderAck ack = shim.processor().process(market());
        assertThat(ack.exchangeOrderId()).isEqualTo("P-1-1");
        assertThat(ack.averagePrice()).isEqualByComparingTo("2.001");
        assertThat(exchange.placed).isEmpty();
        assertThat(orders(OrderMode.PAPER).filled().getCount()).isEqualTo(1);
        assertThat(orders(OrderMode.LIVE).submitted().getCount()).isZero();
    }

    @Test
    void cancelsAPaperOrderThatRestsAndKeepsItOverARestart() throws Exception {
        shim.close();
        PaperSettings paper = TradingShim.paperSettings(telemetry)
                .journal(directory.resolve("state/bot.paper.jsonl"))
                .build();
        OrderRequest resting = OrderRequest.limit(ids.next(), "XRPETH", Side.BUY, BigDecimal.TEN, BigDecimal.ONE);
        shim = TradingShim.open(telemetry, exchange, controlFile(), home(), paper);
        shim.processor().process(resting);
        shim.close();
        shim = TradingShim.open(telemetry, exchange, controlFile(), home(), paper);
        assertThat(shim.exchange().openOrders("XRPETH")).containsExactly(resting.clientOrderId());
        assertThat(telemetry.gauge(MetricCatalog.ORDERS_OPEN, "paper").getValue())
                .isEqualTo(1);
        shim.exchange().cancel("XRPETH", resting.clientOrderId());
        assertThat(shim.exchange().openOrders("XRPETH")).isEmpty();
        assertThat(exchange.placed).isEmpty();
        assertThat(telemetry.gauge(MetricCatalog.ORDERS_OPEN, "paper").getValue())
                .isZero();
        shim.close();
        assertThat(Files.readAllLines(orderLog())).hasSize(2).last().asString().contains("\"outcome\":\"cancelled\"");
    }

    @Test
    void aPaperOrderThatIsFilledLaterIsCountedAndLogged() throws Exception {
        shim.close();
        shim = TradingShim.open(
                telemetry,
                () -> exchange,
                controlFile(),
                home(),
                new TradingSettings(Duration.ZERO, Duration.ofMillis(20)),
                TradingShim.paperSettings(telemetry)
                        .pollInterval(Duration.ofMillis(20))
                        .build());
        OrderRequest resting =
                OrderRequest.limit(ids.next(), "XRPETH", Side.BUY, BigDecimal.TEN, new BigDecimal("1.9"));
        assertThat(shim.processor().process(resting).status()).isEqualTo(OrderStatus.ACCEPTED);
        exchange.price = BigDecimal.valueOf(1.8);
        for (int attempt = 0; attempt < 500 && orders(OrderMode.PAPER).filled().getCount() == 0; attempt++) {
            TimeUnit.MILLISECONDS.sleep(10);
        }
        shim.close();
        assertThat(orders(OrderMode.PAPER).filled().getCount()).isEqualTo(1);
        assertThat(Files.readAllLines(orderLog())).hasSize(2).last().asString().contains("\"outcome\":\"filled\"");
    }

    @Test
    void countsPaperOrdersThatAreRefusedForWantOfAPrice() throws Exception {
        shim.close();
        shim = TradingShim.open(
                telemetry,
                exchange,
                controlFile(),
                home(),
                TradingShim.paperSettings(telemetry)
                        .staleness(Duration.ofMillis(50), Duration.ofMillis(50))
                        .build());
        exchange.failure = new OrderException(FailureReason.NOT_SENT, "HTTP 503");
        assertThatThrownBy(() -> shim.processor().process(market())).hasMessageContaining("stale_market_data");
        for (int attempt = 0; attempt < 500 && stale() == 0; attempt++) {
            TimeUnit.MILLISECONDS.sleep(10);
        }
        assertThat(stale()).isEqualTo(1);
    }

    private long stale() {
        return telemetry.counter(MetricCatalog.PAPER_ORDERS_STALE).getCount();
    }

    @Test
    void countsAFilledLiveOrderOnce() throws Exception {
        switchTo(TradingMode.LIVE);
        shim.processor().process(market());
        OrderMetrics live = orders(OrderMode.LIVE);
        assertThat(exchange.placed).hasSize(1);
        assertThat(counts(live)).containsExactly(1L, 1L, 0L, 1L);
    }

    @Test
    void countsAFailedOrderOnceWithItsReasonAndItsLatency() throws Exception {
        switchTo(TradingMode.LIVE);
        exchange.failure = new OrderException(FailureReason.INSUFFICIENT_FUNDS, "no money");
        assertThatThrownBy(() -> shim.processor().process(market())).isSameAs(exchange.failure);
        assertThat(counts(orders(OrderMode.LIVE))).containsExactly(1L, 0L, 1L, 1L);
        assertThat(byReason("insufficient_funds")).isEqualTo(1);
        assertThat(byReason("unknown")).isZero();
    }

    @Test
    void countsAnyOtherExceptionAsUnknownAndPassesItOn() throws Exception {
        switchTo(TradingMode.LIVE);
        exchange.failure = new IllegalStateException("parse error after 2xx");
        assertThatThrownBy(() -> shim.processor().process(market())).isSameAs(exchange.failure);
        assertThat(counts(orders(OrderMode.LIVE))).containsExactly(1L, 0L, 1L, 1L);
        assertThat(byReason("unknown")).isEqualTo(1);
        assertThat(shim.mode()).isEqualTo(TradingMode.LIVE);
    }

    @Test
    void blocksEveryOrderInHaltAndCountsThatApart() throws Exception {
        switchTo(TradingMode.HALT);
        OrderRequest request = market();
        assertThatThrownBy(() -> shim.exchange().place(request))
                .isInstanceOf(OrderBlockedException.class)
                .hasMessage("order " + request.clientOrderId() + " was not sent: trading mode is halt");
        assertThat(telemetry.counter(MetricCatalog.ORDERS_BLOCKED, "halt").getCount())
                .isEqualTo(1);
        for (OrderMode mode : OrderMode.values()) {
            assertThat(counts(orders(mode))).containsExactly(0L, 0L, 0L, 0L);
        }
    }

    @Test
    void gatesTheExchangeThatItGivesOut() throws Exception {
        shim.exchange().place(market());
        assertThat(exchange.placed).isEmpty();
    }

    @Test
    void goesOnTradingWhenTheControlFileIsGarbage() throws Exception {
        switchTo(TradingMode.LIVE);
        Files.writeString(controlFile(), "garbage");
        awaitPaper();
        assertThat(shim.processor().process(market()).exchangeOrderId()).startsWith("P-");
        assertThat(exchange.placed).isEmpty();
    }

    @Test
    void showsTheModeAsMetrics() throws Exception {
        switchTo(TradingMode.LIVE);
        assertThat(List.of(mode("live"), mode("paper"), mode("halt"))).containsExactly(1.0, 0.0, 0.0);
        assertThat(telemetry.counter(MetricCatalog.MODE_CHANGES).getCount()).isEqualTo(1);
        assertThat(telemetry.gauge(MetricCatalog.MODE_CHANGED_TIMESTAMP).getValue())
                .isCloseTo(System.currentTimeMillis() / 1000.0, within(60.0));
    }

    @Test
    void writesOneJsonLinePerOutcome() throws Exception {
        switchTo(TradingMode.LIVE);
        shim.processor().process(market());
        exchange.failure = new OrderException(FailureReason.REJECTED, "said \"no\"\nand left");
        assertThatThrownBy(() -> shim.processor().process(market())).isInstanceOf(OrderException.class);
        shim.close();

        List<String> lines = Files.readAllLines(orderLog());
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
        switchTo(TradingMode.LIVE);
        try (Telemetry second = Telemetry.open(new TelemetrySettings(BOT, new RunDirectory(directory)));
                TradingShim other = TradingShim.open(second, exchange, controlFile(), home())) {
            assertThat(other.mode()).isEqualTo(TradingMode.PAPER);
            assertThat(shim.mode()).isEqualTo(TradingMode.LIVE);
        }
        assertThat(shim.mode()).isEqualTo(TradingMode.LIVE);
    }

    @Test
    void aRunThatEndedInOrderKnowsItsOrdersThoughTheControlFileIsGone() throws Exception {
        switchTo(TradingMode.LIVE);
        shim.close();
        Files.delete(controlFile());
        shim = TradingShim.open(telemetry, exchange, controlFile(), home());
        assertThat(shim.unknownOrders()).isZero();
    }

    @Test
    void aRunThatWasLiveWhenItsMemoryWasLostMayHaveAnUnknownOrder() throws Exception {
        switchTo(TradingMode.LIVE);
        shim.close();
        Files.delete(controlFile());
        Files.delete(directory.resolve("state/bot.stopped")); // as if the machine had lost its power
        shim = TradingShim.open(telemetry, exchange, controlFile(), home());
        assertThat(shim.unknownOrders()).isEqualTo(1);
        assertThat(shim.mode()).isEqualTo(TradingMode.PAPER);
        assertThatThrownBy(() -> switchTo(TradingMode.LIVE))
                .hasMessageContaining("1 live orders have an unknown outcome");
        shim.close();
        shim = TradingShim.open(telemetry, exchange, controlFile(), home());
        assertThat(shim.unknownOrders()).as("still, and not one more").isEqualTo(1);
    }

    @Test
    void anotherBotOfTheNameSaysNothingAboutTheLastRun() throws Exception {
        switchTo(TradingMode.LIVE);
        try (Telemetry second = Telemetry.open(new TelemetrySettings(BOT, new RunDirectory(directory)))) {
            TradingShim.open(second, exchange, controlFile(), home()).close();
        }
        assertThat(directory.resolve("state/bot.stopped")).doesNotExist();
    }

    @Test
    void anOrderThatSucceedsAllocatesNothingOnItsWay() throws Exception {
        switchTo(TradingMode.LIVE);
        OrderRequest request = market();
        OrderAck ack = new OrderAck(request.clientOrderId(), "1", OrderStatus.FILLED, BigDecimal.ONE, BigDecimal.ONE);
        GatedCalls<OrderAck> calls = shim.calls(new GatedCalls.Words<>(OrderAck::status, paper -> paper));
        GatedCalls.Call<OrderAck, RuntimeException> call = () -> ack;
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long allocated = Long.MAX_VALUE;
        for (int round = 0; round < 50 && allocated > 0; round++) { // the first rounds are interpreted
            long before = threads.getThreadAllocatedBytes(Thread.currentThread().getId());
            for (int order = 0; order < 10_000; order++) {
                var unused = calls.submit(request, call);
            }
            allocated = threads.getThreadAllocatedBytes(Thread.currentThread().getId()) - before;
        }
        // the measurement itself may cost a few bytes
        assertThat(allocated / 10_000).isZero();
        assertThat(allocated).isLessThan(1_000);
    }

    private void switchTo(TradingMode mode) throws Exception {
        ModeSwitch modeSwitch = new ModeSwitch(controlFile(), new DurableMode(home().stateDirectory(), BOT));
        assertThat(modeSwitch.change(mode, Duration.ofSeconds(10)).acknowledged())
                .isTrue();
    }

    private void awaitPaper() throws Exception {
        for (int attempt = 0; attempt < 500 && shim.mode() != TradingMode.PAPER; attempt++) {
            TimeUnit.MILLISECONDS.sleep(10);
        }
        assertThat(shim.mode()).isEqualTo(TradingMode.PAPER);
    }

    private OrderRequest market() {
        return OrderRequest.market(ids.next(), "XRPETH", Side.BUY, BigDecimal.TEN);
    }

    private OrderMetrics orders(OrderMode mode) {
        return telemetry.orders(mode);
    }

    private static List<Long> counts(OrderMetrics metrics) {
        return List.of(
                metrics.submitted().getCount(),
                metrics.filled().getCount(),
                metrics.failed().getCount(),
                metrics.latency().getCount());
    }

    private long byReason(String reason) {
        return telemetry
                .counter(MetricCatalog.ORDERS_FAILED_BY_REASON, "fake", "live", reason)
                .getCount();
    }

    private double mode(String mode) {
        return telemetry.gauge(MetricCatalog.TRADING_MODE, mode).getValue();
    }

    private Path controlFile() {
        return directory.resolve("bot.control");
    }

    private Path orderLog() {
        return home().orderLog();
    }

    private CryptobotHome home() {
        return new CryptobotHome(directory, Path.of("state"));
    }
}
