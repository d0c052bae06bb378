package io.cryptobot.trading.mode;

import static org.assertj.core.api.Assertions.assertThat;

import io.cryptobot.trading.mode.GateStorm.Protocol;
import io.cryptobot.trading.mode.GateStorm.Wire;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Two processes, four sending threads, and {@code SIGKILL} of either at random moments: no order may be on the wire while the
 * switch has reported "drained". {@code -Dgate.flips=1000000} is the long form.
 */
class GateStormIT {
    private static final long FLIPS = Long.getLong("gate.flips", 100_000);
    private static final long MAX_SECONDS = Long.getLong("gate.seconds", 120);

    @TempDir
    Path directory;

    @Test
    @Timeout(3600)
    void noOrderIsOnTheWireBetweenADrainAndTheNextSwitchToLive() throws Exception {
        long seed = System.nanoTime();
        Wire wire = new Wire(directory);
        int kills = storm(wire, Protocol.GATE, new Random(seed), FLIPS);
        assertThat(wire.flips()).as("seed %d", seed).isGreaterThanOrEqualTo(FLIPS);
        assertThat(wire.orders()).isGreaterThan(1_000);
        assertThat(kills).isGreaterThan(2);
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
    @Timeout(600)
    void theWrongOrderOfOperationsIsCaught() throws Exception {
        Wire wire = new Wire(directory);
        storm(wire, Protocol.NO_SECOND_CHECK, new Random(1), FLIPS);
        assertThat(wire.violations()).isPositive();
    }

    /** {@return how many processes were killed} Ends at the first violation, too. */
    private int storm(Wire wire, Protocol protocol, Random random, long flips) throws Exception {
        int kills = 0;
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(MAX_SECONDS);
        Process sender = start(GateStorm.Sender.class, protocol.name());
        Process flipper = start(GateStorm.Flipper.class);
        try {
            while ((wire.flips() < flips || kills < 3) && wire.violations() == 0 && System.nanoTime() < deadline) {
                TimeUnit.MILLISECONDS.sleep(500 + random.nextInt(1_500));
                kills++;
                if (random.nextBoolean()) {
                    sender.destroyForcibly().waitFor();
                    sender = start(GateStorm.Sender.class, protocol.name());
                } else {
                    flipper.destroyForcibly().waitFor();
                    flipper = start(GateStorm.Flipper.class);
                }
            }
        } finally {
            sender.destroyForcibly().waitFor();
            flipper.destroyForcibly().waitFor();
        }
        return kills;
    }

    private Process start(Class<?> program, String... more) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-cp",
                System.getProperty("java.class.path"),
                program.getName(),
                directory.toString());
        builder.command().addAll(List.of(more));
        return builder.redirectErrorStream(true)
                .redirectOutput(directory.resolve("log").toFile())
                .start();
    }
}
