package io.cryptobot.smoke.exchange;

import io.cryptobot.telemetry.Telemetry;
import io.cryptobot.telemetry.TelemetrySettings;
import io.cryptobot.telemetry.files.CryptobotHome;
import io.cryptobot.telemetry.sentry.SentryReporting;
import io.cryptobot.telemetry.sentry.SentrySettings;
import io.cryptobot.trading.ClientOrderIds;
import io.cryptobot.trading.OrderDeniedException;
import io.cryptobot.trading.OrderException;
import io.cryptobot.trading.OrderRequest;
import io.cryptobot.trading.Side;
import io.cryptobot.trading.TradingSettings;
import io.cryptobot.trading.TradingShim;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Buys after a fall of the price and sells after a rise, a fixed number of times a second, until the thread is interrupted.
 * This class shows everything that a bot needs to use the platform. Confined to one thread.
 */
public final class DemoBot {
    private static final Logger LOGGER = LoggerFactory.getLogger(DemoBot.class);
    private static final BigDecimal QUANTITY = BigDecimal.TEN;
    /** The simulated exchange answers or does not; it never accepts an order later. */
    private static final TradingSettings TRADING = new TradingSettings(Duration.ofSeconds(6), Duration.ofSeconds(1));

    private final Map<String, String> environment;
    private final String exchangeUrl;
    private final String symbol;
    private final int ordersPerSecond;

    public DemoBot(Map<String, String> environment, String exchangeUrl, String symbol, int ordersPerSecond) {
        this.environment = environment;
        this.exchangeUrl = exchangeUrl;
        this.symbol = symbol;
        this.ordersPerSecond = ordersPerSecond;
    }

    /** Trades until the thread is interrupted, then closes everything. */
    public void run() {
        CryptobotHome home = CryptobotHome.from(environment);
        TelemetrySettings settings = TelemetrySettings.from(environment);
        SentrySettings sentry = SentrySettings.resolve(Map.of(), environment, home.runtimeOverrides());
        try (SentryReporting reporting =
                        SentryReporting.startBot(sentry, settings.instance(), home.sentrySpool(settings.instance()));
                Telemetry telemetry = Telemetry.open(settings);
                TradingShim shim = TradingShim.builder(
                                telemetry, settings.runDirectory().controlFile(settings.instance()), home)
                        .settings(TRADING)
                        .open(() -> new SimulatedExchangeClient(exchangeUrl))) {
            reporting.registerCounters(telemetry);
            reporting.tag("mode", () -> shim.mode().label());
            reporting.tag("exchange", () -> shim.exchange().name());
            LOGGER.info("{} trades {} in mode {}", settings.instance(), symbol, shim.mode());
            trade(telemetry, shim);
            LOGGER.info("{} stops", settings.instance());
        } catch (OrderException e) {
            LOGGER.error("The exchange client cannot be made", e);
        }
    }

    private void trade(Telemetry telemetry, TradingShim shim) {
        ClientOrderIds ids = new ClientOrderIds("demo", System.currentTimeMillis());
        BigDecimal previous = BigDecimal.ZERO;
        try {
            while (true) {
                telemetry.tradingLoopBeat();
                try {
                    BigDecimal price = shim.exchange().ticker(symbol).lastPrice();
                    Side side = price.compareTo(previous) < 0 ? Side.BUY : Side.SELL;
                    previous = price;
                    shim.processor().process(OrderRequest.market(ids.next(), symbol, side, QUANTITY));
                } catch (OrderException e) {
                    LOGGER.error("Order failed: {}", e.reason().label(), e);
                } catch (OrderDeniedException e) {
                    LOGGER.debug("Order blocked", e);
                }
                TimeUnit.MILLISECONDS.sleep(1000L / ordersPerSecond);
            }
        } catch (InterruptedException e) {
            // the interrupt flag stays cleared, so that close() can finish
        }
    }
}
