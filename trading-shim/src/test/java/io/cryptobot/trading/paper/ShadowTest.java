package io.cryptobot.trading.paper;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.cryptobot.telemetry.MetricCatalog;
import io.cryptobot.telemetry.Telemetry;
import io.cryptobot.telemetry.TelemetrySettings;
import io.cryptobot.telemetry.dropwizard.FileHistogram;
import io.cryptobot.telemetry.files.InstanceName;
import io.cryptobot.telemetry.files.RunDirectory;
import io.cryptobot.testing.ManualClock;
import io.cryptobot.trading.ClientOrderId;
import io.cryptobot.trading.FailureReason;
import io.cryptobot.trading.OrderException;
import io.cryptobot.trading.OrderRequest;
import io.cryptobot.trading.OrderStatus;
import io.cryptobot.trading.ScriptedExchange;
import io.cryptobot.trading.Side;
import java.math.BigDecimal;
import java.math.MathContext;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Tests the comparison of live orders with fills in a scripted market. */
class ShadowTest {
    private static final String SYMBOL = Market.SYMBOL;

    @TempDir
    Path directory;

    private final ScriptedExchange exchange = ScriptedExchange.forMarketData();
    private final ManualClock clock = new ManualClock();
    private Telemetry telemetry;
    private Shadow shadow;
    private int ids;

    @BeforeEach
    void open() {
        exchange.book = Market.orderBook("99x5 98x5 | 101x5 102x5");
        telemetry = Telemetry.open(new TelemetrySettings(new InstanceName("bot"), new RunDirectory(directory)));
        shadow = new Shadow(() -> exchange, Market.settings().build(), telemetry, clock);
    }

    @AfterEach
    void close() {
        shadow.close();
        telemetry.close();
    }

    @ParameterizedTest
    @CsvSource({
        // the book is 99x5 98x5 | 101x5 102x5
        "BUY, 5, 101, 0", // the same
        "BUY, 5, 102.01, 100", // more expensive: worse
        "BUY, 5, 100.99, -0.9901", // cheaper: better
        "BUY, 10, 101.5, 0", // paper walks both levels
        "SELL, 5, 99, 0",
        "SELL, 5, 98.01, 100", // for a lower price: worse
        "SELL, 10, 98.5, 0",
        "SELL, 5, 99.0099, -1",
    })
    void aKnownBookGivesAKnownDifference(Side side, String quantity, String price, double bps) throws Exception {
        exchange.fills(quantity, price);
        place(side, quantity);

        FileHistogram histogram = difference(side);
        assertThat(histogram.getCount()).isEqualTo(1);
        assertThat(histogram.getSnapshot().getMean()).isCloseTo(bps, within(1e-3));
        assertThat(difference(side.opposite()).getCount()).isZero();
        assertThat(count("compared")).isEqualTo(1);
    }

    @Test
    void eachOrderMeetsTheBookAsItIsShownWhateverPaperTookBefore() throws Exception {
        exchange.fills("10", "101.5");
        place(Side.BUY, "10");
        place(Side.BUY, "10");
        assertThat(count("compared")).isEqualTo(2);
        assertThat(difference(Side.BUY).getSnapshot().getMean()).isZero();
    }

    @Test
    void countsOrdersThatOneSideFilledAndTheOtherNot() throws Exception {
        exchange.answer = new OrderException(FailureReason.INSUFFICIENT_FUNDS, "no money");
        place(Side.BUY, "5");
        assertThat(count("paper_only")).isEqualTo(1);

        exchange.book = Market.orderBook("99x5 | ");
        place(Side.BUY, "5");
        assertThat(count("neither")).isEqualTo(1);

        exchange.fills("5", "101");
        place(Side.BUY, "5");
        assertThat(count("live_only")).isEqualTo(1);
        assertThat(difference(Side.BUY).getCount()).isZero();
    }

    @Test
    void doesNotGuessWhereTheAnswerDoesNotTell() throws Exception {
        exchange.answer = new IllegalStateException("parse error after 2xx");
        place(Side.BUY, "5");
        exchange.answers(OrderStatus.FILLED, "10", null);
        place(Side.BUY, "5");
        assertThat(count("failed")).isEqualTo(2);
        exchange.answers(OrderStatus.ACCEPTED, "0", null);
        place(Side.BUY, "5");
        assertThat(count("open")).isEqualTo(1);
        assertThat(count("paper_only")).isZero();
    }

    @Test
    void anOrderRestsOnPaperOnlyUntilItIsCompared() throws Exception {
        for (int order = 0; order < 3; order++) {
            exchange.answers(OrderStatus.CANCELLED, "0", null);
            shadow.place(exchange, OrderRequest.limit(id(), SYMBOL, Side.BUY, BigDecimal.TEN, new BigDecimal(90)));
            shadow.work();
        }
        exchange.book = Market.orderBook("80x5 | 89x100"); // beyond all prices
        exchange.fills("10", "89");
        place(Side.BUY, "10");
        assertThat(count("neither")).isEqualTo(3);
        assertThat(count("compared")).isEqualTo(1);
    }

