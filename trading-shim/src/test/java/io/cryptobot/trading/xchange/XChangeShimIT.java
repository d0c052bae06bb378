package io.cryptobot.trading.xchange;

import static io.cryptobot.testing.Await.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.cryptobot.telemetry.MetricCatalog;
import io.cryptobot.telemetry.OrderMetrics;
import io.cryptobot.telemetry.OrderMode;
import io.cryptobot.telemetry.Telemetry;
import io.cryptobot.telemetry.TelemetrySettings;
import io.cryptobot.telemetry.files.CryptobotHome;
import io.cryptobot.telemetry.files.InstanceName;
import io.cryptobot.telemetry.files.RunDirectory;
import io.cryptobot.trading.ClientOrderIds;
import io.cryptobot.trading.OrderException;
import io.cryptobot.trading.OrderRequest;
import io.cryptobot.trading.Side;
import io.cryptobot.trading.TradingMode;
import io.cryptobot.trading.TradingSettings;
import io.cryptobot.trading.TradingShim;
import io.cryptobot.trading.mode.DurableMode;
import io.cryptobot.trading.mode.ModeSwitch;
import java.math.BigDecimal;
import java.net.SocketTimeoutException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tests the adapter in a complete shim, whose background threads reconcile the orders. */
class XChangeShimIT {
    private static final InstanceName BOT = new InstanceName("bot");

    @TempDir
    Path directory;

    private final FakeXChange exchange = new FakeXChange();
    private final ClientOrderIds ids = new ClientOrderIds("t", 1_700_000_000_000L);
    private Telemetry telemetry;
    private TradingShim shim;

    @BeforeEach
    void open() throws Exception {
        telemetry = Telemetry.open(new TelemetrySettings(BOT, new RunDirectory(directory)));
        Path controlFile = directory.resolve("bot.control");
        CryptobotHome home = new CryptobotHome(directory, Path.of("state"));
        shim = TradingShim.builder(telemetry, controlFile, home)
                .settings(new TradingSettings(Duration.ofSeconds(65), Duration.ofMillis(50)))
                .open(XChangeClient.factory(() -> exchange, XChangeSettings.DEFAULT));
        ModeSwitch modeSwitch = new ModeSwitch(controlFile, new DurableMode(home.stateDirectory(), BOT));
        assertThat(modeSwitch.change(TradingMode.LIVE, Duration.ofSeconds(10)).acknowledged())
                .isTrue();
    }

    @AfterEach
    void close() {
        shim.close();
        telemetry.close();
    }

    @Test
    void anAcceptedOrderCountsOnceAndItsFillIsFound() throws Exception {
        OrderRequest order = OrderRequest.market(ids.next(), "XRPETH", Side.BUY, BigDecimal.valueOf(2));
        exchange.trading.history.add(FakeXChange.fill("5", Instant.now(), "77", null));
        shim.processor().process(order);
        await("the fill is found", () -> live().filled().getCount() == 1);
        assertThat(live().submitted().getCount()).isEqualTo(1);
        assertThat(live().failed().getCount()).isZero();
        assertThat(exchange.trading.placed).hasSize(1);
        shim.close();
        assertThat(Files.readString(new CryptobotHome(directory, Path.of("state")).orderLog()))
                .contains("\"exchange\":\"fake_x\"", "\"outcome\":\"filled\"");
    }

    @Test
    void anOrderWithoutAnAnswerIsUnknownUntilItsFillIsFound() throws Exception {
        OrderRequest order = OrderRequest.market(ids.next(), "XRPETH", Side.BUY, BigDecimal.valueOf(2));
        exchange.trading.failure = new SocketTimeoutException("Read timed out");
        assertThatThrownBy(() -> shim.processor().process(order)).isInstanceOf(OrderException.class);
        assertThat(live().failed().getCount()).isEqualTo(1);
        assertThat(shim.unknownOrders()).isEqualTo(1);
        assertThat(telemetry
                        .counter(MetricCatalog.ORDERS_FAILED_BY_REASON, "fake_x", "live", "unknown")
                        .getCount())
                .isEqualTo(1);

        exchange.trading.referencesById.put("77", order.clientOrderId().value());
        exchange.trading.history.add(FakeXChange.fill("5", Instant.now(), "77", null));
        exchange.trading.failure = null;
        await("the order is reconciled", () -> shim.unknownOrders() == 0);
        assertThat(telemetry.counter(MetricCatalog.ORDERS_RESOLVED, "filled").getCount())
                .isEqualTo(1);
        assertThat(live().submitted().getCount()).isEqualTo(1);
        assertThat(exchange.trading.placed).as("never sent again").hasSize(1);
    }

    private OrderMetrics live() {
        return telemetry.orders(OrderMode.LIVE);
    }
}
