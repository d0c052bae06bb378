package io.cryptobot.trading.paper;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.codahale.metrics.Histogram;
import com.codahale.metrics.UniformReservoir;
import io.cryptobot.trading.OrderBook;
import io.cryptobot.trading.OrderBook.Level;
import io.cryptobot.trading.PublicTrade;
import io.cryptobot.trading.Side;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MarketDataTest {
    @TempDir
    Path directory;

    private static Level level(String price) {
        return new Level(new BigDecimal(price), BigDecimal.ONE);
    }

    @Test
    void refusesABookThatIsCrossedOrNotSorted() {
        assertThatThrownBy(() -> new OrderBook("X", List.of(level("2")), List.of(level("2.0"))))
                .hasMessage("book of X is crossed: bid 2, ask 2.0");
        assertThatThrownBy(() -> new OrderBook("X", List.of(level("1"), level("2")), List.of()))
                .hasMessage("book of X is not sorted: 1 before 2");
        assertThatThrownBy(() -> new OrderBook("X", List.of(), List.of(level("2"), level("2"))))
                .hasMessage("book of X is not sorted: 2 before 2");
    }

    @Test
    void readsTheTradesOfAFileWithAndWithoutAHeader() throws Exception {
        Path file = directory.resolve("XRPETH-trades.csv");
        String trade = "7,0.00141342,23,0.03,1570752011620,true\n";
        String later = "8,0.5,1.25,0.03,1770752011620123,False,True\n";
        for (String header : List.of("id,price,qty,quoteQty,time,isBuyerMaker\n", "")) {
            Files.writeString(file, header + trade + later);
            try (TradeFile trades = TradeFile.open(file, "XRPETH")) {
                assertThat(trades.next())
                        .contains(new PublicTrade(
                                7,
                                "XRPETH",
                                new BigDecimal("0.00141342"),
                                new BigDecimal(23),
                                Side.SELL,
                                1_570_752_011_620L));
                assertThat(trades.next().orElseThrow())
                        .extracting(PublicTrade::aggressor, PublicTrade::timeMs)
                        .containsExactly(Side.BUY, 1_770_752_011_620L);
                assertThat(trades.next()).isEmpty();
            }
        }
    }

    @Test
    void namesTheLineThatIsNoTrade() throws Exception {
        Path file = directory.resolve("bad.csv");
        for (String line : List.of("1,2", "1,-2,3,6,5,true", "1,1E9,3,6,5,true", "1,2,3,6,5,maybe", "1,0,3,6,5,true")) {
            Files.writeString(file, line + "\n");
            try (TradeFile trades = TradeFile.open(file, "X")) {
                assertThatThrownBy(trades::next)
                        .isInstanceOf(TradeFile.MalformedException.class)
                        .hasMessageStartingWith(file + ":1: the line has ");
            }
        }
    }

    @Test
    void latenciesAreSpreadAsTheObservedOnes() {
        Histogram observed = new Histogram(new UniformReservoir());
        LatencyModel model = LatencyModel.sampled(observed::getSnapshot, Duration.ofMillis(50), Duration.ofMillis(80));
        SplittableRandom random = new SplittableRandom(1);
        assertThat(model.nextNanos(random)).isEqualTo(50_000_000);
        observed.update(20);
        observed.update(30_000); // a timeout
        List<Long> drawn =
                random.longs(200).map(unused -> model.nextNanos(random)).boxed().toList();
        assertThat(drawn).allSatisfy(nanos -> assertThat(nanos).isBetween(20_000_000L, 80_000_000L));
        assertThat(drawn).contains(20_000_000L, 80_000_000L);
    }

    @Test
    void refusesFaultSharesThatAreNoShares() {
        assertThatThrownBy(() -> new FaultProfile(Double.NaN, 0, 0, 0, 0, Duration.ZERO))
                .hasMessage("share of a fault must be 0 to 1, was NaN");
        assertThatThrownBy(() -> new FaultProfile(0.6, 0.6, 0, 0, 0, Duration.ZERO))
                .hasMessage("shares of all faults must be at most 1 together, were 1.2");
    }
}