    @Test
    void aMarketThatCannotBeSeenIsAFailureAndIsLookedAtAgainLater() throws Exception {
        exchange.fills("5", "101");
        exchange.marketFailure = new OrderException(FailureReason.UNKNOWN, "HTTP 503");
        place(Side.BUY, "5");
        exchange.marketFailure = null;
        place(Side.BUY, "5");
        assertThat(count("failed")).as("no new client so soon").isEqualTo(2);
        clock.advance(Duration.ofSeconds(10));
        place(Side.BUY, "5");
        assertThat(count("compared")).isEqualTo(1);
    }

    @Test
    void dropsWhatComesTooFastOrWaitedTooLong() throws Exception {
        exchange.fills("5", "101");
        for (int order = 0; order < 100; order++) {
            shadow.place(exchange, market(Side.BUY, "5"));
        }
        assertThat(count("dropped")).isEqualTo(36);
        clock.advance(Duration.ofSeconds(2));
        shadow.work();
        assertThat(count("dropped")).isEqualTo(100);
        assertThat(exchange.marketRequests).hasValue(0);
    }

    @Test
    void anAnswerThatNeverComesIsGivenUp() {
        Shadow.Order unused = shadow.sent(market(Side.BUY, "5"));
        shadow.work();
        assertThat(count("failed")).isZero();
        clock.advance(Duration.ofSeconds(61));
        shadow.work();
        assertThat(count("failed")).isEqualTo(1);
    }

    @Test
    void aShadowThatHangsOrHasNoClientLeavesLiveOrdersAlone() throws Exception {
        CountDownLatch never = new CountDownLatch(1);
        ScriptedExchange hanging = ScriptedExchange.forMarketData();
        hanging.whileAskedForMarket = () -> {
            try {
                never.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        };
        Shadow started = Shadow.start(() -> hanging, Market.settings().build(), telemetry);
        exchange.fills("5", "101");
        try (started) {
            for (int order = 0; order < 1_000; order++) {
                assertThat(started.place(exchange, market(Side.BUY, "5"))).isSameAs(exchange.answer);
            }
            exchange.answer = new IllegalStateException("its own");
            assertThatThrownBy(() -> started.place(exchange, market(Side.BUY, "5")))
                    .isSameAs(exchange.answer);
        } finally {
            never.countDown();
        }
        assertThat(count("dropped")).isGreaterThanOrEqualTo(1_001 - 65);
    }

    /** For random markets and answers: each order has one outcome, and only compared orders have a difference. */
    @Test
    void everyOrderHasOneOutcome() throws Exception {
        Random random = new Random(7);
        double expected = 0;
        int compared = 0;
        for (int order = 0; order < 500; order++) {
            int bid = 90 + random.nextInt(10);
            int ask = bid + 1 + random.nextInt(5);
            exchange.book = Market.orderBook(bid + "x5 | " + ask + "x5");
            Side side = random.nextBoolean() ? Side.BUY : Side.SELL;
            BigDecimal paper = BigDecimal.valueOf(side == Side.BUY ? ask : bid);
            BigDecimal price = paper.add(BigDecimal.valueOf(random.nextInt(200) - 100, 2));
            exchange.fills("5", price.toPlainString());
            if (random.nextInt(4) == 0) {
                exchange.answer = new OrderException(FailureReason.REJECTED, "no");
            } else {
                BigDecimal bps = price.subtract(paper)
                        .multiply(BigDecimal.valueOf(10_000))
                        .divide(paper, MathContext.DECIMAL64);
                expected += side == Side.BUY ? bps.doubleValue() : -bps.doubleValue();
                compared++;
            }
            place(side, "5");
        }
        assertThat(count("compared")).isEqualTo(compared);
        assertThat(count("paper_only")).isEqualTo(500 - compared);
        double sum = 0;
        for (Side side : Side.values()) {
            sum += difference(side).getSnapshot().getMean() * difference(side).getCount();
        }
        assertThat(sum).isCloseTo(expected, within(0.01));
    }

    private void place(Side side, String quantity) throws OrderException {
        try {
            shadow.place(exchange, market(side, quantity));
        } catch (OrderException | RuntimeException e) {
            assertThat(e).isSameAs(exchange.answer);
        }
        shadow.work();
    }

    private OrderRequest market(Side side, String quantity) {
        return OrderRequest.market(id(), SYMBOL, side, new BigDecimal(quantity));
    }

    private ClientOrderId id() {
        return new ClientOrderId("s" + ++ids);
    }

    private long count(String outcome) {
        return telemetry.counter(MetricCatalog.SHADOW_ORDERS, outcome).getCount();
    }

    private FileHistogram difference(Side side) {
        return telemetry.histogram(
                MetricCatalog.SHADOW_FILL_DIFFERENCE, side.name().toLowerCase(Locale.ROOT));
    }
}
