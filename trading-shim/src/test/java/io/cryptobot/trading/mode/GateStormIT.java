package io.cryptobot.trading.mode;

import static org.assertj.core.api.Assertions.assertThat;

import io.cryptobot.testing.Await;
import io.cryptobot.testing.ChildProcess;
import io.cryptobot.trading.mode.GateStorm.Protocol;
import io.cryptobot.trading.mode.GateStorm.Wire;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Two processes, four sending threads, and {@code SIGKILL} of either at random moments: no order may be on the wire while the
 * switch has reported "drained". {@code -Dgate.flips=1000000} is the long form.
 */
class GateStormIT {
    private static final long FLIPS = Long.getLong("gate.flips", 100_000);
    private static final long MAX_SECONDS = Long.getLong("gate.seconds", 900);
    private static final long MIN_ORDERS = 1_000;
    private static final int MIN_KILLS = 3;

    @TempDir
    Path directory;

    @Test
    @Timeout(3600)
    void noOrderIsOnTheWireBetweenADrainAndTheNextSwitchToLive() throws Exception {
        long seed = System.nanoTime();
        Wire wire = new Wire(directory);
        int kills = storm(wire, Protocol.GATE, new Random(seed));
        assertThat(wire.flips()).as("seed %d", seed).isGreaterThanOrEqualTo(FLIPS);
        assertThat(wire.orders()).isGreaterThan(MIN_ORDERS);
        assertThat(kills).isGreaterThanOrEqualTo(MIN_KILLS);
        assertThat(wire.violations())
                .as(
                        "orders after a drain, seed %d, %d flips, %d kills, %d orders",
                        seed, wire.flips(), kills, wire.orders())
                .isZero();
        System.out.printf(
                "gate storm: %d flips, %d orders on the wire, %d kills, 0 violations%n",
                wire.flips(), wire.orders(), kills);
    }

    @Test
    @Timeout(1200)
    void theWrongOrderOfOperationsIsCaught() throws Exception {
        Wire wire = new Wire(directory);
        storm(wire, Protocol.NO_SECOND_CHECK, new Random(1));
        assertThat(wire.violations()).isPositive();
    }

    /** {@return the number of killed processes} Also stops at the first violation. */
    private int storm(Wire wire, Protocol protocol, Random random) throws Exception {
        int kills = 0;
        long start = System.nanoTime();
        try (Program sender = new Program(
                        wire, wire::orders, ChildProcess.java(GateStorm.Sender.class, directory, protocol));
                Program flipper =
                        new Program(wire, wire::flips, ChildProcess.java(GateStorm.Flipper.class, directory))) {
            flipper.awaitWork();
            sender.awaitWork();
            while ((wire.flips() < FLIPS || wire.orders() <= MIN_ORDERS || kills < MIN_KILLS)
                    && wire.violations() == 0
                    && System.nanoTime() - start < TimeUnit.SECONDS.toNanos(MAX_SECONDS)) {
                TimeUnit.MILLISECONDS.sleep(500 + random.nextInt(1_500));
                kills++;
                Program victim = random.nextBoolean() ? sender : flipper;
                victim.close();
                victim.start();
                victim.awaitWork();
            }
        }
        return kills;
    }

    /**
     * One of the two processes. The test waits until it works, because a process that is killed earlier proves nothing.
     */
    private final class Program implements AutoCloseable {
        private final Wire wire;
        private final LongSupplier work;
        private final ChildProcess.Builder builder;
        private ChildProcess process;
        private long workBefore;

        /** @param work increases while the process works */
        Program(Wire wire, LongSupplier work, ChildProcess.Builder builder) {
            this.wire = wire;
            this.work = work;
            this.builder = builder.fastStart().output(directory.resolve("log"));
            start();
        }

        void start() {
            workBefore = work.getAsLong();
            process = builder.start();
        }

        void awaitWork() {
            Await.within(Duration.ofSeconds(MAX_SECONDS))
                    .failingWhen(() -> !process.isAlive())
                    .showing(process::output)
                    .until("a new process works", () -> work.getAsLong() > workBefore || wire.violations() > 0);
        }

        @Override
        public void close() {
            process.close();
        }
    }
}
