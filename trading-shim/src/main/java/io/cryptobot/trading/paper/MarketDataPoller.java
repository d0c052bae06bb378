package io.cryptobot.trading.paper;

import io.cryptobot.trading.ExchangeClient;
import io.cryptobot.trading.OrderException;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Shows the real exchange's markets to the paper engine: when an order needs one, and regularly those in which orders are
 * open. Threads that need the same market at the same time share one request. Thread-safe.
 */
final class MarketDataPoller implements AutoCloseable {
    private static final Logger LOGGER = LoggerFactory.getLogger(MarketDataPoller.class);

    private final ExchangeClient exchange;
    private final PaperSettings settings;
    private final PaperClock clock;
    private final JournaledEngine engine;
    private final Threads threads;
    private final AtomicBoolean started = new AtomicBoolean();

    /** By symbol. Guarded by "this". */
    private final Map<String, Market> markets = new HashMap<>();

    /**
     * What the requests run on; both are ended with the poller if they can be.
     *
     * @param requests runs the requests to the exchange, which may hang
     * @param timer starts the regular ones
     */
    record Threads(Executor requests, ScheduledExecutorService timer) {}

    /** One market, and the request for it that is under way or was the last. */
    private static final class Market {
        final MarketFeed feed;
        CompletableFuture<String> request = CompletableFuture.completedFuture("");

        Market(MarketFeed feed) {
            this.feed = feed;
        }
    }

    MarketDataPoller(
            ExchangeClient exchange,
            PaperSettings settings,
            PaperClock clock,
            JournaledEngine engine,
            Threads threads) {
        this.exchange = exchange;
        this.settings = settings;
        this.clock = clock;
        this.engine = engine;
        this.threads = threads;
    }

    /** Begins to poll the markets of open orders, if it has not begun. */
    void start() {
        if (started.compareAndSet(false, true)) {
            long nanos = settings.pollInterval.toNanos();
            var unused =
                    threads.timer().scheduleWithFixedDelay(this::pollOpenOrders, nanos, nanos, TimeUnit.NANOSECONDS);
        }
    }

    private void pollOpenOrders() {
        try {
            engine.advance();
            Set<String> symbols = engine.call(each -> each.openOrders().stream()
                    .map(order -> order.request().symbol())
                    .collect(Collectors.toSet()));
            for (String symbol : symbols) {
                String trouble = poll(symbol, clock.nanos());
                if (!trouble.isEmpty()) {
                    LOGGER.debug("There is no market data for the open paper orders in {}: {}", symbol, trouble);
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // closed
        } catch (RuntimeException e) { // must not end the schedule
            LOGGER.warn("The markets of the open paper orders could not be polled", e);
        }
    }

    /**
     * Asks for a market once, together with the other threads that ask for it now, and shows it to the engine.
     *
     * @param stampNanos the time that the answer counts for: when it was asked for
     * @return why there is no answer; empty when there is one
     */
    String poll(String symbol, long stampNanos) throws InterruptedException {
        if (settings.instrument(symbol) == null) {
            return ""; // the engine rejects the order; the exchange need not be asked
        }
        try {
            return clock.await(request(symbol, stampNanos), settings.maxWait);
        } catch (TimeoutException e) {
            return "no answer from " + exchange.name() + " for " + settings.maxWait.toMillis() + " ms";
        } catch (ExecutionException e) {
            return String.valueOf(e.getCause());
        }
    }

    private synchronized CompletableFuture<String> request(String symbol, long stampNanos) {
        Market market = markets.computeIfAbsent(symbol, each -> new Market(new MarketFeed(exchange, settings, each)));
        if (market.request.isDone()) {
            market.request = CompletableFuture.supplyAsync(() -> show(market.feed, stampNanos), threads.requests());
        }
        return market.request;
    }

    private String show(MarketFeed feed, long stampNanos) {
        try {
            MarketFeed.Update update = feed.poll();
            return engine.call(each -> {
                update.show(each, stampNanos);
                return "";
            });
        } catch (OrderException e) {
            return String.valueOf(e.getMessage());
        }
    }

    @Override
    public void close() {
        threads.timer().shutdownNow();
        if (threads.requests() instanceof ExecutorService service) {
            service.shutdownNow();
        }
    }
}
