package io.cryptobot.trading.paper;

import static org.assertj.core.api.Assertions.assertThat;

import io.cryptobot.trading.OrderBook;
import io.cryptobot.trading.OrderBook.Level;
import io.cryptobot.trading.PublicTrade;
import io.cryptobot.trading.Side;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/**
 * Compares the fills of one seed with a file. A change of the file is a change of the engine's behaviour and needs a
 * reason. {@code -Dgolden.update=true} writes the file again.
 */
class GoldenFillsTest {
    private static final Path GOLDEN = Path.of("src/test/resources/paper/golden-fills.txt");

    @Test
    void theSameSeedGivesTheSameFillsAsEver() throws IOException {
        List<String> fills = fills(42);
        if (Boolean.getBoolean("golden.update")) {
            Files.createDirectories(GOLDEN.getParent());
            Files.write(GOLDEN, fills);
        }
        assertThat(fills).isEqualTo(Files.readAllLines(GOLDEN));
    }

    @Test
    void anotherSeedGivesOtherFills() {
        assertThat(fills(43)).isNotEqualTo(fills(42));
    }

    /** Twelve seconds of books and trades around 100, every kind of order, latencies of 10 to 90 ms. */
    private static List<String> fills(long seed) {
        SplittableRandom random = new SplittableRandom(7); // for the market; only the engine uses the seed
        Market market = new Market(Market.settings()
                .seed(seed)
                .latency(chance -> chance.nextLong(10_000_000, 90_000_000))
                .touchProbability(0.5));
        int middle = 10_000;
        for (int step = 0; step < 120; step++) {
            market.atMs(step * 100L);
            middle += random.nextInt(-20, 21);
            if (step > 60 && random.nextInt(3) == 0) {
                Side aggressor = random.nextBoolean() ? Side.BUY : Side.SELL;
                market.engine.onTrade(
                        market.nanos(),
                        new PublicTrade(
                                step,
                                Market.SYMBOL,
                                cents(middle),
                                new BigDecimal(random.nextInt(1, 30)),
                                aggressor,
                                step * 100L));
            } else {
                market.engine.onBook(market.nanos(), book(random, middle));
            }
            act(market, random, step, middle);
        }
        market.untilMs(60_000);
        List<String> lines = new ArrayList<>();
        market.fills.forEach(fill -> lines.add(String.join(
                " ",
                Long.toString(fill.timeMs()),
                fill.exchangeOrderId(),
                fill.side().name(),
                fill.quantity().toPlainString(),
                fill.price().toPlainString(),
                fill.liquidity().name(),
                fill.fee().toPlainString(),
                fill.feeCurrency())));
        lines.add("XRP " + market.total("XRP").toPlainString());
        lines.add("ETH " + market.total("ETH").toPlainString());
        return lines;
    }

    private static void act(Market market, SplittableRandom random, int step, int middle) {
        Side side = random.nextBoolean() ? Side.BUY : Side.SELL;
        String quantity = Integer.toString(random.nextInt(1, 25));
        String away = cents(middle + random.nextInt(-30, 31)).toPlainString();
        switch (step % 6) {
            case 0 -> market.market(side, quantity);
            case 2, 3 -> market.limit(side, quantity, away);
            case 5 -> market.stop(side, quantity, away);
            default -> {}
        }
    }

    private static OrderBook book(SplittableRandom random, int middle) {
        List<Level> bids = new ArrayList<>();
        List<Level> asks = new ArrayList<>();
        for (int level = 1; level <= 5; level++) {
            bids.add(new Level(cents(middle - 5 * level), new BigDecimal(random.nextInt(1, 20))));
            asks.add(new Level(cents(middle + 5 * level), new BigDecimal(random.nextInt(1, 20))));
        }
        return new OrderBook(Market.SYMBOL, bids, asks);
    }

    private static BigDecimal cents(int cents) {
        return BigDecimal.valueOf(cents, 2);
    }
}
