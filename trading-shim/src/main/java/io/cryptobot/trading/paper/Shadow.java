package io.cryptobot.trading.paper;

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
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Puts live orders to a paper engine too and counts how the fills differ: how far paper can be trusted. For the live order it
 * is one entry in a bounded queue, without a lock; all else happens on a thread of its own, with a client of its own. When
 * the queue is full, or an order has waited so long that the market is another one, it is dropped and counted.
 *
 * <p>The book is looked at when the order is sent. Paper orders leave no trace here: what they would have taken, their live
 * twins have really taken. What an order does after the exchange's answer is not compared. Thread-safe.
 */
public final class Shadow implements AutoCloseable {
    private static final Logger LOGGER = LoggerFactory.getLogger(Shadow.class);
    private static final BigDecimal BASIS_POINTS = new BigDecimal(10_000);
    private static final int QUEUE_LENGTH = 64;
    private static final Duration MAX_DELAY = Duration.ofSeconds(1);
    private static final Duration MAX_ANSWER_TIME = Duration.ofSeconds(60);
    private static final Duration CLIENT_RETRY = Duration.ofSeconds(10);
    private static final long PARK_NANOS = 100_000_000;

    private final ExchangeClientFactory factory;
    private final PaperSettings settings;
    private final LongSupplier nanoTime;
    private final PaperEngine engine;
    private final Map<Outcome, FileCounter> outcomes = new EnumMap<>(Outcome.class);
    private final Map<Side, FileHistogram> differences = new EnumMap<>(Side.class);
    private final Thread thread = new Thread(this::workUntilClosed, "cryptobot-shadow");
    private final Queue<Order> queue = new ConcurrentLinkedQueue<>();
    private final AtomicInteger queued = new AtomicInteger();

    /** Executed on paper, waiting for the exchange's answer. The thread's own, as all that follows. */
    private final Deque<Order> executed = new ArrayDeque<>();

    private final Map<String, MarketFeed> feeds = new HashMap<>();
    private @Nullable ExchangeClient client;
    private boolean tried;
    private long triedNanos;
    private boolean sees = true;
    private volatile boolean closed;

    Shadow(ExchangeClientFactory factory, PaperSettings settings, Telemetry telemetry, LongSupplier nanoTime) {
        this.factory = factory;
        this.settings = settings.forShadow();
        this.nanoTime = nanoTime;
        this.engine = new PaperEngine(this.settings, new PaperEvents() {});
        for (Outcome outcome : Outcome.values()) {
            outcomes.put(outcome, telemetry.counter(MetricCatalog.SHADOW_ORDERS, outcome.label()));
        }
        for (Side side : Side.values()) {
            String label = side.name().toLowerCase(Locale.ROOT);
            differences.put(side, telemetry.histogram(MetricCatalog.SHADOW_FILL_DIFFERENCE, label));
        }
    }

    /**
     * {@return a started one}
     *
     * @param factory makes the client that is asked for books, so that the live one is never kept waiting
     * @param settings the markets' rules; money, latency, faults and journal are not used
     */
    public static Shadow start(ExchangeClientFactory factory, PaperSettings settings, Telemetry telemetry) {
        Shadow shadow = new Shadow(factory, settings, telemetry, System::nanoTime);
        shadow.thread.setDaemon(true);
        shadow.thread.start();
        return shadow;
    }

    /** What came of an order; the label {@code outcome}. */
    enum Outcome {
        /** Both have filled it, wholly or in part. */
        COMPARED,
        LIVE_ONLY,
        PAPER_ONLY,
        NEITHER,
        /** It rests at the exchange, which may fill it later. */
        OPEN,
        /** There was no book, or no answer of the exchange that tells. */
        FAILED,
        /** There were too many. */
        DROPPED;

        String label() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** A live order, from its sending to the exchange's answer. Thread-safe. */
    static final class Order {
        final OrderRequest request;
        final long sentNanos;
        /** What paper has made of it; the shadow's own. */
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

    /** {@return the order, to be told of the answer} A live order is about to be sent. Takes no lock and never throws. */
    Order sent(OrderRequest request) {
        Order order = new Order(request, nanoTime.getAsLong());
        if (queued.incrementAndGet() > QUEUE_LENGTH) {
            queued.decrementAndGet();
            count(Outcome.DROPPED);
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
            } catch (RuntimeException | Error e) { // one order, not the thread
                LOGGER.debug("A live order could not be compared", e);
            }
            if (queue.isEmpty()) {
                LockSupport.parkNanos(this, PARK_NANOS);
            }
        }
        drop();
    }

