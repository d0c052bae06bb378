package io.cryptobot.smoke.counters;

import io.cryptobot.telemetry.counters.CountersFileException;
import io.cryptobot.telemetry.counters.CountersReader;
import io.cryptobot.telemetry.counters.CountersSnapshot;
import java.util.concurrent.TimeUnit;

/** The state of a bot, derived from its counters file. */
public enum BotState {
    RUNNING("running"),
    STOPPED("stopped cleanly"),
    CRASHED("crashed or killed");

    /** Above two heartbeats. */
    private static final long PATIENCE_NANOS = TimeUnit.MILLISECONDS.toNanos(600);

    private static final long POLL_INTERVAL_MS = 20;

    private final String words;

    BotState(String words) {
        this.words = words;
    }

    /** {@return the state for a person} */
    public String words() {
        return words;
    }

    /** Uses the heartbeat's sequence and this process's own clock, because wall clocks can be wrong or set. */
    public static BotState of(CountersReader reader) throws CountersFileException, InterruptedException {
        CountersSnapshot.Owner first = reader.snapshot().owner();
        if (first.cleanExit()) {
            return STOPPED;
        }
        long start = System.nanoTime();
        while (System.nanoTime() - start < PATIENCE_NANOS) {
            TimeUnit.MILLISECONDS.sleep(POLL_INTERVAL_MS);
            CountersSnapshot.Owner owner = reader.snapshot().owner();
            if (owner.heartbeatSequence() != first.heartbeatSequence()) {
                return RUNNING;
            }
            if (owner.cleanExit()) {
                return STOPPED;
            }
        }
        return CRASHED;
    }
}
