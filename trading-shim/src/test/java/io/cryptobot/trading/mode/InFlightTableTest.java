package io.cryptobot.trading.mode;

import static io.cryptobot.trading.mode.TestBot.enter;
import static org.assertj.core.api.Assertions.assertThat;

import io.cryptobot.trading.TradingMode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tests the counting of live orders, also by an old owner of the file. */
class InFlightTableTest {
    @TempDir
    Path directory;

    private TestBot bot;

    @BeforeEach
    void makeTheBot() {
        bot = new TestBot(directory);
    }

    @Test
    void countsOrdersThatFindNoEntryToo() throws Exception {
        try (ModeGate gate = bot.open()) {
            bot.change(gate, TradingMode.LIVE);
            InFlightTable shared = bot.shared().orders();
            List<Pass> passes = new ArrayList<>();
            for (int order = 1; order <= 20; order++) {
                passes.add(enter(gate));
                assertThat(shared.inFlight()).isEqualTo(order);
                assertThat(gate.inFlight()).isEqualTo(order);
            }
            assertThat(shared.entries()).hasSize(8); // as many entries as one thread tries
            for (int order = 20; order > 0; order--) {
                assertThat(shared.inFlight()).isEqualTo(order);
                gate.exit(passes.remove(passes.size() / 2));
            }
            assertThat(shared.inFlight()).isZero();
            assertThat(shared.withoutEntry()).isZero();
        }
    }

    @Test
    void anEntryThatWasKeptForAnUnknownOrderCountsTheNextOne() throws Exception {
        try (ModeGate gate = bot.open()) {
            bot.change(gate, TradingMode.LIVE);
            InFlightTable shared = bot.shared().orders();
            Pass lost = enter(gate);
            Runnable stored = gate.exitUnknown(lost);
            assertThat(shared.inFlight()).isZero();
            assertThat(shared.entries()).singleElement().matches(InFlightTable.Entry::unknown);
            stored.run();
            assertThat(shared.entries()).isEmpty();
            Pass next = enter(gate);
            assertThat(next).isSameAs(lost);
            assertThat(shared.inFlight()).isEqualTo(1);
            gate.exit(next);
        }
    }

    @Test
    void twoThreadsThatShareAnEntryNeverHideEachOthersOrder() throws Exception {
        try (ModeGate gate = bot.open()) {
            bot.change(gate, TradingMode.LIVE);
            AtomicReference<String> hidden = new AtomicReference<>();
            List<Thread> threads = new ArrayList<>();
            while (threads.size() < 3) {
                Thread thread = new Thread(() -> {
                    for (int order = 0; order < 100_000 && hidden.get() == null; order++) {
                        Pass pass = enter(gate);
                        if (gate.inFlight() == 0) {
                            hidden.set("order " + order + " is in flight, and the gate says none");
                        }
                        gate.exit(pass);
                    }
                });
                if (thread.getId() % 8 == 0) { // the same part of the table
                    threads.add(thread);
                }
            }
            threads.forEach(Thread::start);
            for (Thread thread : threads) {
                thread.join();
            }
            assertThat(hidden.get()).isNull();
            assertThat(gate.inFlight()).isZero();
        }
    }

    @Test
    void whatAClosedGateGivesBackLateLeavesTheNextOnesOrdersAlone() throws Exception {
        ModeGate first = bot.open();
        bot.change(first, TradingMode.LIVE);
        Runnable stored = first.exitUnknown(enter(first));
        first.close();
        try (ModeGate second = bot.open()) {
            bot.change(second, TradingMode.LIVE);
            Pass pass = enter(second);
            InFlightTable shared = bot.shared().orders();
            assertThat(shared.inFlight()).isEqualTo(1);
            stored.run();
            assertThat(shared.inFlight()).isEqualTo(1);
            second.exit(pass);
        }
    }

    @Test
    void anOrderThatIsNotSentAfterAllLeavesTheNextOwnersOrdersAlone() throws Exception {
        InFlightTable old = bot.shared().orders();
        Pass stopped = old.enter(); // the scheduler stops the thread here, before its second check of the mode
        InFlightTable next = bot.shared().orders();
        next.takeOver(List.of());
        Pass pass = next.enter();
        assertThat(pass.entry()).isEqualTo(stopped.entry());
        old.abort(stopped.entry());
        assertThat(next.inFlight()).isEqualTo(1);
        next.complete(pass.entry());
        assertThat(next.inFlight()).isZero();
    }

    @Test
    void anOrderWithoutAnEntryThatIsNotSentAfterAllLeavesTheNextOwnersCountAlone() throws Exception {
        InFlightTable old = bot.shared().orders();
        InFlightTable next = bot.shared().orders();
        old.takeOver(List.of());
        for (int order = 0; order < 9; order++) {
            old.enter();
        }
        next.takeOver(List.of());
        for (int order = 0; order < 9; order++) {
            next.enter();
        }
        old.abort(InFlightTable.NO_ENTRY);
        assertThat(next.withoutEntry()).isEqualTo(1);
        next.complete(InFlightTable.NO_ENTRY);
        assertThat(next.withoutEntry()).isZero();
    }

    @Test
    void aCountThatWasOverwrittenUnderTheBotHidesNoOrder() throws Exception {
        try (ModeGate gate = bot.open()) {
            bot.change(gate, TradingMode.LIVE);
            bot.overwrite(256, -1);
            gate.watcher().poll();
            assertThat(bot.shared().orders().withoutEntry()).isZero();
            bot.change(gate, TradingMode.LIVE);
            List<Pass> passes = new ArrayList<>();
            for (int order = 0; order < 9; order++) {
                passes.add(enter(gate));
            }
            assertThat(bot.shared().orders().inFlight()).isEqualTo(9);
            passes.forEach(gate::exit);
        }
    }
}
