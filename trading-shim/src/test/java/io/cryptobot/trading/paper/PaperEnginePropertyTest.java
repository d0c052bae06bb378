package io.cryptobot.trading.paper;

import static org.assertj.core.api.Assertions.assertThat;

import io.cryptobot.trading.ClientOrderId;
import io.cryptobot.trading.FeeCurrency;
import io.cryptobot.trading.Fill;
import io.cryptobot.trading.Instrument;
import io.cryptobot.trading.Liquidity;
import io.cryptobot.trading.OrderBook;
import io.cryptobot.trading.OrderBook.Level;
import io.cryptobot.trading.OrderRequest;
import io.cryptobot.trading.OrderType;
import io.cryptobot.trading.PublicTrade;
import io.cryptobot.trading.Side;
import io.cryptobot.trading.TimeInForce;
import java.io.IOException;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests rules that must hold for random actions of the market and the bot. A failure message contains the seed. */
class PaperEnginePropertyTest {
    private static final Path TAPE = Path.of("src/test/resources/paper/XRPETH-trades.csv");
    private static final String SYMBOL = "XRPETH";
    private static final BigDecimal XRP = new BigDecimal("50000");
    private static final BigDecimal ETH = new BigDecimal("40.00000001");

    /** Sends random orders and computes the balances only from the fills. */
    private static final class RandomBot implements PaperEvents {
        final SplittableRandom random;
        final BigDecimal tick;
        final PaperEngine engine;
        final Instrument instrument;
        final List<PaperOrder> orders = new ArrayList<>();
        final List<Fill> fills = new ArrayList<>();
        final Map<ClientOrderId, BigDecimal> filled = new HashMap<>();
        final BigDecimal[] money = {XRP, ETH};

        RandomBot(long seed, String tick, FeeCurrency feeCurrency) {
            this.random = new SplittableRandom(seed);
            this.tick = new BigDecimal(tick);
            this.instrument = new Instrument(
                    SYMBOL,
                    "XRP",
                    "ETH",
                    this.tick,
                    BigDecimal.ONE,
                    this.tick,
                    new Instrument.Fees(new BigDecimal("0.00075"), new BigDecimal("0.00102"), feeCurrency));
            this.engine = new PaperEngine(
                    PaperSettings.builder()
                            .instrument(instrument)
                            .balance("XRP", XRP)
                            .balance("ETH", ETH)
                            .seed(seed)
                            .touchProbability(0.3)
                            .latency(generator -> generator.nextLong(150_000_000))
                            .faults(new FaultProfile(0.02, 0.02, 0.02, 0.02, 0.02, Duration.ofMillis(300)))
                            .build(),
                    this);
        }

        @Override
        public void filled(PaperOrder order, Fill fill, Instrument unused) {
            fills.add(fill);
            boolean buys = fill.side() == Side.BUY;
            money[0] = buys ? money[0].add(fill.quantity()) : money[0].subtract(fill.quantity());
            money[1] = buys ? money[1].subtract(fill.value()) : money[1].add(fill.value());
            boolean paidInBase = fill.feeCurrency().equals("XRP");
            BigDecimal of = paidInBase ? fill.quantity() : fill.value();
            assertThat(fill.fee())
                    .isEqualTo(of.multiply(instrument.fees().rate(fill.liquidity())))
                    .isPositive();
            money[paidInBase ? 0 : 1] = money[paidInBase ? 0 : 1].subtract(fill.fee());
            BigDecimal limit = order.request().limitPrice();
            assertThat(limit == null || fill.side().accepts(limit, fill.price()))
                    .as("%s within %s", fill, limit)
                    .isTrue();
            assertThat(filled.merge(fill.clientOrderId(), fill.quantity(), BigDecimal::add))
                    .isLessThanOrEqualTo(order.request().quantity());
            if (order.request().timeInForce() == TimeInForce.POST_ONLY) {
                assertThat(fill.liquidity()).isEqualTo(Liquidity.MAKER);
            }
        }

