package io.cryptobot.trading.paper;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.cryptobot.trading.ClientOrderId;
import io.cryptobot.trading.ExchangeClient;
import io.cryptobot.trading.FailureReason;
import io.cryptobot.trading.OrderAck;
import io.cryptobot.trading.OrderBook;
import io.cryptobot.trading.OrderBook.Level;
import io.cryptobot.trading.OrderException;
import io.cryptobot.trading.OrderRequest;
import io.cryptobot.trading.OrderStatus;
import io.cryptobot.trading.PublicTrade;
import io.cryptobot.trading.Side;
import io.cryptobot.trading.Ticker;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

class PaperExchangeClientTest {
    private static final String SYMBOL = "XRPETH";

    @TempDir
    Path directory;

    private final ManualClock clock = new ManualClock();
    private final ScriptedExchange exchange = new ScriptedExchange();
    private PaperExchangeClient paper = open(PaperSettings.builder());
    private int ids;

    private PaperExchangeClient open(PaperSettings.Builder settings) {
        return new PaperExchangeClient(
                exchange, settings.pollInterval(Duration.ofMillis(1)).build(), clock, Runnable::run);
    }

    @AfterEach
    void close() {
        paper.close();
    }

    /** Sleeps by moving on, so that nothing in a test takes as long as it says. */
    private static final class ManualClock implements PaperClock {
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
    }

    /** Shows what a test puts there, or throws. */
    private static final class ScriptedExchange implements ExchangeClient {
        volatile Optional<OrderBook> book = Optional.empty();
        volatile List<PublicTrade> trades = List.of();
        volatile long tickerMs;
        volatile Runnable whenAsked = () -> {};
        volatile OrderException failure;

        @Override
        public String name() {
            return "scripted";
        }

        @Override
        public OrderAck place(OrderRequest request) {
            throw new AssertionError("a live order");
        }

        @Override
        public void cancel(String symbol, ClientOrderId id) {
            throw new AssertionError("a live cancellation");
        }

        @Override
        public List<ClientOrderId> openOrders(String symbol) {
            return List.of();
        }

        @Override
        public Ticker ticker(String symbol) throws OrderException {
            ask();
            return new Ticker(symbol, BigDecimal.valueOf(2), tickerMs);
        }

        @Override
        public Optional<OrderBook> book(String symbol, int depth) throws OrderException {
            ask();
            return book;
        }

        @Override
        public List<PublicTrade> recentTrades(String symbol) {
            return trades;
        }

        private void ask() throws OrderException {
            whenAsked.run();
            if (failure != null) {
                throw failure;
            }
        }
    }

    private static Optional<OrderBook> book(String bid, String ask, int quantity) {
        return Optional.of(new OrderBook(
                SYMBOL,
                List.of(new Level(new BigDecimal(bid), new BigDecimal(quantity))),
                List.of(new Level(new BigDecimal(ask), new BigDecimal(quantity)))));
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
        exchange.book = book("1.9", "2.1", 7);
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
        paper.close();
        paper = open(
                PaperSettings.builder().ticker(new BigDecimal(15), new BigDecimal("0.0005"), Duration.ofMinutes(5)));
        exchange.tickerMs = System.currentTimeMillis();
        assertThat(paper.place(market(Side.BUY)).filledQuantity()).isEqualByComparingTo("10");
        assertThat(paper.place(market(Side.BUY)).filledQuantity()).isEqualByComparingTo("5");
        exchange.tickerMs++;
        assertThat(paper.place(market(Side.BUY)).filledQuantity()).isEqualByComparingTo("10");
    }

    @Test
    void refusesWithoutAPriceAndSaysWhy() {
        exchange.failure = new OrderException(FailureReason.UNKNOWN, "connection refused");
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
        exchange.whenAsked = () -> {
            throw new IllegalStateException("parse error");
        };
        assertThat(failure(market(Side.BUY))).hasMessageEndingWith("IllegalStateException: parse error");
        exchange.whenAsked = () -> {
            throw new StackOverflowError();
        };
        assertThat(failure(market(Side.BUY))).hasMessageEndingWith("java.lang.StackOverflowError");
    }

