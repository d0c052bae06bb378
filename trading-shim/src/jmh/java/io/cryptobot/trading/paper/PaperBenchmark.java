package io.cryptobot.trading.paper;

import io.cryptobot.telemetry.benchmarks.Goal;
import io.cryptobot.telemetry.benchmarks.Goal.Measure;
import io.cryptobot.telemetry.benchmarks.Shows;
import io.cryptobot.trading.ClientOrderId;
import io.cryptobot.trading.FeeCurrency;
import io.cryptobot.trading.Instrument;
import io.cryptobot.trading.OrderBook;
import io.cryptobot.trading.OrderBook.Level;
import io.cryptobot.trading.OrderRequest;
import io.cryptobot.trading.Side;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/** Cost of an order in the paper engine: one market with 20 levels on each side, a new book every 16 orders. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
public class PaperBenchmark {
    /** 200,000 orders a second. */
    private static final double GOAL_NANOS = 5_000;

    private static final int BOOKS = 64;
    private static final int DEPTH = 20;

    private PaperEngine engine;
    private PaperEngine journalled;
    private PaperJournal journal;
    private Path directory;
    private List<OrderBook> books;
    private long orders;
    private ClientOrderId resting;

    /** Makes the books, an engine without a journal and one with it. */
    @Setup
    public void open() throws IOException {
        directory = Files.createTempDirectory("paper-benchmark");
        journal = PaperJournal.open(directory.resolve("bench.paper.jsonl"));
        engine = new PaperEngine(settings(), new PaperEvents() {});
        journalled = new PaperEngine(settings(), journal);
        journal.snapshot(journalled.state());
        books = books();
    }

    private static PaperSettings settings() {
        return PaperSettings.builder()
                .instrument(new Instrument(
                        "BTCUSDT",
                        "BTC",
                        "USDT",
                        new BigDecimal("0.01"),
                        new BigDecimal("0.00001"),
                        BigDecimal.TEN,
                        new Instrument.Fees(new BigDecimal("0.001"), new BigDecimal("0.001"), FeeCurrency.QUOTE)))
                .balance("BTC", new BigDecimal("1000000000"))
                .balance("USDT", new BigDecimal("100000000000000"))
                .latency(LatencyModel.fixed(Duration.ZERO))
                .build();
    }

    /** Books whose middle wanders by a few ticks, one ordinary price step apart, with ordinary quantities. */
    private static List<OrderBook> books() {
        List<OrderBook> books = new ArrayList<>();
        for (int book = 0; book < BOOKS; book++) {
            int middle = 6_500_000 + 7 * (book % 8);
            List<Level> bids = new ArrayList<>();
            List<Level> asks = new ArrayList<>();
            for (int level = 1; level <= DEPTH; level++) {
                BigDecimal quantity = BigDecimal.valueOf(5_000L + (book * 37 + level * 101) % 4_000, 5);
                bids.add(new Level(BigDecimal.valueOf(middle - 10L * level, 2), quantity));
                asks.add(new Level(BigDecimal.valueOf(middle + 10L * level, 2), quantity));
            }
            books.add(new OrderBook("BTCUSDT", bids, asks));
        }
        return books;
    }

    /** Ends the journal and removes it. */
    @TearDown
    public void close() throws IOException {
        journal.close();
        try (var files = Files.list(directory)) {
            for (Path file : files.toList()) {
                Files.delete(file);
            }
        }
        Files.delete(directory);
    }

    @Benchmark
    @Shows(
            "One order of a cycle: a market order through two or three levels, a limit order that rests, a limit order that"
                    + " takes, and the cancellation of the resting order with a market order to the other side.")
    @Goal(of = Measure.TIME, atMost = GOAL_NANOS)
    public Object order() {
        return next(engine);
    }

    @Benchmark
    @Shows("The same; the events of each order are written to the journal before the next order.")
    @Goal(of = Measure.TIME, atMost = GOAL_NANOS)
    public Object journalledOrder() {
        PaperOrder order = next(journalled);
        if (journal.wantsSnapshot()) {
            journal.snapshot(journalled.state());
        } else {
            journal.flush();
        }
        return order;
    }

    private PaperOrder next(PaperEngine target) {
        long number = ++orders;
        long nanos = number * 1_000;
        if (number % 16 == 1) {
            target.onBook(nanos, books.get((int) (number / 16 % BOOKS)));
        }
        ClientOrderId id = new ClientOrderId(Long.toString(number, 36));
        return switch ((int) (number % 4)) {
            case 0 -> target.submit(nanos, OrderRequest.market(id, "BTCUSDT", Side.BUY, quantity(15_000)));
            case 1 -> {
                resting = id;
                yield target.submit(
                        nanos,
                        OrderRequest.limit(id, "BTCUSDT", Side.BUY, quantity(2_000), BigDecimal.valueOf(6_499_900, 2)));
            }
            case 2 ->
                target.submit(
                        nanos,
                        OrderRequest.limit(
                                id, "BTCUSDT", Side.SELL, quantity(3_000), BigDecimal.valueOf(6_499_950, 2)));
            default -> {
                target.cancel(nanos, resting);
                yield target.submit(nanos, OrderRequest.market(id, "BTCUSDT", Side.SELL, quantity(9_000)));
            }
        };
    }

    private static BigDecimal quantity(long lots) {
        return BigDecimal.valueOf(lots, 5);
    }
}
