package io.cryptobot.trading.paper;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.cryptobot.telemetry.files.OwnerLock;
import io.cryptobot.trading.Instrument;
import io.cryptobot.trading.Side;
import io.cryptobot.trading.TimeInForce;
import io.cryptobot.trading.log.JsonLine;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

class PaperJournalTest {
    @TempDir
    Path directory;

    private Path file() {
        return directory.resolve("bot.paper.jsonl");
    }

    private static Market restored(PaperJournal journal) {
        Market market = new Market(Market.settings(), journal);
        market.engine.restore(0, journal.recovered());
        return market;
    }

    /** {@return the state at the start and after each step} Trades in a market whose engine writes a journal. */
    private List<PaperState> trade() throws IOException {
        List<PaperState> states = new ArrayList<>();
        try (PaperJournal journal = PaperJournal.open(file())) {
            Market market = restored(journal);
            journal.snapshot(market.engine.state());
            states.add(market.engine.state());
            trade(market, journal, states);
        }
        return states;
    }

    private static void trade(Market market, PaperJournal journal, List<PaperState> states) {
        market.book("100x5 99x9 | 101x5 102x9");
        List<Runnable> steps = List.of(
                () -> market.market(Side.BUY, "7"),
                () -> market.limit(Side.BUY, "8", "101.5"),
                () -> market.limit(Side.SELL, "20", "104"),
                () -> market.stop(Side.SELL, "3", "90"),
                () -> market.stopLimit(Side.SELL, "4", "95", "94"),
                () -> market.trade(Side.BUY, "104", "6"),
                () -> market.trade(Side.SELL, "94.5", "2"),
                () -> market.limit(Side.BUY, "1", "1", TimeInForce.IOC),
                () -> market.cancel(market.engine.openOrders().get(0)));
        for (Runnable step : steps) {
            step.run();
            journal.flush();
            states.add(market.engine.state());
        }
    }

    private static Map<String, Object> comparable(PaperState state) {
        Map<String, Object> comparable = new HashMap<>();
        state.balances().forEach((currency, amount) -> comparable.put(currency, amount.stripTrailingZeros()));
        state.openOrders()
                .forEach(order -> comparable.put(
                        order.exchangeOrderId(),
                        List.of(
                                order.request(),
                                order.filled().stripTrailingZeros(),
                                order.value().stripTrailingZeros(),
                                order.triggered())));
        return comparable;
    }

    @Test
    void holdsTheAccountAndTheOpenOrdersAfterEveryStep() throws Exception {
        List<PaperState> states = trade();
        PaperState read = JournalReader.read(file());
        assertThat(comparable(read)).isEqualTo(comparable(states.get(states.size() - 1)));
        assertThat(read.openOrders()).isNotEmpty();
        assertThat(read.run()).isEqualTo(1);
    }

    @Test
    void aJournalThatIsCutAnywhereHoldsTheStateUpToThere() throws Exception {
        List<PaperState> states = trade();
        byte[] whole = Files.readAllBytes(file());
        List<Map<String, Object>> told = new ArrayList<>();
        for (int length = 0; length < whole.length + 7; length += 7) {
            Path cut = directory.resolve("cut");
            Files.write(cut, Arrays.copyOf(whole, Math.min(length, whole.length)));
            Map<String, Object> state = comparable(JournalReader.read(cut));
            if (told.isEmpty() || !told.get(told.size() - 1).equals(state)) {
                told.add(state);
            }
        }
        assertThat(told)
                .containsSubsequence(states.stream()
                        .map(PaperJournalTest::comparable)
                        .filter(state -> !state.isEmpty())
                        .distinct()
                        .toList());
    }

    @Test
    void continuesFromWhatItHoldsWithANewRun() throws Exception {
        List<PaperState> states = trade();
        PaperState last = states.get(states.size() - 1);
        try (PaperJournal journal = PaperJournal.open(file())) {
            Market market = restored(journal);
            assertThat(comparable(market.engine.state())).isEqualTo(comparable(last));
            assertThat(market.engine.state().run()).isEqualTo(2);
            assertThat(market.market(Side.BUY, "1").exchangeOrderId()).startsWith("P-2-");
        }
    }

