package io.cryptobot.trading.mode;

import static org.assertj.core.api.Assertions.assertThat;

import io.cryptobot.telemetry.files.InstanceName;
import io.cryptobot.trading.ClientOrderId;
import io.cryptobot.trading.TradingMode;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class ModeGateTest {
    private static final InstanceName BOT = new InstanceName("bot");
    private static final ClientOrderId ORDER = new ClientOrderId("bot-1");
    private static final long PAPER_WORD = TradingMode.PAPER.word(1);

    @TempDir
    Path directory;

    @Test
    void isOnPaperWithoutAnyHistory() {
        try (ModeGate gate = open()) {
            assertThat(enter(gate).mode()).isEqualTo(TradingMode.PAPER);
            assertThat(gate.inFlight()).isZero();
        }
    }

    @ParameterizedTest
    @EnumSource(TradingMode.class)
    void keepsTheModeOverARestart(TradingMode mode) throws Exception {
        try (ModeGate gate = open()) {
            change(mode);
            assertThat(gate.mode()).isEqualTo(mode);
        }
        try (ModeGate gate = open()) {
            assertThat(gate.mode()).isEqualTo(mode);
        }
    }

    @Test
    void countsALiveOrderInAndOut() throws Exception {
        try (ModeGate gate = open()) {
            change(TradingMode.LIVE);
            Pass pass = enter(gate);
            assertThat(pass.mode()).isEqualTo(TradingMode.LIVE);
            assertThat(ControlFile.open(file(), BOT, PAPER_WORD).inFlight()).isEqualTo(1);
            gate.exit(pass);
            assertThat(ControlFile.open(file(), BOT, PAPER_WORD).inFlight()).isZero();
        }
    }

    @Test
    void countsOrdersThatFindNoEntryToo() throws Exception {
        try (ModeGate gate = open()) {
            change(TradingMode.LIVE);
            ControlFile shared = ControlFile.open(file(), BOT, PAPER_WORD);
            List<Pass> passes = new ArrayList<>();
            for (int order = 1; order <= 20; order++) {
                passes.add(enter(gate));
                assertThat(shared.inFlight()).isEqualTo(order);
                assertThat(gate.inFlight()).isEqualTo(order);
            }
            assertThat(shared.entries()).hasSize(8); // as far as one thread looks for one
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
        try (ModeGate gate = open()) {
            change(TradingMode.LIVE);
            ControlFile shared = ControlFile.open(file(), BOT, PAPER_WORD);
            Pass lost = enter(gate);
            Runnable stored = gate.exitUnknown(lost);
            assertThat(shared.inFlight()).isZero();
            assertThat(shared.entries()).singleElement().matches(ControlFile.Entry::unknown);
            stored.run();
            assertThat(shared.entries()).isEmpty();
            Pass next = enter(gate);
            assertThat(next).isSameAs(lost);
            assertThat(shared.inFlight()).isEqualTo(1);
            gate.exit(next);
        }
    }

    @Test
    void anOrderThatTheBotHadNoTimeToSendIsForgotten() throws Exception {
        open().close();
        ControlFile killed = ControlFile.open(file(), BOT, PAPER_WORD);
        killed.take(); // its name would have been written before it was sent
        assertThat(killed.inFlight()).isEqualTo(1);
        AtomicReference<String> left = new AtomicReference<>();
        ModeGate.Hooks hooks = new ModeGate.Hooks() {
            @Override
            public void observed(TradingMode mode, int inFlight) {}

            @Override
            public void leftInFlight(String id, String symbol, Instant at) {
                left.set(id);
            }
        };
        try (ModeGate gate = ModeGate.open(file(), durable(), hooks)) {
            assertThat(left.get()).isNull();
            assertThat(gate.inFlight()).isZero();
        }
    }

    @Test
    void twoThreadsThatShareAnEntryNeverHideEachOthersOrder() throws Exception {
        try (ModeGate gate = open()) {
            change(TradingMode.LIVE);
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
                if (thread.getId() % 8 == 0) { // the same neighbourhood of the table
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
        ModeGate first = open();
        change(TradingMode.LIVE);
        Runnable stored = first.exitUnknown(enter(first));
        first.close();
        try (ModeGate second = open()) {
            change(TradingMode.LIVE);
            Pass pass = enter(second);
            ControlFile shared = ControlFile.open(file(), BOT, PAPER_WORD);
            assertThat(shared.inFlight()).isEqualTo(1);
            stored.run();
            assertThat(shared.inFlight()).isEqualTo(1);
            second.exit(pass);
        }
    }

    @Test
    void anOrderThatIsNotSentAfterAllLeavesTheNextOwnersOrdersAlone() throws Exception {
        ControlFile old = ControlFile.open(file(), BOT, PAPER_WORD);
        Pass stopped = old.take(); // the scheduler stops the thread here, before its second look at the mode
        ControlFile next = ControlFile.open(file(), BOT, PAPER_WORD);
        next.forgetAllBut(List.of());
        Pass pass = next.take();
        assertThat(pass.entry()).isEqualTo(stopped.entry());
        old.giveUp(stopped.entry());
        assertThat(next.inFlight()).isEqualTo(1);
        next.release(pass.entry());
        assertThat(next.inFlight()).isZero();
    }

    @ParameterizedTest
    @ValueSource(longs = {-1, Long.MIN_VALUE + 1, Long.MAX_VALUE, 20_000})
    void aCountOfOrdersThatMakesNoSenseMeansPaperAndIsBounded(long count) throws Exception {
        try (ModeGate gate = open()) {
            change(TradingMode.LIVE);
        }
        overwrite(256, count);
        assertThat(ControlFile.open(file(), BOT, PAPER_WORD).inFlight()).isPositive();
        AtomicLong left = new AtomicLong();
        try (ModeGate gate = ModeGate.open(file(), durable(), counting(left))) {
            assertThat(gate.mode()).isEqualTo(TradingMode.PAPER);
            assertThat(left.get()).isBetween(1L, 0xFFFFL);
            assertThat(ControlFile.open(file(), BOT, PAPER_WORD).inFlight()).isZero();
        }
    }

    @Test
    void anOrderWithoutAnEntryThatIsNotSentAfterAllLeavesTheNextOwnersCountAlone() throws Exception {
        ControlFile old = ControlFile.open(file(), BOT, PAPER_WORD);
        ControlFile next = ControlFile.open(file(), BOT, PAPER_WORD);
        old.forgetAllBut(List.of());
        for (int order = 0; order < 9; order++) {
            old.take();
        }
        next.forgetAllBut(List.of());
        for (int order = 0; order < 9; order++) {
            next.take();
        }
        old.giveUp(ControlFile.NO_ENTRY);
        assertThat(next.withoutEntry()).isEqualTo(1);
        next.release(ControlFile.NO_ENTRY);
        assertThat(next.withoutEntry()).isZero();
    }

    @Test
    void aCountThatWasOverwrittenUnderTheBotHidesNoOrder() throws Exception {
        try (ModeGate gate = open()) {
            change(TradingMode.LIVE);
            overwrite(256, -1);
            await(() -> ControlFile.open(file(), BOT, PAPER_WORD).withoutEntry() == 0);
            change(TradingMode.LIVE);
            List<Pass> passes = new ArrayList<>();
            for (int order = 0; order < 9; order++) {
                passes.add(enter(gate));
            }
            assertThat(ControlFile.open(file(), BOT, PAPER_WORD).inFlight()).isEqualTo(9);
            passes.forEach(gate::exit);
        }
    }

    @Test
    void garbageInTheEntriesIsTakenForOrdersAndHidesNone() throws Exception {
        Random random = new Random(11);
        for (int round = 0; round < 20; round++) {
            try (ModeGate gate = open()) {
                change(TradingMode.LIVE);
            }
            byte[] garbage = new byte[64 * 128];
            random.nextBytes(garbage);
            try (RandomAccessFile raw = new RandomAccessFile(file().toFile(), "rw")) {
                raw.seek(4096);
                raw.write(garbage);
            }
            AtomicLong left = new AtomicLong();
            try (ModeGate gate = ModeGate.open(file(), durable(), counting(left))) {
                assertThat(gate.mode()).isEqualTo(TradingMode.PAPER);
                assertThat(left.get()).isPositive();
                change(TradingMode.LIVE);
                Pass pass = enter(gate);
                assertThat(ControlFile.open(file(), BOT, PAPER_WORD).inFlight()).isEqualTo(1);
                gate.exit(pass);
            }
        }
    }

    @Test
    void aSwitchToLiveAtTheMomentOfAStartDoesNotHideUnknownOrders() throws Exception {
        open().close();
        new ModeSwitch(file(), durable()).change(TradingMode.LIVE, Duration.ofMillis(1));
        ControlFile shared = ControlFile.open(file(), BOT, PAPER_WORD);
        AtomicLong asked = new AtomicLong();
        ModeGate.Hooks hooks = new ModeGate.Hooks() {
            @Override
            public void observed(TradingMode mode, int inFlight) {}

            @Override
            public long unknownOrders() {
                if (asked.getAndIncrement() == 0) { // between the gate's look at the mode and its change
                    shared.setModeWord(TradingMode.LIVE.word(TradingMode.epochOfWord(shared.modeWord()) + 1));
                }
                return 1;
            }
        };
        try (ModeGate gate = ModeGate.open(file(), durable(), hooks)) {
            assertThat(gate.mode()).isEqualTo(TradingMode.PAPER);
            await(() -> gate.problem().isEmpty());
            assertThat(gate.mode()).isEqualTo(TradingMode.PAPER);
        }
    }

    private static ModeGate.Hooks counting(AtomicLong left) {
        return new ModeGate.Hooks() {
            @Override
            public void observed(TradingMode mode, int inFlight) {}

            @Override
            public void leftInFlight(String id, String symbol, Instant at) {
                left.incrementAndGet();
            }
        };
    }

    private void overwrite(int offset, long number) throws IOException {
        byte[] bytes = ByteBuffer.allocate(Long.BYTES)
                .order(ByteOrder.nativeOrder())
                .putLong(number)
                .array();
        try (RandomAccessFile raw = new RandomAccessFile(file().toFile(), "rw")) {
            raw.seek(offset);
            raw.write(bytes);
        }
    }

    @Test
    void readsEveryWordButTheTwoConstantsAsPaper() {
        Random random = new Random(7);
        for (int round = 0; round < 100_000; round++) {
            long word = random.nextLong();
            if (word >>> 32 != 0x4C495645 && word >>> 32 != 0x48414C54) {
                assertThat(TradingMode.ofWord(word)).isEqualTo(TradingMode.PAPER);
            }
        }
        assertThat(TradingMode.ofWord(0)).isEqualTo(TradingMode.PAPER);
        assertThat(TradingMode.ofWord(1)).isEqualTo(TradingMode.PAPER);
        assertThat(TradingMode.ofWord(-1)).isEqualTo(TradingMode.PAPER);
    }

    @Test
    void fallsBackToPaperWhenTheFileIsDeletedReplacedOrTruncated() throws Exception {
        Path other = directory.resolve("other.control");
        ControlFile.open(other, new InstanceName("other"), PAPER_WORD).setModeWord(TradingMode.LIVE.word(9));
        Fault[] faults = {
            () -> Files.delete(file()),
            () -> Files.copy(other, file(), StandardCopyOption.REPLACE_EXISTING),
            () -> Files.move(
                    Files.write(directory.resolve("x"), new byte[ControlFile.LENGTH]),
                    file(),
                    StandardCopyOption.ATOMIC_MOVE),
            () -> Files.write(file(), new byte[0]),
            () -> overwriteHeader(),
        };
        for (Fault fault : faults) {
            try (ModeGate gate = open()) {
                change(TradingMode.LIVE);
                assertThat(gate.mode()).isEqualTo(TradingMode.LIVE);
                fault.run();
                gate.watch();
                assertThat(enter(gate).mode()).isEqualTo(TradingMode.PAPER);
                assertThat(gate.problem()).isEmpty(); // attached to a fresh file
                change(TradingMode.LIVE);
                assertThat(gate.mode()).isEqualTo(TradingMode.LIVE);
                change(TradingMode.PAPER);
            }
        }
    }

    @Test
    void waitsForOrdersInFlightBeforeItAttachesToANewFile() throws Exception {
        try (ModeGate gate = open()) {
            change(TradingMode.LIVE);
            Pass pass = enter(gate);
            assertThat(pass.mode()).isEqualTo(TradingMode.LIVE);
            Files.delete(file());
            gate.watch();
            assertThat(gate.problem())
                    .contains(file() + " was replaced, truncated or deleted while orders are in flight");
            assertThat(file()).doesNotExist();
            gate.exit(pass);
            gate.watch();
            assertThat(gate.problem()).isEmpty();
            assertThat(gate.mode()).isEqualTo(TradingMode.PAPER);
        }
    }

    @Test
    void reportsNoDrainWhileAnOrderIsInFlight() throws Exception {
        try (ModeGate gate = open()) {
            change(TradingMode.LIVE);
            Pass pass = enter(gate);
            ModeSwitch modeSwitch = new ModeSwitch(file(), durable());
            ModeSwitch.Result result = modeSwitch.change(TradingMode.PAPER, Duration.ofMillis(300));
            assertThat(result.acknowledged()).isTrue();
            assertThat(result.inFlight()).isEqualTo(1);
            assertThat(result.isDrained()).isFalse();
            gate.exit(pass);
            assertThat(modeSwitch
                            .change(TradingMode.PAPER, Duration.ofSeconds(5))
                            .isDrained())
                    .isTrue();
        }
    }

    @Test
    void doesNotTakeADeadBotsAcknowledgementForALivingOne() throws Exception {
        try (ModeGate gate = open()) {
            change(TradingMode.HALT);
            assertThat(gate.mode()).isEqualTo(TradingMode.HALT);
        }
        ModeSwitch modeSwitch = new ModeSwitch(file(), durable());
        ModeSwitch.Result status = modeSwitch.status();
        assertThat(status.mode()).isEqualTo(TradingMode.HALT);
        assertThat(status.acknowledged()).isFalse();
        ModeSwitch.Result result = modeSwitch.change(TradingMode.PAPER, Duration.ofSeconds(5));
        assertThat(result.acknowledged()).isFalse();
        assertThat(result.isDrained()).isFalse();
    }

    @Test
    void setsTheModeOnTheFileThatTakesThePlaceOfADamagedOneMeanwhile() throws Exception {
        try (ModeGate gate = open()) {
            change(TradingMode.LIVE);
            for (int round = 0; round < 20; round++) {
                Files.write(file(), new byte[round]); // the bot's watcher and the switch now mend it both
                ModeSwitch modeSwitch = new ModeSwitch(file(), durable());
                ModeSwitch.Result result = modeSwitch.change(TradingMode.HALT, Duration.ofSeconds(10));
                assertThat(result.isDrained()).as("round %d: %s", round, result).isTrue();
                assertThat(gate.mode()).isEqualTo(TradingMode.HALT);
            }
        }
    }

    @Test
    void askingForTheStatusChangesNothing() throws Exception {
        Files.writeString(file(), "damaged");
        ModeSwitch modeSwitch = new ModeSwitch(file(), durable());
        assertThat(modeSwitch.status().mode()).isEqualTo(TradingMode.PAPER);
        assertThat(file()).hasContent("damaged");
        Files.delete(file());
        assertThat(modeSwitch.status().acknowledged()).isFalse();
        assertThat(file()).doesNotExist();
    }

    @Test
    void keepsTheControlFileUntilTheLastLiveOrderHasEnded() throws Exception {
        ModeGate first = open();
        change(TradingMode.LIVE);
        Pass pass = enter(first);
        assertThat(pass.mode()).isEqualTo(TradingMode.LIVE);
        first.close();
        assertThat(enter(first).mode()).isEqualTo(TradingMode.PAPER);
        try (ModeGate second = open()) {
            assertThat(second.mode()).isEqualTo(TradingMode.PAPER);
            assertThat(second.problem()).contains(file() + " is in use by another running process");
            assertThat(ControlFile.open(file(), BOT, PAPER_WORD).inFlight())
                    .as("still the first one's")
                    .isEqualTo(1);
            first.exit(pass);
            await(() -> second.problem().isEmpty());
            Pass next = enter(second);
            assertThat(next.mode()).isEqualTo(TradingMode.LIVE);
            assertThat(ControlFile.open(file(), BOT, PAPER_WORD).inFlight()).isEqualTo(1);
            second.exit(next);
        }
    }

    @Test
    void staysOnPaperOnceItIsClosed() throws Exception {
        ModeGate gate = open();
        change(TradingMode.LIVE);
        gate.close();
        gate.watch(); // one that was waiting for its turn while the gate was being closed
        assertThat(enter(gate).mode()).isEqualTo(TradingMode.PAPER);
    }

    @Test
    void survivesWhateverItsWatcherMeetsAndIsOnPaperMeanwhile() throws Exception {
        AtomicReference<Error> thrown = new AtomicReference<>();
        try (ModeGate gate = ModeGate.open(file(), durable(), (mode, inFlight) -> {
            Error error = thrown.get();
            if (error != null) {
                throw error;
            }
        })) {
            change(TradingMode.LIVE);
            thrown.set(new OutOfMemoryError("injected"));
            await(() -> !leave(gate, enter(gate)));
            thrown.set(null);
            change(TradingMode.HALT);
            assertThat(gate.mode()).isEqualTo(TradingMode.HALT);
        }
    }

    @Test
    void countsOutAnOrderThatMetATruncatedFile() throws Exception {
        for (int round = 0; round < 20; round++) {
            try (ModeGate gate = open()) {
                change(TradingMode.LIVE);
                AtomicReference<InternalError> late = new AtomicReference<>();
                Thread strategy = new Thread(() -> {
                    try {
                        for (int order = 0; order < 100; order++) {
                            leave(gate, enter(gate));
                        }
                    } catch (InternalError e) {
                        late.set(
                                e); // the known limit of mapped files: it may come when the order is counted in already
                    }
                });
                strategy.setUncaughtExceptionHandler((thread, error) -> late.set(new InternalError(error)));
                Files.write(file(), new byte[0]);
                strategy.start();
                strategy.join();
                if (late.get() == null) {
                    await(() -> gate.problem().isEmpty() && gate.inFlight() == 0);
                    change(TradingMode.PAPER);
                }
            }
        }
    }

    @Test
    void aSwitchToHaltDoesNotWaitForOneToPaper() throws Exception {
        try (ModeGate gate = open()) {
            change(TradingMode.LIVE);
            Pass pass = enter(gate);
            AtomicReference<String> paper = new AtomicReference<>("");
            Thread waiting = new Thread(() -> {
                try {
                    new ModeSwitch(file(), durable()).change(TradingMode.PAPER, Duration.ofSeconds(30));
                } catch (Exception e) {
                    paper.set(e.getMessage());
                }
            });
            waiting.start();
            await(() -> gate.mode() == TradingMode.PAPER);
            ModeSwitch.Result halt = new ModeSwitch(file(), durable()).change(TradingMode.HALT, Duration.ofMillis(500));
            assertThat(halt.acknowledged()).isTrue();
            assertThat(halt.inFlight()).isEqualTo(1);
            gate.exit(pass);
            waiting.join();
            assertThat(paper.get()).isEqualTo("a later switch, to halt, has taken its place");
        }
    }

    @Test
    void ofTwoThatMakeTheFileAtATimeNeitherHoldsAnOrphanForTheRealOne() throws Exception {
        for (int round = 0; round < 300; round++) {
            Files.deleteIfExists(file());
            ControlFile[] made = new ControlFile[2];
            Thread[] makers = new Thread[2];
            for (int index = 0; index < 2; index++) {
                int mine = index;
                makers[index] = new Thread(() -> {
                    try {
                        made[mine] = ControlFile.open(file(), BOT, PAPER_WORD);
                    } catch (IOException e) {
                        throw new UncheckedIOException(e);
                    }
                });
                makers[index].start();
            }
            for (Thread maker : makers) {
                maker.join();
            }
            ControlFile real = ControlFile.open(file(), BOT, PAPER_WORD);
            real.setModeWord(TradingMode.HALT.word(round + 2));
            for (ControlFile each : made) {
                if (each.isIntact()) {
                    assertThat(each.modeWord()).isEqualTo(real.modeWord());
                }
            }
        }
    }

    @Test
    void anOrderThatWasInFlightIsLookedUpFromItsSendingOnAndStandsInTheWayOfLive() throws Exception {
        open().close();
        new ModeSwitch(file(), durable()).change(TradingMode.LIVE, Duration.ofMillis(1));
        long now = System.nanoTime();
        ControlFile killed = ControlFile.open(file(), BOT, PAPER_WORD);
        killed.setClock(now);
        killed.write(killed.take().entry(), now - Duration.ofMinutes(30).toNanos(), "t1", "XRPETH");
        Instant halfAnHourAgo = Instant.now().minus(Duration.ofMinutes(30));
        AtomicReference<Instant> sent = new AtomicReference<>();
        ModeGate.Hooks hooks = new ModeGate.Hooks() {
            @Override
            public void observed(TradingMode mode, int inFlight) {}

            @Override
            public void leftInFlight(String id, String symbol, Instant at) {
                sent.set(at);
            }
        };
        try (ModeGate gate = ModeGate.open(file(), durable(), hooks)) {
            assertThat(sent.get()).isBetween(halfAnHourAgo.minusSeconds(5), halfAnHourAgo.plusSeconds(5));
            assertThat(gate.mode()).isEqualTo(TradingMode.PAPER);
        }
    }

    private static Pass enter(ModeGate gate) {
        return gate.enter(ORDER, "XRPETH");
    }

    /** {@return whether it was a live order} */
    private static boolean leave(ModeGate gate, Pass pass) {
        if (pass.mode() != TradingMode.LIVE) {
            return false;
        }
        gate.exit(pass);
        return true;
    }

    private static void await(Condition condition) throws Exception {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        while (!condition.isMet()) {
            assertThat(System.nanoTime()).as("deadline").isLessThan(deadline);
            TimeUnit.MILLISECONDS.sleep(5);
        }
    }

    @Test
    void holdsPaperWithoutADirectoryAndRecoversWhenThereIsOne() throws Exception {
        Path missing = directory.resolve("missing/bot.control");
        try (ModeGate gate = ModeGate.open(missing, durable(), (mode, inFlight) -> {})) {
            assertThat(gate.mode()).isEqualTo(TradingMode.PAPER);
            assertThat(gate.problem()).isPresent();
            Files.createDirectory(missing.getParent());
            gate.watch();
            assertThat(gate.problem()).isEmpty();
        }
    }

    private ModeGate open() {
        return ModeGate.open(file(), durable(), (mode, inFlight) -> {});
    }

    private void change(TradingMode mode) throws Exception {
        ModeSwitch modeSwitch = new ModeSwitch(file(), durable());
        assertThat(modeSwitch.change(mode, Duration.ofSeconds(10)).acknowledged())
                .isTrue();
    }

    private Path file() {
        return directory.resolve("bot.control");
    }

    private void overwriteHeader() throws IOException {
        try (RandomAccessFile raw = new RandomAccessFile(file().toFile(), "rw")) {
            raw.writeLong(0);
        }
    }

    private interface Condition {
        boolean isMet() throws Exception;
    }

    private interface Fault {
        void run() throws Exception;
    }

    private DurableMode durable() {
        return new DurableMode(directory.resolve("state"), BOT);
    }
}
