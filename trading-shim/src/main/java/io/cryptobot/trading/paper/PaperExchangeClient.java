package io.cryptobot.trading.paper;

import io.cryptobot.trading.ClientOrderId;
import io.cryptobot.trading.ExchangeClient;
import io.cryptobot.trading.FailureReason;
import io.cryptobot.trading.Fill;
import io.cryptobot.trading.Instrument;
import io.cryptobot.trading.OpenOrder;
import io.cryptobot.trading.OrderAck;
import io.cryptobot.trading.OrderBook;
import io.cryptobot.trading.OrderException;
import io.cryptobot.trading.OrderFill;
import io.cryptobot.trading.OrderRequest;
import io.cryptobot.trading.OrderStatus;
import io.cryptobot.trading.PublicTrade;
import io.cryptobot.trading.Ticker;
import io.cryptobot.trading.paper.MarketFeed.Seen;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A paper exchange with the market of a real one: {@link PaperEngine} behind the interface of a live client. A call takes
 * as long as the order is under way, and an order waits for market data that is fresh. While orders rest, a daemon thread
 * looks at their markets. Thread-safe; asks the real exchange for prices only.
 */
public final class PaperExchangeClient implements ExchangeClient {
    private static final Logger LOGGER = LoggerFactory.getLogger(PaperExchangeClient.class);
    private static final int FILLS_KEPT = 10_000;
    private static final Duration RETRY = Duration.ofMillis(250);

    private final ExchangeClient exchange;
    private final PaperSettings settings;
    private final PaperClock clock;
    private final Executor lookers;
    private final @Nullable ExecutorService ownLookers;
    private final ScheduledExecutorService poller;

    /** Guards the engine, the journal and all that follows. */
    private final Object lock = new Object();

    private final PaperEngine engine;
    private final @Nullable PaperJournal journal;
    private final Deque<Fill> fills = new ArrayDeque<>();
    private final Map<String, Look> looks = new HashMap<>();
    private boolean polling;

    /** One market, and the look at it that is under way. */
    private static final class Look {
        final MarketFeed feed;
        CompletableFuture<String> underWay = CompletableFuture.completedFuture("");

        Look(MarketFeed feed) {
            this.feed = feed;
        }
    }

    /** Opens a paper exchange with the default settings. */
    public PaperExchangeClient(ExchangeClient exchange) {
        this(exchange, PaperSettings.builder().build());
    }

    /**
     * Opens a paper exchange. A journal that cannot be used is left alone: the account starts anew then, with one line in
     * the log.
     *
     * @param exchange asked for prices only; not closed with this
     */
    public PaperExchangeClient(ExchangeClient exchange, PaperSettings settings) {
        this(exchange, settings, PaperClock.system(), Executors.newCachedThreadPool(daemons("paper-market-data")));
    }

    /** @param lookers run the calls to the exchange; ended with this if they can be */
    PaperExchangeClient(ExchangeClient exchange, PaperSettings settings, PaperClock clock, Executor lookers) {
        this.exchange = exchange;
        this.settings = settings;
        this.clock = clock;
        this.lookers = lookers;
        this.ownLookers = lookers instanceof ExecutorService service ? service : null;
        this.poller = Executors.newSingleThreadScheduledExecutor(daemons("paper-poller"));
        this.journal = openJournal(settings.journal);
        this.engine = new PaperEngine(settings, new Recorder());
        synchronized (lock) {
            if (journal != null) {
                engine.restore(clock.nanos(), journal.recovered());
                journal.snapshot(engine.state());
                int resting = engine.openOrders().size();
                if (resting > 0) {
                    LOGGER.info(
                            "{} paper orders rest on after {} without a bot, in which nothing was filled",
                            resting,
                            journal.offline());
                    startPolling();
                }
            }
        }
    }

    private static ThreadFactory daemons(String name) {
        AtomicInteger number = new AtomicInteger();
        return task -> {
            Thread thread = new Thread(task, name + "-" + number.incrementAndGet());
            thread.setDaemon(true);
            return thread;
        };
    }

    private static @Nullable PaperJournal openJournal(@Nullable Path file) {
        if (file == null) {
            return null;
        }
        try {
            return PaperJournal.open(file);
        } catch (IOException e) {
            LOGGER.warn("The paper account starts anew and will not outlive this run: {}", e.toString());
            return null;
        }
    }

    @Override
    public String name() {
        return exchange.name();
    }

