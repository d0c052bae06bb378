package io.cryptobot.trading.paper;

import io.cryptobot.telemetry.Internal;
import io.cryptobot.telemetry.MetricCatalog;
import io.cryptobot.telemetry.Telemetry;
import io.cryptobot.telemetry.dropwizard.FileCounter;
import io.cryptobot.telemetry.dropwizard.FileHistogram;
import io.cryptobot.trading.ExchangeClient;
import io.cryptobot.trading.ExchangeClientFactory;
import io.cryptobot.trading.FailureReason;
import io.cryptobot.trading.OrderAck;
import io.cryptobot.trading.OrderException;
import io.cryptobot.trading.OrderRequest;
import io.cryptobot.trading.Side;
import java.math.BigDecimal;
import java.math.MathContext;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Simulates each live order with a paper engine and counts how the fills differ: it measures how realistic paper
 * trading is. The thread of the live order only adds an entry to a bounded queue, without a lock; another thread with
 * another client does all other work. An order is dropped and counted if the queue is full or if it has waited too
 * long.
 *
 * <p>The book is read when the order is sent. Shadow orders do not consume depth, because the live orders already did.
 * Fills after the exchange's answer are not compared. Thread-safe.
 */
@Internal
public final class Shadow implements AutoCloseable {
    private static final Logger LOGGER = LoggerFactory.getLogger(Shadow.class);
    private static final BigDecimal BASIS_POINTS = new BigDecimal(10_000);
    private static final int QUEUE_LENGTH = 64;
    private static final Duration MAX_DELAY = Duration.ofSeconds(1);
    private static final Duration MAX_ANSWER_TIME = Duration.ofSeconds(60);
    private static final long PARK_NANOS = 100_000_000;

    private final LongSupplier nanoTime;
    private final ShadowMarketData marketData;
    private final PaperEngine engine;
    private final Map<Comparison, FileCounter> comparisons = new EnumMap<>(Comparison.class);
    private final Map<Side, FileHistogram> differences = new EnumMap<>(Side.class);
    private final Thread thread = new Thread(this::workUntilClosed, "cryptobot-shadow");
    private final Queue<Order> queue = new ConcurrentLinkedQueue<>();
    private final AtomicInteger queued = new AtomicInteger();

    /** Orders that are executed on paper and wait for the exchange's answer. Confined to the thread. */
    private final Deque<Order> executed = new ArrayDeque<>();

    private volatile boolean closed;

    Shadow(ExchangeClientFactory factory, PaperSettings settings, Telemetry telemetry, LongSupplier nanoTime) {
        PaperSettings shadowSettings = settings.forShadow();
        this.nanoTime = nanoTime;
        this.marketData = new ShadowMarketData(factory, shadowSettings, nanoTime);
        this.engine = new PaperEngine(shadowSettings, new PaperEvents() {});
        for (Comparison comparison : Comparison.values()) {
            comparisons.put(comparison, telemetry.counter(MetricCatalog.SHADOW_ORDERS, comparison.label()));
        }
        for (Side side : Side.values()) {
            String label = side.name().toLowerCase(Locale.ROOT);
            differences.put(side, telemetry.histogram(MetricCatalog.SHADOW_FILL_DIFFERENCE, label));
        }
    }

    /**
     * {@return a started shadow}
     *
     * @param factory makes the client that reads the books, so that the live client never waits
     * @param settings the rules of the markets; balances, latency, faults and journal are not used
     */
    public static Shadow start(ExchangeClientFactory factory, PaperSettings settings, Telemetry telemetry) {
        Shadow shadow = new Shadow(factory, settings, telemetry, System::nanoTime);
        shadow.thread.setDaemon(true);
        shadow.thread.start();
        return shadow;
    }

    /** The results of a comparison; also the values of the label {@code outcome}. */
    enum Comparison {
        /** Both have filled the order, completely or in part. */
        COMPARED,
        LIVE_ONLY,
        PAPER_ONLY,
        NEITHER,
        /** The order is open at the exchange and may be filled later. */
        OPEN,
        /** There was no book, or the answer of the exchange was not clear. */
        FAILED,
        /** There were too many orders. */
        DROPPED;

        String label() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** A live order and its answer. Thread-safe. */
    static final class Order {
        final OrderRequest request;
        final long sentNanos;
        /** The same order in the paper engine. Confined to the shadow's thread. */
        @Nullable
        PaperOrder paper;

        private @Nullable OrderAck ack;
        private @Nullable Throwable failure;
        private volatile boolean answered;

        private Order(OrderRequest request, long sentNanos) {
            this.request = request;
            this.sentNanos = sentNanos;
        }

        void answered(@Nullable OrderAck answer) {
            ack = answer;
            answered = true;
        }

        void threw(Throwable thrown) {
            failure = thrown;
            answered = true;
        }
    }