        /** Sends or cancels a random order, often with absurd values. */
        void act(long nanos, BigDecimal price) {
            int die = random.nextInt(10);
            if (die < 2 && !orders.isEmpty()) {
                PaperOrder order = orders.get(random.nextInt(orders.size()));
                engine.cancel(nanos, order.request().clientOrderId());
            } else if (die < 8) {
                orders.add(engine.submit(nanos, request(price)));
            }
        }

        private OrderRequest request(BigDecimal price) {
            ClientOrderId id = new ClientOrderId("c" + orders.size());
            Side side = random.nextBoolean() ? Side.BUY : Side.SELL;
            BigDecimal quantity = new BigDecimal(1 + random.nextInt(random.nextInt(10) == 0 ? 60_000 : 400));
            OrderType type = OrderType.values()[random.nextInt(OrderType.values().length)];
            TimeInForce[] times = TimeInForce.values();
            TimeInForce time = type.hasLimitPrice()
                    ? times[random.nextInt(times.length)]
                    : random.nextBoolean() ? TimeInForce.IOC : TimeInForce.FOK;
            return new OrderRequest(
                    id,
                    SYMBOL,
                    side,
                    type,
                    quantity,
                    type.hasLimitPrice() ? near(price) : null,
                    type.hasStopPrice() ? near(price) : null,
                    time);
        }

        BigDecimal near(BigDecimal price) {
            BigDecimal ticks = price.divide(tick, 0, RoundingMode.HALF_EVEN)
                    .add(new BigDecimal(random.nextInt(21) - 10))
                    .max(BigDecimal.ONE);
            return ticks.multiply(tick);
        }

        void check() {
            Map<String, BigDecimal> total = engine.balances();
            if (!total.isEmpty()) {
                assertThat(total.get("XRP")).isEqualByComparingTo(money[0]);
                assertThat(total.get("ETH")).isEqualByComparingTo(money[1]);
            }
            engine.availableBalances()
                    .forEach((currency, amount) ->
                            assertThat(amount.signum()).as(currency).isNotNegative());
        }

        /** At the end nothing is reserved, and the state of every order agrees with its fills. */
        void closeAndCheck(long nanos) {
            long arrived = nanos + 30_000_000_000L; // a cancellation that arrives before its order cancels nothing
            engine.advanceTo(arrived);
            orders.forEach(order -> engine.cancel(arrived, order.request().clientOrderId()));
            engine.advanceTo(arrived + 30_000_000_000L);
            check();
            assertThat(engine.openOrders()).isEmpty();
            assertThat(engine.availableBalances()).isEqualTo(engine.balances());
            for (PaperOrder order : orders) {
                BigDecimal sum = filled.getOrDefault(order.request().clientOrderId(), BigDecimal.ZERO);
                assertThat(order.filledQuantity()).isEqualByComparingTo(sum);
                assertThat(order.status().isEnded()).isTrue();
                if (order.status() == PaperOrderStatus.REJECTED) {
                    assertThat(sum).isZero();
                }
                if (order.request().timeInForce() == TimeInForce.FOK) {
                    assertThat(sum.signum() == 0 || order.status() == PaperOrderStatus.FILLED)
                            .isTrue();
                }
            }
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6})
    void moneyIsConservedAndNothingIsFilledThatWasNotThere(long seed) {
        FeeCurrency feeCurrency = FeeCurrency.values()[(int) seed % 3];
        RandomBot bot = new RandomBot(seed, "0.00000001", feeCurrency);
        SplittableRandom random = new SplittableRandom(seed + 1_000);
        BigDecimal price = new BigDecimal("0.00141342");
        boolean tradesAreSeen = seed % 2 == 0;
        Shown shown = new Shown();
        long nanos = 0;
        for (int step = 0; step < 4_000; step++) {
            nanos += random.nextLong(random.nextInt(50) == 0 ? 15_000_000_000L : 200_000_000L);
            price = bot.near(price);
            if (tradesAreSeen && random.nextInt(3) == 0) {
                Side aggressor = random.nextBoolean() ? Side.BUY : Side.SELL;
                BigDecimal quantity = new BigDecimal(1 + random.nextInt(500));
                int before = bot.fills.size();
                BigDecimal given =
                        bot.engine.onTrade(nanos, new PublicTrade(step, SYMBOL, price, quantity, aggressor, 0));
                assertThat(given).isLessThanOrEqualTo(quantity);
                assertThat(made(bot.fills.subList(before, bot.fills.size()))).isEqualByComparingTo(given);
            } else {
                OrderBook book = book(random, bot, price);
                shown.add(book);
                bot.engine.onBook(nanos, book);
            }
            bot.act(nanos + random.nextLong(50_000_000), price);
            bot.check();
            shown.check(bot.fills);
        }
        assertThat(bot.fills).extracting(Fill::liquidity).contains(Liquidity.MAKER, Liquidity.TAKER);
        assertThat(bot.orders).extracting(PaperOrder::status).contains(PaperOrderStatus.REJECTED);
        assertThat(EnumSet.copyOf(bot.fills.stream().map(Fill::side).toList()))
                .containsExactlyInAnyOrder(Side.values());
        bot.closeAndCheck(nanos);
    }

