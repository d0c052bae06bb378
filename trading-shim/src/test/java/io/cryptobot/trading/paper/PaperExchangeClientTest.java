package io.cryptobot.trading.paper;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.cryptobot.trading.ClientOrderId;
import io.cryptobot.trading.FailureReason;
import io.cryptobot.trading.OrderAck;
import io.cryptobot.trading.OrderException;
import io.cryptobot.trading.OrderRequest;
import io.cryptobot.trading.OrderStatus;
import io.cryptobot.trading.PublicTrade;
import io.cryptobot.trading.ScriptedExchange;
import io.cryptobot.trading.Side;
import io.cryptobot.trading.paper.MarketDataPoller.Threads;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PaperExchangeClientTest {
    private static final String SYMBOL = "XRPETH";

    @TempDir
    Path directory;

    private final SkippingClock clock = new SkippingClock();
    private final ManualTimer timer = new ManualTimer();
    private final ScriptedExchange exchange = ScriptedExchange.forMarketData();
    private PaperExchangeClient paper = open(PaperSettings.builder(), Runnable::run);
    private int ids;

    private PaperExchangeClient open(PaperSettings.Builder settings, Executor requests) {
        return new PaperExchangeClient(exchange, settings.build(), clock, new Threads(requests, timer));
    }

    private void reopen(PaperSettings.Builder settings) {
        paper.close();
        paper = open(settings, Runnable::run);
    }

    @AfterEach
    void close() {
        paper.close();
    }

    /** Advances the time instead of waiting. */
    private static final class SkippingClock implements PaperClock {
        private long nanos;

        @Override
        public synchronized long nanos() {
            return nanos;
        }

        @Override
        public synchronized void sleepUntil(long until) throws InterruptedException {
            if (Thread.interrupted()) {
                throw new InterruptedException();
            }
            nanos = Math.max(nanos, until);
        }

        @Override
        public <T> T await(Future<T> future, Duration atMost)
                throws InterruptedException, ExecutionException, TimeoutException {
            if (!future.isDone()) {
                sleepUntil(nanos() + atMost.toNanos());
                throw new TimeoutException();
            }
            return future.get();
        }
    }

    /** Stores the periodic task, so that a test can run it. */
    private static final class ManualTimer extends ScheduledThreadPoolExecutor {
        private final List<Runnable> tasks = new ArrayList<>();

        ManualTimer() {
            super(0);
        }

        @Override
        public ScheduledFuture<?> scheduleWithFixedDelay(Runnable task, long initial, long delay, TimeUnit unit) {
            tasks.add(task);
            return null;
        }
    }

    private OrderRequest market(Side side) {
        return OrderRequest.market(new ClientOrderId("a" + ++ids), SYMBOL, side, BigDecimal.TEN);
    }

    private OrderRequest limit(Side side, String price) {
        return OrderRequest.limit(new ClientOrderId("a" + ++ids), SYMBOL, side, BigDecimal.TEN, new BigDecimal(price));
    }

    private OrderException failure(OrderRequest request) {
        return catchThrowableOfType(OrderException.class, () -> paper.place(request));
    }

    @Test
    void fillsFromTheBookOfTheRealExchangeAfterTheLatency() throws Exception {
        exchange.book = Market.orderBook("1.9x7 | 2.1x7");
        OrderAck ack = paper.place(market(Side.BUY));
        assertThat(ack.status()).as("the book holds 7").isEqualTo(OrderStatus.CANCELLED);
        assertThat(ack.filledQuantity()).isEqualByComparingTo("7");
        assertThat(ack.averagePrice()).isEqualByComparingTo("2.1");
        assertThat(ack.exchangeOrderId()).isEqualTo("P-1-1");
        assertThat(clock.nanos()).isEqualTo(50_000_000);
        assertThat(paper.recentFills(SYMBOL)).hasSize(1);
    }

    @Test
    void makesABookWithASpreadFromATicker() throws Exception {
        assertThat(paper.place(market(Side.BUY)).averagePrice()).isEqualByComparingTo("2.001");
        assertThat(paper.place(market(Side.SELL)).averagePrice()).isEqualByComparingTo("1.999");
        assertThat(paper.balances().get("XRPETH.base")).isEqualByComparingTo("1000000");
    }

    @Test
    void aTickerOfTheSameTradeIsTheSameLiquidity() throws Exception {
        reopen(PaperSettings.builder().ticker(new BigDecimal(15), new BigDecimal("0.0005"), Duration.ofMinutes(5)));
        exchange.tickerMs = System.currentTimeMillis();
        assertThat(paper.place(market(Side.BUY)).filledQuantity()).isEqualByComparingTo("10");
        assertThat(paper.place(market(Side.BUY)).filledQuantity()).isEqualByComparingTo("5");
        exchange.tickerMs++;
        assertThat(paper.place(market(Side.BUY)).filledQuantity()).isEqualByComparingTo("10");
    }

    @Test
    void refusesWithoutAPriceAndSaysWhy() {
        exchange.marketFailure = new OrderException(FailureReason.UNKNOWN, "connection refused");
        OrderException failure = failure(market(Side.BUY));
        assertThat(failure.reason()).isEqualTo(FailureReason.NOT_SENT);
        assertThat(failure).hasMessage("stale_market_data: there has been no book; connection refused");
        assertThat(clock.nanos()).isGreaterThanOrEqualTo(Duration.ofSeconds(10).toNanos());
        assertThat(paper.refusedAsStale()).isEqualTo(1);
    }

    @Test
    void refusesAPriceOfLastWeek() {
        exchange.tickerMs = System.currentTimeMillis() - Duration.ofDays(7).toMillis();
        assertThat(failure(market(Side.BUY)))
                .hasMessageStartingWith("stale_market_data: there has been no book; the last trade of XRPETH was 6048");
    }

    @Test
    void survivesWhateverTheMarketDataThrows() {
        exchange.whileAskedForMarket = () -> {
            throw new IllegalStateException("parse error");
        };
        assertThat(failure(market(Side.BUY))).hasMessageEndingWith("IllegalStateException: parse error");
        exchange.whileAskedForMarket = () -> {
            throw new StackOverflowError();
        };
        assertThat(failure(market(Side.BUY))).hasMessageEndingWith("java.lang.StackOverflowError");
    }

    @Test
    void anExchangeThatHangsCostsTheOrderAndNotTheBot() {
        paper.close();
        paper = open(
                PaperSettings.builder().staleness(Duration.ofMillis(100), Duration.ofMillis(200)), neverAnswered -> {});
        assertThat(failure(market(Side.BUY)))
                .hasMessage("stale_market_data: there has been no book; no answer from scripted for 200 ms");
    }

    @Test
    void anInterruptLeavesTheOutcomeUnknown() {
        Thread.currentThread().interrupt();
        assertThat(failure(market(Side.BUY)).reason()).isEqualTo(FailureReason.UNKNOWN);
        assertThat(Thread.interrupted()).isTrue();
    }

    @Test
    void aRestingOrderIsListedAndCancelled() throws Exception {
        OrderRequest request = limit(Side.BUY, "1.5");
        assertThat(paper.place(request).status()).isEqualTo(OrderStatus.ACCEPTED);
        assertThat(paper.openOrders(SYMBOL)).containsExactly(request.clientOrderId());
        assertThat(paper.openOrders("OTHER")).isEmpty();
        paper.cancel(SYMBOL, request.clientOrderId());
        assertThat(paper.openOrders(SYMBOL)).isEmpty();
        assertThatThrownBy(() -> paper.cancel(SYMBOL, request.clientOrderId()))
                .hasMessage("no open paper order " + request.clientOrderId());
    }

    @Test
    void aRestingOrderIsFilledByThePublicTradesThatFollowAndNoOthers() throws Exception {
        List<PublicTrade> trades = new ArrayList<>();
        trades.add(new PublicTrade(1, SYMBOL, new BigDecimal("1.4"), BigDecimal.TEN, Side.SELL, 1));
        exchange.trades = List.copyOf(trades);
        exchange.book = Market.orderBook("1.5x1 | 2.5x1");
        OrderRequest request = limit(Side.BUY, "2");
        assertThat(paper.place(request).filledQuantity())
                .as("that trade was before")
                .isZero();
        trades.add(new PublicTrade(2, SYMBOL, new BigDecimal("1.9"), BigDecimal.TEN, Side.SELL, 2));
        exchange.trades = List.copyOf(trades);
        assertThat(timer.tasks).as("the market of an open order is polled").hasSize(1);
        timer.tasks.get(0).run();
        assertThat(paper.status(request.clientOrderId())).contains(PaperOrderStatus.FILLED);
        assertThat(paper.recentFills(SYMBOL))
                .singleElement()
                .satisfies(fill -> assertThat(fill.price()).isEqualByComparingTo("2"));
        assertThatThrownBy(() -> paper.cancel(SYMBOL, request.clientOrderId())).isInstanceOf(OrderException.class);
    }

    @Test
    void theFaultProfileReachesTheBot() throws Exception {
        reopen(PaperSettings.builder().faults(new FaultProfile(0, 0, 1, 0, 0, Duration.ZERO)));
        OrderRequest request = market(Side.BUY);
        assertThat(failure(request).reason()).isEqualTo(FailureReason.UNKNOWN);
        assertThat(paper.status(request.clientOrderId())).contains(PaperOrderStatus.FILLED);
    }

    @Test
    void refusesAMarketThatTheSettingsDoNotName() {
        reopen(PaperSettings.builder().instrument(Market.INSTRUMENT));
        OrderException failure = catchThrowableOfType(
                OrderException.class,
                () -> paper.place(OrderRequest.market(new ClientOrderId("x"), "DOGE", Side.BUY, BigDecimal.ONE)));
        assertThat(failure).hasMessage("unknown symbol DOGE");
        assertThat(failure.reason()).isEqualTo(FailureReason.INVALID);
    }

    @Test
    void continuesAfterARestart() throws Exception {
        PaperSettings.Builder settings =
                PaperSettings.builder().journal(directory.resolve("state").resolve("bot.paper.jsonl"));
        reopen(settings);
        paper.place(market(Side.BUY));
        OrderRequest resting = limit(Side.BUY, "1.5");
        paper.place(resting);
        var before = paper.balances();
        timer.tasks.clear();

        reopen(settings);
        assertThat(timer.tasks).as("the market of its open order is polled").hasSize(1);
        assertThat(paper.balances()).isEqualTo(before);
        assertThat(paper.openOrders(SYMBOL)).containsExactly(resting.clientOrderId());
        assertThat(paper.place(market(Side.SELL)).exchangeOrderId()).startsWith("P-2-");
        assertThat(failure(resting)).hasMessage("the client order id was used before");
        paper.cancel(SYMBOL, resting.clientOrderId());
    }
}