    private void journalARestingBuy() throws IOException {
        try (PaperJournal journal = PaperJournal.open(file())) {
            Market market = new Market(Market.settings(), journal);
            journal.snapshot(market.engine.state());
            market.book("100x5 | 105x5").limit(Side.BUY, "4", "101");
            journal.flush();
        }
    }

    @Test
    void whatHappenedWhileNobodyTradedFillsNothingAndTheQueueBeginsAnew() throws Exception {
        journalARestingBuy();
        try (PaperJournal journal = PaperJournal.open(file())) {
            Market market = restored(journal);
            PaperOrder order = market.engine.openOrders().get(0);
            market.book("101x50 | 105x5").trade(Side.SELL, "101", "50");
            assertThat(order.filledQuantity()).as("50 were there before").isZero();
            market.trade(Side.SELL, "101", "4");
            assertThat(order.status()).isEqualTo(PaperOrderStatus.FILLED);
        }
    }

    @Test
    void cancelsAtARestartWhatCannotContinue() throws Exception {
        journalARestingBuy();
        try (PaperJournal journal = PaperJournal.open(file())) {
            Market elsewhere = new Market(
                    PaperSettings.builder()
                            .instrument(new Instrument(
                                    "BTCUSDT",
                                    "BTC",
                                    "USDT",
                                    BigDecimal.ONE,
                                    BigDecimal.ONE,
                                    BigDecimal.ONE,
                                    Instrument.Fees.DEFAULT)),
                    journal);
            elsewhere.engine.restore(0, journal.recovered());
            assertThat(elsewhere.engine.openOrders()).isEmpty();
        }
    }

    @Test
    void aDamagedJournalIsPutAsideAndTheAccountStartsAnew() throws Exception {
        trade();
        String text = Files.readString(file());
        Files.writeString(file(), text.replaceFirst("\"amount\":\"1", "\"amount\":\"9"));
        try (PaperJournal journal = PaperJournal.open(file())) {
            assertThat(journal.recovered()).isEqualTo(PaperState.NONE);
        }
        assertThat(directory.resolve("bot.paper.jsonl.rejected")).exists();
        assertThatThrownBy(() -> JournalReader.read(directory.resolve("bot.paper.jsonl.rejected")))
                .hasMessageEndingWith(": the checksum is wrong");
    }

    @Test
    void whatIsSealedAndMakesNoSenseIsDamagedToo() throws Exception {
        for (JsonLine line : List.of(
                new JsonLine().text("event", "fill").text("id", "x"),
                new JsonLine()
                        .text("event", "order")
                        .text("id", "x")
                        .text("symbol", "y")
                        .text("side", "UP"),
                new JsonLine().text("event", "run").text("run", "1.5"),
                new JsonLine().text("event", "balance").text("currency", "x").text("amount", "much"),
                new JsonLine().text("event", "dividend"))) {
            Files.writeString(file(), JournalLine.seal(line) + "\n");
            assertThatThrownBy(() -> JournalReader.read(file()))
                    .isInstanceOf(JournalLine.DamagedException.class)
                    .hasMessageStartingWith("line 1: ");
        }
    }

    @Test
    void textsComeBackAsTheyWere() throws Exception {
        String text = "a \"quoted\" \\ back\nslash\u0001é, \"crc\":\"00000000\"}";
        String line = JournalLine.seal(new JsonLine().text("event", text).text("why", ""));
        assertThat(JournalLine.parse(line).fields()).isEqualTo(Map.of("event", text, "why", ""));
    }

    @Test
    void belongsToOneProcess() throws Exception {
        try (PaperJournal unused = PaperJournal.open(file())) {
            assertThatThrownBy(() -> PaperJournal.open(file())).isInstanceOf(OwnerLock.HeldException.class);
        }
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void paperTradingContinuesWhenTheDiskIsFull() throws IOException {
        Files.createSymbolicLink(directory.resolve("bot.paper.jsonl.next"), Path.of("/dev/full"));
        try (PaperJournal journal = PaperJournal.open(file())) {
            Market market = new Market(Market.settings(), journal);
            journal.snapshot(market.engine.state());
            assertThat(market.book("| 101x5").market(Side.BUY, "1").status()).isEqualTo(PaperOrderStatus.FILLED);
            journal.flush();
        }
        assertThat(file()).doesNotExist();
    }
}