    /**
     * Executes an order as the real market would, as far as that can be known.
     *
     * @throws OrderException with the reason that the real exchange would give; {@link FailureReason#NOT_SENT} and {@code
     *     stale_market_data} when no fresh price could be had
     */
    @Override
    public OrderAck place(OrderRequest request) throws OrderException {
        try {
            PaperOrder order;
            synchronized (lock) {
                order = engine.submit(clock.nanos(), request);
                written();
            }
            String trouble = follow(order);
            synchronized (lock) {
                return answer(order, trouble);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new OrderException(FailureReason.UNKNOWN, "interrupted while waiting for the answer", e);
        }
    }

    /** Waits until an order has been executed, rests or is refused. {@return why the market could not be seen, or nothing} */
    private String follow(PaperOrder order) throws InterruptedException {
        String symbol = order.request().symbol();
        long actsAt;
        synchronized (lock) {
            actsAt = order.actsAtNanos();
        }
        clock.sleepUntil(actsAt);
        String trouble = "";
        long stamp = actsAt; // so that the order meets what was seen when it arrived
        while (true) {
            synchronized (lock) {
                if (order.status().isEnded() || order.status().isOpen()) {
                    return trouble;
                }
            }
            trouble = look(symbol, stamp);
            synchronized (lock) {
                stamp = clock.nanos();
                engine.advanceTo(stamp);
                written();
                if (order.status().isEnded() || order.status().isOpen()) {
                    return trouble;
                }
            }
            clock.sleepUntil(stamp + RETRY.toNanos());
            stamp = clock.nanos();
        }
    }

    /**
     * Looks at a market once, together with whoever else looks at it now, and shows it to the engine.
     *
     * @param stamp the time of what is seen: when it was asked for
     * @return why it could not be seen, or nothing
     */
    private String look(String symbol, long stamp) throws InterruptedException {
        CompletableFuture<String> seen;
        synchronized (lock) {
            if (settings.instrument(symbol) == null) {
                return ""; // the engine refuses the order; the exchange need not be asked
            }
            Look look = looks.computeIfAbsent(symbol, unused -> new Look(new MarketFeed(exchange, settings, symbol)));
            if (look.underWay.isDone()) {
                look.underWay = CompletableFuture.supplyAsync(() -> look(look.feed, stamp), lookers);
            }
            seen = look.underWay;
        }
        try {
            return seen.get(settings.maxWait.toNanos(), TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
            return "no answer from " + name() + " for " + settings.maxWait.toMillis() + " ms";
        } catch (ExecutionException e) {
            return String.valueOf(e.getCause());
        }
    }

    private String look(MarketFeed feed, long stamp) {
        Seen seen;
        try {
            seen = feed.look();
        } catch (OrderException e) {
            return String.valueOf(e.getMessage());
        }
        synchronized (lock) {
            seen.show(engine, stamp);
            written();
        }
        return "";
    }

    private OrderAck answer(PaperOrder order, String trouble) throws OrderException {
        if (order.isAnswerLost()) {
            throw new OrderException(FailureReason.UNKNOWN, "fault profile: the answer is lost");
        }
        if (order.status() == PaperOrderStatus.REJECTED) {
            FailureReason reason = Objects.requireNonNullElse(order.reason(), FailureReason.REJECTED);
            throw new OrderException(reason, order.message() + (trouble.isEmpty() ? "" : "; " + trouble));
        }
        if (order.status().isOpen()) {
            startPolling();
        }
        return new OrderAck(
                order.request().clientOrderId(),
                order.exchangeOrderId(),
                inCommonWords(order.status()),
                order.filledQuantity(),
                order.averagePrice());
    }

    /**
     * Cancels an open paper order, unless it is filled while the cancellation is under way.
     *
     * @throws OrderException when there is no such order, or it was filled before
     */
    @Override
    public void cancel(String symbol, ClientOrderId id) throws OrderException {
        try {
            PaperOrder order;
            synchronized (lock) {
                order = engine.cancel(clock.nanos(), id)
                        .orElseThrow(() -> new OrderException(FailureReason.REJECTED, "no open paper order " + id));
                written();
            }
            clock.sleepUntil(order.actsAtNanos());
            look(order.request().symbol(), order.actsAtNanos());
            synchronized (lock) {
                engine.advanceTo(clock.nanos());
                written();
                if (order.status() != PaperOrderStatus.CANCELLED) {
                    throw new OrderException(
                            FailureReason.REJECTED, "paper order " + id + " is not cancelled, but " + order.status());
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new OrderException(FailureReason.UNKNOWN, "interrupted while waiting for the answer", e);
        }
    }

    @Override
    public List<ClientOrderId> openOrders(String symbol) {
        synchronized (lock) {
            return engine.openOrders().stream()
                    .map(PaperOrder::request)
                    .filter(request -> request.symbol().equals(symbol))
                    .map(OrderRequest::clientOrderId)
                    .toList();
        }
    }

    @Override
    public List<OpenOrder> openOrders() {
        synchronized (lock) {
            return engine.openOrders().stream()
                    .map(PaperOrder::request)
                    .map(request -> new OpenOrder(request.clientOrderId(), request.symbol(), false))
                    .toList();
        }
    }

    @Override
    public List<OrderFill> fills(String symbol, Instant since) {
        return recentFills(symbol).stream()
                .filter(fill -> fill.timeMs() >= since.toEpochMilli())
                .map(fill -> new OrderFill(
                        fill.clientOrderId(), fill.quantity(), fill.price(), Instant.ofEpochMilli(fill.timeMs())))
                .toList();
    }

    /** {@return how far a paper order has come, in the words of all orders; empty for one that has not arrived, or is unknown} */
    public Optional<OrderStatus> outcome(ClientOrderId id) {
        return status(id).filter(status -> status.isOpen() || status.isEnded()).map(PaperExchangeClient::inCommonWords);
    }

    private static OrderStatus inCommonWords(PaperOrderStatus status) {
        return switch (status) {
            case FILLED -> OrderStatus.FILLED;
            case PARTIALLY_FILLED -> OrderStatus.PARTIALLY_FILLED;
            case CANCELLED -> OrderStatus.CANCELLED;
            case REJECTED -> OrderStatus.REJECTED;
            case ACCEPTED, IN_FLIGHT, WAITING -> OrderStatus.ACCEPTED;
        };
    }

    /** {@return how far a paper order has come; empty for one that is unknown here or ended long ago} */
    public Optional<PaperOrderStatus> status(ClientOrderId id) {
        synchronized (lock) {
            return engine.order(id).map(PaperOrder::status);
        }
    }

    /** {@return the latest fills of this run in a market, oldest first, at most 10,000 over all markets} */
    public List<Fill> recentFills(String symbol) {
        synchronized (lock) {
            return fills.stream().filter(fill -> fill.symbol().equals(symbol)).toList();
        }
    }

    /** {@return what the paper account holds, by currency; a currency is there from its first order on} */
    public Map<String, BigDecimal> balances() {
        synchronized (lock) {
            return engine.balances();
        }
    }

    /** {@return orders of this run that were refused because no fresh price could be had} */
    public long refusedAsStale() {
        synchronized (lock) {
            return engine.refusedAsStale();
        }
    }

    @Override
    public Ticker ticker(String symbol) throws OrderException {
        return exchange.ticker(symbol);
    }

    @Override
    public Optional<OrderBook> book(String symbol, int depth) throws OrderException {
        return exchange.book(symbol, depth);
    }

    @Override
    public List<PublicTrade> recentTrades(String symbol) throws OrderException {
        return exchange.recentTrades(symbol);
    }

    /** Ends the threads and the journal; the real exchange stays open. */
    @Override
    public void close() {
        poller.shutdownNow();
        if (ownLookers != null) {
            ownLookers.shutdownNow();
        }
        synchronized (lock) {
            if (journal != null) {
                journal.close();
            }
        }
    }

    /** Called under the lock. */
    private void startPolling() {
        if (!polling) {
            polling = true;
            long nanos = settings.pollInterval.toNanos();
            var unused = poller.scheduleWithFixedDelay(this::poll, nanos, nanos, TimeUnit.NANOSECONDS);
        }
    }

    private void poll() {
        try {
            Set<String> symbols = new LinkedHashSet<>();
            synchronized (lock) {
                engine.advanceTo(clock.nanos());
                written();
                engine.openOrders().forEach(order -> symbols.add(order.request().symbol()));
            }
            for (String symbol : symbols) {
                String trouble = look(symbol, clock.nanos());
                if (!trouble.isEmpty()) {
                    LOGGER.debug("Paper orders in {} rest unseen: {}", symbol, trouble);
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // closed
        } catch (RuntimeException e) {
            LOGGER.warn("A look at the paper orders' markets failed", e); // and must not be the last one
        }
    }

    /** Hands to the journal's file what the engine has done. Called under the lock. */
    private void written() {
        if (journal != null) {
            if (journal.wantsSnapshot()) {
                journal.snapshot(engine.state());
            } else {
                journal.flush();
            }
        }
    }

    /** Writes the journal and remembers fills. Called under the lock, by the engine. */
    private final class Recorder implements PaperEvents {
        @Override
        public void deposited(String currency, BigDecimal amount) {
            if (journal != null) {
                journal.deposited(currency, amount);
            }
        }

        @Override
        public void accepted(PaperOrder order) {
            if (journal != null) {
                journal.accepted(order);
            }
        }

        @Override
        public void triggered(PaperOrder order) {
            if (journal != null) {
                journal.triggered(order);
            }
        }

        @Override
        public void filled(PaperOrder order, Fill fill, Instrument instrument) {
            if (journal != null) {
                journal.filled(order, fill, instrument);
            }
            fills.add(fill);
            if (fills.size() > FILLS_KEPT) {
                fills.remove();
            }
        }

        @Override
        public void ended(PaperOrder order) {
            if (journal != null) {
                journal.ended(order);
            }
        }
    }
}