    /** Does what there is to do; for a test in place of the thread. */
    void work() {
        for (Order order = queue.poll(); order != null; order = queue.poll()) {
            queued.decrementAndGet();
            if (nanoTime.getAsLong() - order.sentNanos > MAX_DELAY.toNanos()) {
                count(Outcome.DROPPED);
            } else if (execute(order)) {
                executed.add(order);
            } else {
                count(Outcome.FAILED);
            }
        }
        executed.removeIf(this::isCompared);
    }

    private boolean execute(Order order) {
        String symbol = order.request.symbol();
        MarketFeed.Update book;
        try {
            book = feed(symbol).pollBook();
            sees = true;
        } catch (OrderException | RuntimeException e) {
            clientFailed(e);
            return false;
        }
        try {
            long now = nanoTime.getAsLong();
            engine.advanceTo(now);
            for (Side side : Side.values()) {
                engine.renewed(symbol, side);
            }
            book.show(engine, now);
            PaperOrder paper = engine.submit(now, order.request);
            if (!paper.status().isEnded()) {
                var unused = engine.cancel(now, order.request.clientOrderId());
            }
            order.paper = paper;
            return true;
        } catch (RuntimeException e) { // a market that the settings do not know, a book that is none
            LOGGER.debug("A live order could not be executed on paper", e);
            return false;
        }
    }

    private MarketFeed feed(String symbol) throws OrderException {
        ExchangeClient current = client;
        if (current == null) {
            long now = nanoTime.getAsLong();
            if (tried && now - triedNanos < CLIENT_RETRY.toNanos()) {
                throw new OrderException(FailureReason.NOT_SENT, "the shadow has no client");
            }
            tried = true;
            triedNanos = now;
            current = factory.create();
            client = current;
        }
        ExchangeClient exchange = current;
        return feeds.computeIfAbsent(symbol, each -> new MarketFeed(exchange, settings, each));
    }

    /** Another client is made after a while: this one may have lost its connection. */
    private void clientFailed(Exception failure) {
        if (client != null) {
            triedNanos = nanoTime.getAsLong();
            drop();
        }
        if (sees) {
            LOGGER.warn("Shadow mode sees no market and tries again: {}", failure.toString());
        }
        sees = false;
    }

    private void drop() {
        ExchangeClient old = client;
        client = null;
        feeds.clear();
        if (old != null) {
            try {
                old.close();
            } catch (RuntimeException e) {
                LOGGER.debug("The shadow's client could not be closed", e);
            }
        }
    }

    private boolean isCompared(Order order) {
        if (!order.answered) {
            boolean given = nanoTime.getAsLong() - order.sentNanos > MAX_ANSWER_TIME.toNanos();
            if (given) {
                count(Outcome.FAILED);
            }
            return given;
        }
        count(compare(order));
        return true;
    }

    private Outcome compare(Order order) {
        BigDecimal paper = Objects.requireNonNull(order.paper).averagePrice();
        OrderAck ack = order.ack;
        if (ack == null) {
            boolean refused =
                    order.failure != null && !FailureReason.of(order.failure).isUnknown();
            return refused ? unmatched(paper) : Outcome.FAILED;
        }
        BigDecimal live = ack.averagePrice();
        return switch (ack.status()) {
            case ACCEPTED, PARTIALLY_FILLED -> Outcome.OPEN;
            case UNKNOWN -> Outcome.FAILED;
            case REJECTED, BLOCKED -> unmatched(paper);
            case FILLED, CANCELLED -> {
                if (ack.filledQuantity().signum() == 0) {
                    yield unmatched(paper);
                } else if (live == null) {
                    yield Outcome.FAILED;
                } else if (paper == null) {
                    yield Outcome.LIVE_ONLY;
                }
                Side side = order.request.side();
                Objects.requireNonNull(differences.get(side)).record(worseByBps(side, live, paper));
                yield Outcome.COMPARED;
            }
        };
    }

    private static Outcome unmatched(@Nullable BigDecimal paper) {
        return paper == null ? Outcome.NEITHER : Outcome.PAPER_ONLY;
    }

    private static double worseByBps(Side side, BigDecimal live, BigDecimal paper) {
        BigDecimal dearer = live.subtract(paper).multiply(BASIS_POINTS).divide(paper, MathContext.DECIMAL64);
        return (side == Side.BUY ? dearer : dearer.negate()).doubleValue();
    }

    private void count(Outcome outcome) {
        Objects.requireNonNull(outcomes.get(outcome)).inc();
    }

    /** Ends the thread, which then closes its client. */
    @Override
    public void close() {
        closed = true;
        LockSupport.unpark(thread);
    }
}
