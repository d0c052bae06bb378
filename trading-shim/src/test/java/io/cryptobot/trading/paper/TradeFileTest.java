package io.cryptobot.trading.paper;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.cryptobot.trading.PublicTrade;
import io.cryptobot.trading.Side;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TradeFileTest {
    @TempDir
    Path directory;

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
}