    private static BigDecimal made(List<Fill> fills) {
        return fills.stream()
                .filter(fill -> fill.liquidity() == Liquidity.MAKER)
                .map(Fill::quantity)
                .reduce(BigDecimal.ZERO, BigDecimal::add);
    }

    /** The maximum quantity that the market has offered at each price: the sum of all increases. */
    private static final class Shown {
        private final Map<Side, Map<BigDecimal, BigDecimal>> last = new HashMap<>();
        private final Map<Side, Map<BigDecimal, BigDecimal>> offered = new HashMap<>();
        private int checked;

        void add(OrderBook book) {
            for (Side taker : Side.values()) {
                Map<BigDecimal, BigDecimal> before = last.getOrDefault(taker, Map.of());
                Map<BigDecimal, BigDecimal> now = new HashMap<>();
                for (Level level : book.against(taker)) {
                    now.put(level.price(), level.quantity());
                    BigDecimal rise = level.quantity().subtract(before.getOrDefault(level.price(), BigDecimal.ZERO));
                    offered.computeIfAbsent(taker, side -> new HashMap<>())
                            .merge(level.price(), rise.max(BigDecimal.ZERO), BigDecimal::add);
                }
                last.put(taker, now);
            }
        }

        /** Subtracts a taken quantity from the offered quantity at this price. */
        void check(List<Fill> fills) {
            for (Fill fill : fills.subList(checked, fills.size())) {
                if (fill.liquidity() == Liquidity.TAKER) {
                    BigDecimal left = offered.get(fill.side())
                            .merge(fill.price(), fill.quantity().negate(), BigDecimal::add);
                    assertThat(left).as("%s", fill).isNotNegative();
                }
            }
            checked = fills.size();
        }
    }

    private static OrderBook book(SplittableRandom random, RandomBot bot, BigDecimal price) {
        List<Level> bids = new ArrayList<>();
        List<Level> asks = new ArrayList<>();
        int depth = random.nextInt(6);
        for (int level = 1; level <= depth; level++) {
            BigDecimal away = bot.tick.multiply(new BigDecimal(level));
            bids.add(new Level(price.subtract(away), new BigDecimal(1 + random.nextInt(300))));
            asks.add(new Level(price.add(away), new BigDecimal(1 + random.nextInt(300))));
        }
        return new OrderBook(SYMBOL, bids, asks);
    }

    @ParameterizedTest
    @ValueSource(longs = {11, 12, 13})
    void fillsNoMoreThanAGeneratedTapeHasTraded(long seed) {
        replay(seed, generatedTape(seed, 5_000));
    }

