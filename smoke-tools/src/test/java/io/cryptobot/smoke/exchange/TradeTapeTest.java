package io.cryptobot.smoke.exchange;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import io.cryptobot.trading.paper.TradeFile;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TradeTapeTest {
    private static final String FORM = "; expected id,price,qty,quoteQty,time,isBuyerMaker; correct or remove the line";
    private static final String GOOD = "1,0.00213,94,0.20022,1700000000000,True\n";

    @TempDir
    Path directory;

    @Test
    void readsTheFormOfTheSpotFiles() throws Exception {
        try (TradeTape tape = open("""
                70000001,0.00213400,94.00000000,0.20059600,1700000000123,True,True
                70000002,0.00213500,1.00000000,0.00213500,1700000001456,False,True
                """)) {
            assertThat(tape.symbol()).isEqualTo("XRPETH");
            assertThat(tape.summary())
                    .isEqualTo(new TradeTape.Summary(
                            2, Instant.parse("2023-11-14T22:13:20.123Z"), Instant.parse("2023-11-14T22:13:21.456Z")));
            assertThat(tape.next())
                    .isEqualTo(new Trade(new BigDecimal("0.00213400"), new BigDecimal("94.00000000"), 1700000000123L));
            assertThat(tape.next())
                    .isEqualTo(new Trade(new BigDecimal("0.00213500"), new BigDecimal("1.00000000"), 1700000001456L));
        }
    }

    @Test
    void readsTheFormOfTheFuturesFiles() throws Exception {
        try (TradeTape tape = open("""
                id,price,qty,quote_qty,time,is_buyer_maker
                5,61.5,2,123,1700000000123,true
                """)) {
            assertThat(tape.summary().trades()).isEqualTo(1);
            assertThat(tape.next()).isEqualTo(new Trade(new BigDecimal("61.5"), new BigDecimal("2"), 1700000000123L));
        }
    }

    @Test
    void readsMicrosecondsAndWindowsLineEnds() throws Exception {
        try (TradeTape tape =
                open("1,2.5,3,7.5,1735689600123456,True,True\r\n2,2.6,3,7.8,1735689601000000,True,True")) {
            assertThat(tape.next().timeMs()).isEqualTo(1735689600123L);
            assertThat(tape.summary().last()).isEqualTo(Instant.parse("2025-01-01T00:00:01Z"));
        }
    }

    @Test
    void beginsAgainAtTheEndWithoutItsHeader() throws Exception {
        try (TradeTape tape = open("id,price,qty,quoteQty,time,isBuyerMaker\n0,7,1,7,1,True\n2,8,1,8,2,True\n")) {
            List<String> prices = new ArrayList<>();
            for (int trade = 0; trade < 5; trade++) {
                prices.add(tape.next().price().toPlainString());
            }
            assertThat(prices).containsExactly("7", "8", "7", "8", "7");
        }
    }

    @Test
    void saysSoInsteadOfSpinningWhenTheFileIsEmptiedUnderIt() throws Exception {
        try (TradeTape tape = open(GOOD)) {
            tape.next();
            Files.writeString(file(), "");

            assertTimeoutPreemptively(
                    Duration.ofSeconds(10),
                    () -> assertThatThrownBy(tape::next)
                            .isInstanceOf(IOException.class)
                            .hasMessage(file() + " holds no trade"));
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "1,2,3,4,5 | has 5 columns",
                "1.5,2,3,4,5,True | has id '1.5', which is not a whole number",
                "1,2,3,4,5,True,True,8 | has 8 columns",
                "`` | has 1 columns",
                "1;2;3;4;5;True | has 1 columns",
                "1,dear,3,4,5,True | has price 'dear', which is not a number above 0",
                "1,,3,4,5,True | has price '', which is not a number above 0",
                "1,0,3,4,5,True | has price '0', which is not a number above 0",
                "1,0.000,3,4,5,True | has price '0.000', which is not a number above 0",
                "1,-2,3,4,5,True | has price '-2', which is not a number above 0",
                "1,NaN,3,4,5,True | has price 'NaN', which is not a number above 0",
                "1,2,0,4,5,True | has qty '0', which is not a number above 0",
                "1,2,3,4,yesterday,True | has time 'yesterday', which is not a number above 0",
                "1,2,3,4,5,maybe | has isBuyerMaker 'maybe', which is neither true nor false",
                "x,2,3,4,5,True | has id 'x', which is not a whole number",
                "1,2,3,4,-5,True | has time '-5', which is not a number above 0",
                "id,price,qty,quoteQty,time,isBuyerMaker | has price 'price', which is not a number above 0",
            })
    void namesFileLineCauseAndForm(String line, String cause) throws IOException {
        Files.writeString(file(), GOOD + GOOD + line + "\n" + GOOD);

        assertThatThrownBy(() -> TradeTape.open(file()))
                .isInstanceOf(TradeFile.MalformedException.class)
                .hasMessage(file() + ":3: the line " + cause + FORM);
    }

    @ParameterizedTest
    @CsvSource({"1E+999999999,price", "1E-999999999,price", "123456789012345678901234567890,price"})
    void refusesNumbersThatWouldFillTheMemoryWhenPrinted(String price, String column) throws IOException {
        Files.writeString(file(), "1," + price + ",3,4,5,True\n");

        assertThatThrownBy(() -> TradeTape.open(file()))
                .hasMessage(file() + ":1: the line has " + column + " '" + price + "', which is not a number above 0"
                        + FORM);
    }

    @Test
    void countsTheHeaderAsALine() throws IOException {
        Files.writeString(file(), "id,price,qty,quoteQty,time,isBuyerMaker\nx\n");

        assertThatThrownBy(() -> TradeTape.open(file())).hasMessageStartingWith(file() + ":2: the line has 1 columns");
    }

    @Test
    void cutsAHugeLineInTheMessage() throws IOException {
        Files.writeString(file(), "1," + "9x".repeat(500_000) + ",3,4,5,True\n");

        assertThatThrownBy(() -> TradeTape.open(file()))
                .hasMessage(file() + ":1: the line has price '" + "9x".repeat(20) + "…', which is not a number above 0"
                        + FORM);
    }

    @Test
    void refusesABinaryFile() throws IOException {
        Files.write(file(), new byte[] {0x50, 0x4b, 3, 4, (byte) 0xff, (byte) 0xfe, (byte) 0x80});

        assertThatThrownBy(() -> TradeTape.open(file()))
                .isInstanceOf(TradeFile.MalformedException.class)
                .hasMessage(file() + " is not a text file");
    }

    @Test
    void refusesAFileWithoutATrade() throws IOException {
        for (String text : List.of("", "id,price,qty,quoteQty,time,isBuyerMaker\n")) {
            Files.writeString(file(), text);

            assertThatThrownBy(() -> TradeTape.open(file()))
                    .isInstanceOf(TradeFile.MalformedException.class)
                    .hasMessage(file() + " holds no trade");
        }
    }

    @Test
    void cannotReadAMissingFileOrADirectory() {
        assertThatThrownBy(() -> TradeTape.open(file()))
                .isInstanceOf(NoSuchFileException.class)
                .hasMessage(file().toString());
        assertThatThrownBy(() -> TradeTape.open(directory))
                .isInstanceOf(IOException.class)
                .isNotInstanceOf(TradeFile.MalformedException.class);
    }

    @ParameterizedTest
    @CsvSource({
        "XRPETH-trades-2023-11.csv,XRPETH",
        "BTCUSDT.csv,BTCUSDT",
        "ETHUSDT,ETHUSDT",
    })
    void takesTheSymbolFromTheFilesName(String name, String symbol) throws Exception {
        Path named = Files.writeString(directory.resolve(name), GOOD);

        try (TradeTape tape = TradeTape.open(named)) {
            assertThat(tape.symbol()).isEqualTo(symbol);
        }
    }

    private TradeTape open(String text) throws IOException {
        return TradeTape.open(Files.writeString(file(), text));
    }

    private Path file() {
        return directory.resolve("XRPETH-trades.csv");
    }
}
