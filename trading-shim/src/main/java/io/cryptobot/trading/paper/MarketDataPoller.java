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
 * Polls market data of the real exchange for the paper engine. It polls a market immediately when an order needs it,
 * and regularly while the market has open orders. Threads that need the same market at the same time share one request.
 * Thread-safe.
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
     * The threads of the poller; both executors are shut down with it if possible.
     *
     * @param requests runs the requests to the exchange, which may hang
     * @param timer starts the regular requests
     */
    record Threads(Executor requests, ScheduledExecutorService timer) {}

    /** One market with its current or last request. */
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

    /** Starts to poll the markets of open orders, unless it was started before. */
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
                String problem = poll(symbol, clock.nanos());
                if (!problem.isEmpty()) {
                    LOGGER.debug("No market data for the open paper orders in {}: {}", symbol, problem);
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // closed
        } catch (RuntimeException e) { // an exception must not end the schedule
            LOGGER.warn("The markets of the open paper orders could not be polled", e);
        }
    }

    /**
     * Polls a market once and applies the answer to the engine. Concurrent callers share one request.
     *
     * @param stampNanos the time of the request, at which the answer is applied
     * @return why there is no market data; empty if there is market data
     */
    String poll(String symbol, long stampNanos) throws InterruptedException {
        if (settings.instrument(symbol) == null) {
            return ""; // the engine rejects the order, so no request is needed
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
            market.request =
                    CompletableFuture.supplyAsync(() -> pollAndApply(market.feed, stampNanos), threads.requests());
        }
        return market.request;
    }

    private String pollAndApply(MarketFeed feed, long stampNanos) {
        try {
            MarketFeed.Update update = feed.poll();
            return engine.call(each -> {
                update.apply(each, stampNanos);
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