    /**
     * Places a live order at the exchange and compares its fill with the paper fill later. Takes no lock.
     *
     * @return the answer of the exchange
     * @throws OrderException the exception of the exchange, unchanged
     */
    public OrderAck place(ExchangeClient exchange, OrderRequest request) throws OrderException {
        Order order = sent(request);
        OrderAck ack;
        try {
            ack = exchange.place(request);
        } catch (Throwable e) {
            order.threw(e);
            throw e;
        }
        order.answered(ack);
        return ack;
    }

    /**
     * Registers a live order before it is sent. Takes no lock and never throws.
     *
     * @return the order, which must receive the answer of the exchange
     */
    Order sent(OrderRequest request) {
        Order order = new Order(request, nanoTime.getAsLong());
        if (queued.incrementAndGet() > QUEUE_LENGTH) {
            queued.decrementAndGet();
            count(Comparison.DROPPED);
        } else {
            queue.add(order);
            LockSupport.unpark(thread);
        }
        return order;
    }

    private void workUntilClosed() {
        while (!closed) {
            try {
                work();
            } catch (RuntimeException | Error e) { // an exception must not end the thread
                LOGGER.debug("A live order could not be compared", e);
            }
            if (queue.isEmpty()) {
                LockSupport.parkNanos(this, PARK_NANOS);
            }
        }
        marketData.close();
    }

    /** Executes and compares the orders in the queue. Called by the thread and by tests. */
    void work() {
        for (Order order = queue.poll(); order != null; order = queue.poll()) {
            queued.decrementAndGet();
            if (nanoTime.getAsLong() - order.sentNanos > MAX_DELAY.toNanos()) {
                count(Comparison.DROPPED);
            } else if (execute(order)) {
                executed.add(order);
            } else {
                count(Comparison.FAILED);
            }
        }
        executed.removeIf(this::isCompared);
    }

    private boolean execute(Order order) {
        String symbol = order.request.symbol();
        Optional<MarketFeed.Update> book = marketData.pollBook(symbol);
        if (book.isEmpty()) {
            return false;
        }
        try {
            long now = nanoTime.getAsLong();
            engine.advanceTo(now);
            for (Side side : Side.values()) {
                engine.markNewLiquidity(symbol, side);
            }
            book.get().apply(engine, now);
            PaperOrder paper = engine.submit(now, order.request);
            if (!paper.status().isEnded()) {
                var unused = engine.cancel(now, order.request.clientOrderId());
            }
            order.paper = paper;
            return true;
        } catch (RuntimeException e) { // a market that the settings do not know, or an invalid book
            LOGGER.debug("A live order could not be executed on paper", e);
            return false;
        }
    }

    private boolean isCompared(Order order) {
        if (!order.answered) {
            boolean tooLate = nanoTime.getAsLong() - order.sentNanos > MAX_ANSWER_TIME.toNanos();
            if (tooLate) {
                count(Comparison.FAILED);
            }
            return tooLate;
        }
        count(compare(order));
        return true;
    }

    private Comparison compare(Order order) {
        BigDecimal paper = Objects.requireNonNull(order.paper).averagePrice();
        OrderAck ack = order.ack;
        if (ack == null) {
            boolean refused =
                    order.failure != null && !FailureReason.of(order.failure).isUnknown();
            return refused ? unmatched(paper) : Comparison.FAILED;
        }
        BigDecimal live = ack.averagePrice();
        return switch (ack.status()) {
            case ACCEPTED, PARTIALLY_FILLED -> Comparison.OPEN;
            case UNKNOWN -> Comparison.FAILED;
            case REJECTED, DENIED -> unmatched(paper);
            case FILLED, CANCELLED -> {
                if (ack.filledQuantity().signum() == 0) {
                    yield unmatched(paper);
                } else if (live == null) {
                    yield Comparison.FAILED;
                } else if (paper == null) {
                    yield Comparison.LIVE_ONLY;
                }
                Side side = order.request.side();
                Objects.requireNonNull(differences.get(side)).record(worseByBps(side, live, paper));
                yield Comparison.COMPARED;
            }
        };
    }

    private static Comparison unmatched(@Nullable BigDecimal paper) {
        return paper == null ? Comparison.NEITHER : Comparison.PAPER_ONLY;
    }

    private static double worseByBps(Side side, BigDecimal live, BigDecimal paper) {
        BigDecimal dearer = live.subtract(paper).multiply(BASIS_POINTS).divide(paper, MathContext.DECIMAL64);
        return (side == Side.BUY ? dearer : dearer.negate()).doubleValue();
    }

    private void count(Comparison comparison) {
        Objects.requireNonNull(comparisons.get(comparison)).inc();
    }

    /** Stops the thread, which then closes its client. */
    @Override
    public void close() {
        closed = true;
        LockSupport.unpark(thread);
    }
}
