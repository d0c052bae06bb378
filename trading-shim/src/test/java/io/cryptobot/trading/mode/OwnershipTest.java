package io.cryptobot.trading.mode;

import static io.cryptobot.trading.mode.TestBot.enter;
import static org.assertj.core.api.Assertions.assertThat;

import io.cryptobot.trading.TradingMode;
import io.cryptobot.trading.mode.ModeGate.LeftInFlight;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests what a run takes over from the last run, which was killed with live orders in flight. */
class OwnershipTest {
    @TempDir
    Path directory;

    private final List<LeftInFlight> left = new ArrayList<>();
    private TestBot bot;

    @BeforeEach
    void makeTheBot() {
        bot = new TestBot(directory);
    }

    @Test
    void anOrderThatTheBotHadNoTimeToSendIsForgotten() throws Exception {
        bot.open().close();
        InFlightTable killed = bot.shared().orders();
        killed.enter(); // its id would have been written before it was sent
        assertThat(killed.inFlight()).isEqualTo(1);
        try (ModeGate gate = bot.open(TestBot.collecting(left))) {
            assertThat(left).isEmpty();
            assertThat(gate.inFlight()).isZero();
        }
    }

    @Test
    void anOrderThatWasInFlightIsLookedUpFromItsSendingOnAndStandsInTheWayOfLive() throws Exception {
        bot.open().close();
        bot.modeSwitch().change(TradingMode.LIVE, Duration.ofMillis(1));
        long now = System.nanoTime();
        ControlFile killed = bot.shared();
        killed.setClock(now);
        InFlightTable orders = killed.orders();
        orders.write(orders.enter().entry(), now - Duration.ofMinutes(30).toNanos(), "t1", "XRPETH");
        Instant halfAnHourAgo = Instant.now().minus(Duration.ofMinutes(30));
        try (ModeGate gate = bot.open(TestBot.collecting(left))) {
            assertThat(left).singleElement().satisfies(order -> {
                assertThat(order.sent()).isBetween(halfAnHourAgo.minusSeconds(5), halfAnHourAgo.plusSeconds(5));
            });
            assertThat(gate.mode()).isEqualTo(TradingMode.PAPER);
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {-1, Long.MIN_VALUE + 1, Long.MAX_VALUE, 20_000})
    void aCountOfOrdersThatMakesNoSenseMeansPaperAndIsBounded(long count) throws Exception {
        try (ModeGate gate = bot.open()) {
            bot.change(gate, TradingMode.LIVE);
        }
        bot.overwrite(256, count);
        assertThat(bot.shared().orders().inFlight()).isPositive();
        try (ModeGate gate = bot.open(TestBot.collecting(left))) {
            assertThat(gate.mode()).isEqualTo(TradingMode.PAPER);
            assertThat(left).hasSizeBetween(1, 0xFFFF);
            assertThat(bot.shared().orders().inFlight()).isZero();
        }
    }

    @Test
    void garbageInTheEntriesIsTakenForOrdersAndHidesNone() throws Exception {
        Random random = new Random(11);
        for (int round = 0; round < 20; round++) {
            try (ModeGate gate = bot.open()) {
                bot.change(gate, TradingMode.LIVE);
            }
            byte[] garbage = new byte[64 * 128];
            random.nextBytes(garbage);
            bot.overwrite(4096, garbage);
            left.clear();
            try (ModeGate gate = bot.open(TestBot.collecting(left))) {
                assertThat(gate.mode()).isEqualTo(TradingMode.PAPER);
                assertThat(left).isNotEmpty();
                bot.change(gate, TradingMode.LIVE);
                Pass pass = enter(gate);
                assertThat(bot.shared().orders().inFlight()).isEqualTo(1);
                gate.exit(pass);
            }
        }
    }

    @Test
    void aSwitchToLiveAtTheMomentOfAStartDoesNotHideUnknownOrders() throws Exception {
        bot.open().close();
        bot.modeSwitch().change(TradingMode.LIVE, Duration.ofMillis(1));
        ControlFile shared = bot.shared();
        AtomicLong asked = new AtomicLong();
        ModeGate.Hooks hooks = TestBot.hooks(new ModeGate.LiveRun() {
            @Override
            public long unknownOrders() {
                if (asked.getAndIncrement() == 0) { // between the gate's read of the mode and its change
                    shared.setModeWord(TradingMode.LIVE.word(TradingMode.epochOfWord(shared.modeWord()) + 1));
                }
                return 1;
            }
        });
        try (ModeGate gate = bot.open(hooks)) {
            assertThat(gate.mode()).isEqualTo(TradingMode.PAPER);
            gate.watcher().poll();
            assertThat(gate.problem()).isEmpty();
            assertThat(gate.mode()).isEqualTo(TradingMode.PAPER);
        }
    }
}
