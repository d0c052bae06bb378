package io.cryptobot.trading.mode;

import static org.assertj.core.api.Assertions.assertThat;

import io.cryptobot.telemetry.InstanceName;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * The bare protocol of gate and switch, without the time that an acknowledgement takes: the switch writes PAPER and waits
 * for 0 in flight, many thousand times, against threads that enter as fast as they can. Without the gate's second check,
 * or with the count before no check at all, this finds violations within seconds.
 */
class GateProtocolStressIT {
    private static final InstanceName BOT = new InstanceName("bot");
    private static final long DURATION_SECONDS = 8;

    @TempDir
    Path directory;

    private volatile boolean drained;
    private volatile boolean done;

    @Test
    @Timeout(60)
    void noOrderStartsBetweenADrainAndTheNextSwitchToLive() throws Exception {
        Path path = directory.resolve("bot.control");
        AtomicLong live = new AtomicLong();
        AtomicLong violations = new AtomicLong();
        long flips = 0;
        try (ModeGate gate = ModeGate.open(path, BOT, (mode, inFlight) -> {})) {
            ControlFile file = ControlFile.open(path, BOT);
            List<Thread> senders = new ArrayList<>();
            for (int sender = 0; sender < 3; sender++) {
                Thread thread = new Thread(() -> {
                    while (!done) {
                        if (gate.enter() == TradingMode.LIVE) {
                            live.incrementAndGet();
                            if (drained) {
                                violations.incrementAndGet();
                            }
                            gate.exit();
                        }
                    }
                });
                thread.start();
                senders.add(thread);
            }
            int epoch = 1;
            long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(DURATION_SECONDS);
            while (System.nanoTime() < end) {
                file.setModeWord(TradingMode.LIVE.word(++epoch));
                spin(200);
                file.setModeWord(TradingMode.PAPER.word(++epoch));
                while (file.inFlight() > 0) {
                    Thread.onSpinWait();
                }
                drained = true;
                spin(200);
                drained = false;
                flips++;
            }
            done = true;
            for (Thread sender : senders) {
                sender.join();
            }
        }
        assertThat(flips).isGreaterThan(1_000);
        assertThat(live.get()).isGreaterThan(1_000);
        assertThat(violations.get())
                .as("orders after a drain, in %d switches", flips)
                .isZero();
    }

    private static void spin(int rounds) {
        for (int round = 0; round < rounds; round++) {
            Thread.onSpinWait();
        }
    }
}