    /** {@code -Dtape.update=true} writes the file again. */
    @Test
    void fillsNoMoreThanTheTapeInAFileHasTraded() throws IOException {
        if (Boolean.getBoolean("tape.update")) {
            Files.write(TAPE, lines(generatedTape(1, 400)));
        }
        List<PublicTrade> tape = new ArrayList<>();
        try (TradeFile file = TradeFile.open(TAPE, SYMBOL)) {
            for (var trade = file.next(); trade.isPresent(); trade = file.next()) {
                tape.add(trade.get());
            }
        }
        assertThat(tape).isEqualTo(generatedTape(1, 400));
        replay(7, tape);
    }

    /** Every third trade belongs to the same order as the trade before: same time and side, one tick further. */
    private static List<PublicTrade> generatedTape(long seed, int length) {
        SplittableRandom random = new SplittableRandom(seed);
        List<PublicTrade> tape = new ArrayList<>();
        BigDecimal tick = new BigDecimal("0.00000001");
        BigDecimal price = new BigDecimal("0.00141342");
        Side aggressor = Side.BUY;
        long timeMs = 1_570_752_000_000L;
        for (int id = 1; id <= length; id++) {
            if (random.nextInt(3) == 0) {
                price = aggressor == Side.BUY ? price.add(tick) : price.subtract(tick);
            } else {
                timeMs += random.nextLong(3_000);
                price = price.add(tick.multiply(new BigDecimal(random.nextInt(7) - 3)));
                aggressor = random.nextBoolean() ? Side.BUY : Side.SELL;
            }
            tape.add(new PublicTrade(id, SYMBOL, price, new BigDecimal(1 + random.nextInt(500)), aggressor, timeMs));
        }
        return tape;
    }

    private static List<String> lines(List<PublicTrade> tape) {
        List<String> lines = new ArrayList<>(List.of("id,price,qty,quoteQty,time,isBuyerMaker"));
        for (PublicTrade trade : tape) {
            lines.add(String.join(
                    ",",
                    Long.toString(trade.id()),
                    trade.price().toPlainString(),
                    trade.quantity().toPlainString(),
                    trade.price().multiply(trade.quantity()).toPlainString(),
                    Long.toString(trade.timeMs()),
                    Boolean.toString(trade.aggressor() == Side.SELL)));
        }
        return lines;
    }

    private static void replay(long seed, List<PublicTrade> tape) {
        RandomBot bot = new RandomBot(seed, "0.00000001", FeeCurrency.QUOTE);
        TapeReplay replay = new TapeReplay(bot.engine);
        Map<Side, BigDecimal> left = new EnumMap<>(Map.of(Side.BUY, BigDecimal.ZERO, Side.SELL, BigDecimal.ZERO));
        for (PublicTrade trade : tape) {
            int before = bot.fills.size();
            bot.engine.advanceTo(TapeReplay.nanos(trade) - 1);
            spend(bot.fills.subList(before, bot.fills.size()), trade, false, left);

            before = bot.fills.size();
            left.put(trade.aggressor(), trade.quantity());
            replay.show(trade);
            spend(bot.fills.subList(before, bot.fills.size()), trade, true, left);
            bot.act(TapeReplay.nanos(trade) + bot.random.nextLong(1_000_000_000), trade.price());
            bot.check();
        }
        assertThat(bot.fills).extracting(Fill::liquidity).contains(Liquidity.MAKER, Liquidity.TAKER);
        bot.closeAndCheck(TapeReplay.nanos(tape.get(tape.size() - 1)));
    }

    /** Each trade of the tape may be used once: first by the resting orders that it fills, then by taker orders. */
    private static void spend(List<Fill> fills, PublicTrade trade, boolean now, Map<Side, BigDecimal> left) {
        for (Fill fill : fills) {
            boolean met = now && fill.liquidity() == Liquidity.MAKER && fill.side() != trade.aggressor();
            Side budget = met ? trade.aggressor() : fill.side();
            assertThat(left.merge(budget, fill.quantity().negate(), BigDecimal::add))
                    .as("%s after %s", fill, trade)
                    .isNotNegative();
        }
    }
}