    @Test
    @Timeout(20)
    void anExchangeThatHangsCostsTheOrderAndNotTheBot() {
        paper.close();
        CountDownLatch hanging = new CountDownLatch(1);
        exchange.whenAsked = () -> {
            try {
                hanging.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        };
        paper = new PaperExchangeClient(
                exchange,
                PaperSettings.builder()
                        .staleness(Duration.ofMillis(100), Duration.ofMillis(200))
                        .build(),
                PaperClock.system(),
                Executors.newCachedThreadPool());
        assertThat(failure(market(Side.BUY)))
                .hasMessage("stale_market_data: there has been no book; no answer from scripted for 200 ms");
        hanging.countDown();
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
    @Timeout(20)
    void aRestingOrderIsFilledByThePublicTradesThatFollowAndNoOthers() throws Exception {
        List<PublicTrade> trades = new ArrayList<>();
        trades.add(new PublicTrade(1, SYMBOL, new BigDecimal("1.4"), BigDecimal.TEN, Side.SELL, 1));
        exchange.trades = List.copyOf(trades);
        exchange.book = book("1.5", "2.5", 1);
        OrderRequest request = limit(Side.BUY, "2");
        assertThat(paper.place(request).filledQuantity())
                .as("that trade was before")
                .isZero();
        trades.add(new PublicTrade(2, SYMBOL, new BigDecimal("1.9"), BigDecimal.TEN, Side.SELL, 2));
        exchange.trades = List.copyOf(trades);
        while (paper.status(request.clientOrderId()).orElseThrow() != PaperOrderStatus.FILLED) {
            Thread.onSpinWait(); // the poller looks every ms
        }
        assertThat(paper.recentFills(SYMBOL))
                .singleElement()
                .satisfies(fill -> assertThat(fill.price()).isEqualByComparingTo("2"));
        assertThatThrownBy(() -> paper.cancel(SYMBOL, request.clientOrderId())).isInstanceOf(OrderException.class);
    }

    @Test
    void theFaultProfileReachesTheBot() throws Exception {
        paper.close();
        paper = open(PaperSettings.builder().faults(new FaultProfile(0, 0, 1, 0, 0, Duration.ZERO)));
        OrderRequest request = market(Side.BUY);
        assertThat(failure(request).reason()).isEqualTo(FailureReason.UNKNOWN);
        assertThat(paper.status(request.clientOrderId())).contains(PaperOrderStatus.FILLED);
    }

    @Test
    void refusesAMarketThatTheSettingsDoNotName() {
        paper.close();
        paper = open(PaperSettings.builder().instrument(Market.INSTRUMENT));
        OrderException failure = catchThrowableOfType(
                OrderException.class,
                () -> paper.place(OrderRequest.market(new ClientOrderId("x"), "DOGE", Side.BUY, BigDecimal.ONE)));
        assertThat(failure).hasMessage("unknown symbol DOGE");
        assertThat(failure.reason()).isEqualTo(FailureReason.INVALID);
    }

    @Test
    void goesOnAfterARestartWhereItWas() throws Exception {
        paper.close();
        PaperSettings.Builder settings =
                PaperSettings.builder().journal(directory.resolve("state").resolve("bot.paper.jsonl"));
        paper = open(settings);
        paper.place(market(Side.BUY));
        OrderRequest resting = limit(Side.BUY, "1.5");
        paper.place(resting);
        var before = paper.balances();
        paper.close();

        paper = open(settings);
        assertThat(paper.balances()).isEqualTo(before);
        assertThat(paper.openOrders(SYMBOL)).containsExactly(resting.clientOrderId());
        assertThat(paper.place(market(Side.SELL)).exchangeOrderId()).startsWith("P-2-");
        assertThat(failure(resting)).hasMessage("the client order id was used before");
        paper.cancel(SYMBOL, resting.clientOrderId());
    }
}
